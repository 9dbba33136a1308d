// What is done with many documents at once: begun, watched to its end, taken back as a whole.
import { bulk as api, sentence } from "../api/client";
import type { BulkAction, BulkChange, BulkRequest } from "../api/types";
import { counted } from "../model/format";
import { coding } from "./coding.svelte";
import { current } from "./document.svelte";
import { live } from "./live.svelte";
import { notices } from "./notices.svelte";
import { search } from "./search.svelte";

/** How often the server is asked, should its events not reach us. */
const AGAIN_MS = 1500;

class BulkState {
  /** The action begun here last, as far as it came. */
  action = $state.raw<BulkAction | null>(null);
  #matter = "";
  #at = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Whether what was done last here is an action that can be taken back. */
  get isLast(): boolean {
    return this.action !== null && this.action.may_undo && this.#at > coding.lastAt;
  }

  async begin(matter: string, body: BulkRequest) {
    this.#follow(matter, await api.begin(matter, body));
  }

  async undo(matter = this.#matter, id = this.action?.id) {
    if (id === undefined) return;
    try {
      this.#follow(matter, await api.undo(matter, id));
    } catch (thrown) {
      notices.warn(sentence(thrown));
    }
  }

  /** An action came further, somebody's or ours. */
  async take(matter: string, change: BulkChange) {
    if (this.action?.id === change.id && matter === this.#matter) await this.#look();
    else if (!change.is_running) this.#changed();
  }

  #follow(matter: string, action: BulkAction) {
    this.#matter = matter;
    this.#at = performance.now();
    this.action = action;
    if (action.is_running) this.#later();
    else this.#ended(action);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), AGAIN_MS);
  }

  async #look() {
    const id = this.action?.id;
    if (id === undefined || !this.action?.is_running) return;
    const action = await api.show(this.#matter, id).catch(() => null);
    if (!this.action.is_running || this.action.id !== id) return;
    if (action) this.action = action;
    if (action && !action.is_running) this.#ended(action);
    else this.#later();
  }

  #ended(action: BulkAction) {
    clearTimeout(this.#timer);
    this.#changed();
    const kept = action.kept > 0 ? `; ${counted(action.kept, "document")} ${action.undoes ? "kept what was decided since" : "had it already"}` : "";
    const text = `${counted(action.changed, "document")} ${action.undoes ? "put back as before" : "coded"}${kept}`;
    notices.show(text, action.may_undo ? { label: "Undo", run: () => void this.undo(this.#matter, action.id) } : undefined);
  }

  #changed() {
    live.changed();
    void search.reread();
    if (current.number) current.changed(current.number, "coding").catch(() => undefined);
  }
}

export const bulk = new BulkState();
