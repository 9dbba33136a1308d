// The running search: any row of it by its number, facets, warnings. Rows are fetched a page at a time where somebody
// looks; rows already here stay on screen while the next answer is on its way.
import { Problem, search as api } from "../api/client";
import type { Facet, FacetName, Hit, Warning } from "../api/types";
import { NO_QUESTION, writeQuestion, type Question } from "../model/route";

const PAGE_ROWS = 100;
/** Pages kept; those farthest from where somebody looks go first. */
const KEPT = 30;
const ALL_VALUES = 5000;

/** What facets are counted of: a question without its order. */
function counted({ query, dialect, filters }: Question) {
  return { of: { query, dialect, filters } };
}

class SearchState {
  matter = $state("");
  question = $state.raw<Question>(NO_QUESTION);
  total = $state<number | null>(null);
  canonical = $state("");
  warnings = $state.raw<Warning[]>([]);
  facets = $state.raw<Facet[]>([]);
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  /** Counts answers, so that what hangs on them asks again. */
  turn = $state(0);
  #pages = $state.raw<ReadonlyMap<number, Hit[]>>(new Map());
  #places = $derived.by(() => {
    const places = new Map<string, number>();
    for (const [page, hits] of this.#pages) hits.forEach((hit, n) => places.set(hit.control_number, page * PAGE_ROWS + n));
    return places;
  });
  #fetching = new Map<number, Promise<void>>();
  /** What the server remembers the order of these results by: rows stay where they are while one codes them. */
  #order: Promise<string | undefined> = Promise.resolve(undefined);
  #stop = new AbortController();
  #asked = "";

  /** Asks unless this very question has been answered. */
  async ask(matter: string, question: Question, again = false) {
    const asked = `${matter}${writeQuestion(question)}`;
    if (asked === this.#asked && !again) return;
    if (matter !== this.matter) Object.assign(this, { total: null, facets: [] });
    if (matter !== this.matter) this.#pages = new Map();
    this.#asked = asked;
    this.matter = matter;
    this.question = question;
    this.#stop.abort();
    const stop = (this.#stop = new AbortController());
    this.#fetching.clear();
    this.loading = true;
    const facets = api.facets(matter, counted(question), stop.signal).catch(() => []);
    try {
      const page = await api.run(matter, { ...question, sort: [...question.sort], limit: PAGE_ROWS }, stop.signal);
      if (stop.signal.aborted) return;
      this.total = page.total;
      this.canonical = page.canonical;
      this.warnings = page.warnings;
      this.#pages = new Map([[0, page.hits]]);
      this.#order = page.order === undefined ? this.#askOrder(stop.signal) : Promise.resolve(page.order);
      this.problem = null;
      this.loading = false;
      this.turn += 1;
      const found = await facets;
      if (!stop.signal.aborted) this.facets = found;
    } catch (thrown) {
      if (stop.signal.aborted) return;
      this.problem = thrown instanceof Problem ? thrown : new Problem(0, "unexpected", String(thrown));
      this.loading = false;
      this.#asked = "";
    }
  }

  /** The row of this number, from 0, when it is here. */
  at(row: number): Hit | undefined {
    return this.#pages.get(Math.floor(row / PAGE_ROWS))?.[row % PAGE_ROWS];
  }

  /** The row of this number, fetched when it is not here. */
  async row(row: number): Promise<Hit | undefined> {
    await this.need(row, row + 1);
    return this.at(row);
  }

  /** Fetches what is missing of these rows. */
  async need(first: number, end: number) {
    const last = Math.min(end, this.total ?? 0) - 1;
    const asked = [];
    for (let page = Math.max(0, Math.floor(first / PAGE_ROWS)); page <= Math.floor(last / PAGE_ROWS); page++) {
      if (!this.#pages.has(page) && !this.loading) asked.push(this.#page(page));
    }
    await Promise.all(asked);
  }

  #page(page: number): Promise<void> {
    const known = this.#fetching.get(page);
    if (known) return known;
    const fetching = this.#fetch(page).finally(() => this.#fetching.delete(page));
    this.#fetching.set(page, fetching);
    return fetching;
  }

  async #fetch(page: number) {
    const stop = this.#stop;
    try {
      const found = await this.#rows(page, stop.signal);
      if (stop.signal.aborted) return;
      this.total = found.total;
      const pages = new Map(this.#pages).set(page, found.hits);
      const farthest = [...pages.keys()].sort((a, b) => Math.abs(b - page) - Math.abs(a - page));
      for (const far of farthest.slice(0, Math.max(0, pages.size - KEPT))) pages.delete(far);
      this.#pages = pages;
    } catch (thrown) {
      if (!stop.signal.aborted && thrown instanceof Problem) this.problem = thrown;
    }
  }

  async #rows(page: number, signal: AbortSignal) {
    const request = { ...this.question, sort: [...this.question.sort], limit: PAGE_ROWS, offset: page * PAGE_ROWS };
    try {
      return await api.run(this.matter, { ...request, order: await this.#order }, signal);
    } catch (thrown) {
      if (!(thrown instanceof Problem && thrown.code === "order_forgotten")) throw thrown;
      this.#order = this.#askOrder(signal);
      return await api.run(this.matter, { ...request, order: await this.#order }, signal);
    }
  }

  async #askOrder(signal: AbortSignal): Promise<string | undefined> {
    const body = { ...this.question, sort: [...this.question.sort], offset: 0, limit: 0 };
    return (await api.order(this.matter, body, signal).catch(() => null))?.order;
  }

  /** The numbers of rows, also of those that are not here. */
  async ordinals(first: number, end: number): Promise<number[]> {
    const here = Array.from({ length: end - first }, (_, n) => this.at(first + n)?.ordinal);
    if (here.every((one) => one !== undefined)) return here;
    const body = { ...this.question, sort: [...this.question.sort], offset: first, limit: end - first, order: await this.#order };
    return (await api.order(this.matter, body)).ordinals;
  }

  retry() {
    void this.ask(this.matter, this.question, true);
  }

  /** Counts again after people coded; the rows stay, so that nobody's place is lost. */
  async recount() {
    const facets = await api.facets(this.matter, counted(this.question)).catch(() => null);
    if (facets) this.facets = facets;
    this.turn += 1;
  }

  /** Reads the rows that are here again, after many documents changed. */
  async reread() {
    const pages = [...this.#pages.keys()];
    await Promise.all(pages.map((page) => this.#page(page)));
    await this.recount();
  }

  /** Counts every value of one field. */
  async countAll(field: FacetName) {
    const asked = this.question;
    const body = { ...counted(asked), fields: [field], limit: ALL_VALUES };
    const [facet] = await api.facets(this.matter, body).catch(() => []);
    if (facet && asked === this.question) this.facets = this.facets.map((one) => (one.field === field ? facet : one));
  }

  /** What other panes learn about a document is shown in its row at once. */
  note(controlNumber: string, part: Partial<Pick<Hit, "concepts" | "annotations">>) {
    const row = this.indexOf(controlNumber);
    const page = Math.floor(row / PAGE_ROWS);
    const hits = this.#pages.get(page);
    if (row < 0 || !hits) return;
    const noted = hits.map((hit) => (hit.control_number === controlNumber ? { ...hit, ...part } : hit));
    this.#pages = new Map(this.#pages).set(page, noted);
  }

  /** The number of a document's row among those that are here; -1 when it is not. */
  indexOf(controlNumber: string | null): number {
    return controlNumber === null ? -1 : (this.#places.get(controlNumber) ?? -1);
  }
}

export const search = new SearchState();
