// The running search: pages of results by cursor, facets, warnings. Rows already here stay on screen while the next
// answer is on its way.
import { Problem, search as api } from "../api/client";
import type { Facet, Hit, Warning } from "../api/types";
import { NO_QUESTION, writeQuestion, type Question } from "../model/route";

const PAGE_ROWS = 100;

/** What facets are counted of: a question without its order. */
function counted({ query, dialect, filters }: Question) {
  return { query, dialect, filters };
}

class SearchState {
  matter = $state("");
  question = $state.raw<Question>(NO_QUESTION);
  total = $state<number | null>(null);
  canonical = $state("");
  warnings = $state.raw<Warning[]>([]);
  hits = $state.raw<Hit[]>([]);
  facets = $state.raw<Facet[]>([]);
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  loadingMore = $state(false);
  #cursor: string | null = null;
  #stop = new AbortController();
  #asked = "";

  /** Asks unless this very question has been answered. */
  async ask(matter: string, question: Question, again = false) {
    const asked = `${matter}${writeQuestion(question)}`;
    if (asked === this.#asked && !again) return;
    if (matter !== this.matter) Object.assign(this, { hits: [], total: null, facets: [] });
    this.#asked = asked;
    this.matter = matter;
    this.question = question;
    this.#stop.abort();
    const stop = (this.#stop = new AbortController());
    this.loading = true;
    const facets = api.facets(matter, counted(question), stop.signal).catch(() => []);
    try {
      const page = await api.run(matter, { ...question, limit: PAGE_ROWS }, stop.signal);
      if (stop.signal.aborted) return;
      this.total = page.total;
      this.canonical = page.canonical;
      this.warnings = page.warnings;
      this.hits = page.hits;
      this.problem = null;
      this.#cursor = page.next_cursor ?? null;
      this.loading = false;
      const found = await facets;
      if (!stop.signal.aborted) this.facets = found;
    } catch (thrown) {
      if (stop.signal.aborted) return;
      this.problem = thrown instanceof Problem ? thrown : new Problem(0, "unexpected", String(thrown));
      this.loading = false;
      this.#asked = "";
    }
  }

  get hasMore() {
    return this.#cursor !== null;
  }

  async more() {
    if (this.#cursor === null || this.loadingMore || this.loading) return;
    this.loadingMore = true;
    const stop = this.#stop;
    try {
      const request = { ...this.question, limit: PAGE_ROWS, cursor: this.#cursor };
      const page = await api.run(this.matter, request, stop.signal);
      if (stop.signal.aborted) return;
      this.hits = [...this.hits, ...page.hits];
      this.#cursor = page.next_cursor ?? null;
    } catch (thrown) {
      if (!stop.signal.aborted && thrown instanceof Problem) this.problem = thrown;
    } finally {
      this.loadingMore = false;
    }
  }

  retry() {
    void this.ask(this.matter, this.question, true);
  }

  /** Counts again after people coded; the rows stay, so that nobody's place is lost. */
  async recount() {
    const facets = await api.facets(this.matter, counted(this.question)).catch(() => null);
    if (facets) this.facets = facets;
  }

  /** What other panes learn about a document is shown in its row at once. */
  note(controlNumber: string, part: Partial<Pick<Hit, "concepts" | "annotations">>) {
    this.hits = this.hits.map((hit) => (hit.control_number === controlNumber ? { ...hit, ...part } : hit));
  }

  indexOf(controlNumber: string | null): number {
    return this.hits.findIndex((hit) => hit.control_number === controlNumber);
  }
}

export const search = new SearchState();
