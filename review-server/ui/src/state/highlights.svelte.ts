// The terms of the saved searches one keeps highlighted, found in the document on screen, each in a colour of its own.
import { documents, savedSearches, sentence } from "../api/client";
import type { SavedSearch, TermHits } from "../api/types";
import { notices } from "./notices.svelte";
import { preferences } from "./preferences.svelte";

/** Colours there are; further terms begin again with the first. */
export const TERM_COLOURS = 8;

export interface ShownTerm { label: string; colour: number; ranges: TermHits["ranges"]; pages: TermHits["pages"] }

/** A passage of a term: where it stands in the text, and on which pages. */
export interface TermPassage { term: ShownTerm; hit: number; range: readonly number[]; turn: number }

class HighlightState {
  terms = $state.raw<ShownTerm[]>([]);
  /** The passage to bring into view; the counter makes a second jump to the same one count. */
  target = $state.raw<TermPassage | null>(null);
  #searches: SavedSearch[] | null = null;
  #of = "";
  #turn = 0;
  #at = new Map<string, number>();

  /** Finds the terms of all chosen searches in a document. */
  async open(matter: string, number: string, chosen: readonly number[]) {
    const asked = `${matter}\n${number}\n${chosen.join()}`;
    if (asked === this.#of) return;
    this.#of = asked;
    this.#at.clear();
    this.target = null;
    if (chosen.length === 0) {
      this.terms = [];
      return;
    }
    try {
      if (!chosen.every((id) => this.#searches?.some((search) => search.id === id))) this.#searches = await savedSearches.list(matter);
      const own = (this.#searches ?? []).filter((search) => chosen.includes(search.id));
      const found = await Promise.all(own.map(({ query, dialect }) => documents.terms(matter, number, { query, dialect })));
      if (asked !== this.#of) return;
      const seen = new Set<string>();
      const distinct = found.flat().filter((term) => !seen.has(term.canonical) && seen.add(term.canonical));
      this.terms = distinct.map(({ canonical, ranges, pages }, n) => ({ label: canonical, colour: n % TERM_COLOURS, ranges, pages }));
    } catch (thrown) {
      if (asked !== this.#of) return;
      this.terms = [];
      notices.warn(sentence(thrown));
    }
  }

  /** Goes to the next passage of a term, or to the one before. */
  step(term: ShownTerm, by: number) {
    const total = term.ranges.length;
    if (total === 0) return;
    const before = this.#at.get(term.label);
    const at = before === undefined ? (by > 0 ? 0 : total - 1) : (before + by + total) % total;
    this.#at.set(term.label, at);
    this.#turn += 1;
    this.target = { term, hit: at, range: term.ranges[at]!, turn: this.#turn };
    notices.say(`${term.label}: ${at + 1} of ${total}`);
  }

  /** Keeps the terms of a saved search highlighted, or no longer. */
  toggle(matter: string, search: SavedSearch) {
    const own = preferences.highlightsOf(matter);
    preferences.setHighlights(matter, own.includes(search.id) ? own.filter((id) => id !== search.id) : [...own, search.id]);
    this.#searches = null;
  }
}

export const highlights = new HighlightState();
