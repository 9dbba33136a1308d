// The document on screen: its text, hits and annotations. The next one is fetched ahead, so that stepping is instant.
import { annotations as annotationsApi, coding as codingApi, documents as api, sentence, type Asked } from "../api/client";
import type { Annotation, CodedConcept, Document, DocumentHits, Place } from "../api/types";
import { TextRuler } from "../model/ruler";
import { coding } from "./coding.svelte";
import { highlights } from "./highlights.svelte";
import { notices } from "./notices.svelte";
import { search } from "./search.svelte";

interface Loaded {
  document: Document;
  text: string;
  ruler: TextRuler;
  hits: DocumentHits;
  annotations: Annotation[];
  coding: CodedConcept[];
}

const NO_HITS: DocumentHits = { ranges: [], pages: [], stretches: [], stretch_pages: [] };
const AHEAD_MS = 60_000;

async function fetchAll(matter: string, number: string, asked: Asked): Promise<Loaded> {
  const [document, { text }, hits, annotations, coded] = await Promise.all([
    api.show(matter, number), api.text(matter, number),
    asked.query.trim() === "" ? NO_HITS : api.hits(matter, number, asked).catch(() => NO_HITS),
    annotationsApi.list(matter, number), codingApi.show(matter, number),
  ]);
  const live = annotations.filter((annotation) => !annotation.deleted);
  return { document, text, ruler: new TextRuler(text), hits, annotations: live, coding: coded };
}

function same(one: Asked, other: Asked): boolean {
  return one.query === other.query && one.dialect === other.dialect;
}

class DocumentState {
  matter = $state("");
  number = $state<string | null>(null);
  loaded = $state.raw<Loaded | null>(null);
  annotations = $state.raw<Annotation[]>([]);
  problem = $state.raw<unknown>(null);
  hit = $state(0);
  /** The annotation to bring into view; the counter makes a second jump to the same one count. */
  target = $state.raw<{ annotation: Annotation; turn: number } | null>(null);
  #ahead = new Map<string, { at: number; loaded: Promise<Loaded> }>();
  #asked: Asked = { query: "" };
  #turn = 0;

  async open(matter: string, number: string | null, asked: Asked) {
    if (matter === this.matter && number === this.number && same(asked, this.#asked) && !this.problem) return;
    const stays = matter === this.matter && number === this.number;
    this.matter = matter;
    this.number = number;
    this.#asked = asked;
    this.problem = null;
    this.hit = 0;
    if (!stays) this.target = null;
    if (number === null) {
      this.loaded = null;
      return;
    }
    coding.open(matter, number);
    try {
      const loaded = await this.#take(matter, number, asked);
      if (this.number !== number || this.matter !== matter || !same(asked, this.#asked)) return;
      this.loaded = loaded;
      this.annotations = loaded.annotations;
      coding.loaded(number, loaded.coding);
    } catch (thrown) {
      if (this.number === number) {
        this.problem = thrown;
        this.loaded = null;
      }
    }
  }

  retry() {
    const number = this.number;
    this.number = null;
    void this.open(this.matter, number, this.#asked);
  }

  fetchAhead(number: string | undefined) {
    if (number === undefined || this.matter === "") return;
    const key = this.#key(this.matter, number, this.#asked);
    if (this.#ahead.has(key)) return;
    const loaded = fetchAll(this.matter, number, this.#asked);
    loaded.catch(() => this.#ahead.delete(key));
    this.#ahead.set(key, { at: performance.now(), loaded });
    const oldest = this.#ahead.keys().next().value;
    if (this.#ahead.size > 4 && oldest !== undefined) this.#ahead.delete(oldest);
  }

  /** Another person changed a document: what was fetched ahead is stale, what is on screen is read again. */
  async changed(controlNumber: string, what: "coding" | "annotation") {
    for (const key of this.#ahead.keys()) if (key.includes(`\n${controlNumber}\n`)) this.#ahead.delete(key);
    if (controlNumber !== this.number) {
      if (search.indexOf(controlNumber) < 0) return;
      if (what === "coding") {
        const concepts = await codingApi.show(this.matter, controlNumber);
        search.note(controlNumber, { concepts: concepts.map((one) => one.concept) });
      } else {
        const all = await annotationsApi.list(this.matter, controlNumber);
        search.note(controlNumber, { annotations: all.filter((one) => !one.deleted).length });
      }
      return;
    }
    if (what === "coding") coding.loaded(controlNumber, await codingApi.show(this.matter, controlNumber));
    else await this.loadAnnotations();
  }

  async loadAnnotations() {
    const number = this.number;
    if (number === null) return;
    const all = await annotationsApi.list(this.matter, number);
    if (number !== this.number) return;
    this.annotations = all.filter((annotation) => !annotation.deleted);
    search.note(number, { annotations: this.annotations.length });
  }

  async annotate(place: Place, concepts: string[], note: string) {
    const number = this.number;
    if (number === null) return;
    const request_id = crypto.randomUUID();
    const made = await annotationsApi.add(this.matter, number, { ...place, request_id, concepts, note });
    this.#put(made);
    notices.show("Annotation saved", { label: "Undo", run: () => void this.remove(made) });
  }

  async change(annotation: Annotation, concepts: string[], note: string) {
    this.#put(await annotationsApi.change(this.matter, annotation.id, { request_id: crypto.randomUUID(), concepts, note }));
    notices.show("Annotation changed");
  }

  async remove(annotation: Annotation) {
    try {
      await annotationsApi.remove(this.matter, annotation.id);
      this.annotations = this.annotations.filter((one) => one.id !== annotation.id);
      this.#recount();
      notices.show("Annotation deleted", { label: "Undo", run: () => void this.#restore(annotation) });
    } catch (thrown) {
      notices.warn(sentence(thrown));
    }
  }

  async #restore(annotation: Annotation) {
    try {
      this.#put(await annotationsApi.restore(this.matter, annotation.id));
      notices.show("Annotation restored");
    } catch (thrown) {
      notices.warn(sentence(thrown));
    }
  }

  show(annotation: Annotation) {
    this.#turn += 1;
    this.target = { annotation, turn: this.#turn };
  }

  step(by: number) {
    const total = this.loaded?.hits.ranges.length ?? 0;
    if (total === 0) return;
    this.hit = (this.hit + by + total) % total;
    // Where one jumped to last is where another view opens.
    highlights.target = null;
    notices.say(`Hit ${this.hit + 1} of ${total}`);
  }

  #put(annotation: Annotation) {
    if (annotation.control_number !== this.number) return;
    const others = this.annotations.filter((one) => one.id !== annotation.id);
    this.annotations = [...others, annotation].sort((a, b) => a.start - b.start || a.id - b.id);
    this.#recount();
  }

  #recount() {
    if (this.number) search.note(this.number, { annotations: this.annotations.length });
  }

  #take(matter: string, number: string, asked: Asked): Promise<Loaded> {
    const key = this.#key(matter, number, asked);
    const ahead = this.#ahead.get(key);
    this.#ahead.delete(key);
    if (ahead && performance.now() - ahead.at < AHEAD_MS) return ahead.loaded;
    return fetchAll(matter, number, asked);
  }

  #key(matter: string, number: string, { query, dialect }: Asked) {
    return `${matter}\n${number}\n${dialect ?? ""}\n${query}`;
  }
}

export const current = new DocumentState();
