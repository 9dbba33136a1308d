// The documents picked in the results. They stay picked while one scrolls, reads and sorts; another question lets go.
import { sentence } from "../api/client";
import { EVERYTHING, isPicked, NOTHING, pickedCount, picking, type Picked } from "../model/picked";
import { writeQuestion, type Question } from "../model/route";
import { counted } from "../model/format";
import { notices } from "./notices.svelte";
import { search } from "./search.svelte";

class PickedState {
  #picked = $state.raw<Picked>(NOTHING);
  #of = "";
  #anchor = 0;
  count = $derived(pickedCount(this.#picked, search.total ?? 0));

  /** Lets go when another question is asked than the one picked from. */
  follow(matter: string, question: Question) {
    const of = `${matter}${writeQuestion({ ...question, sort: [] })}`;
    if (of !== this.#of) this.#picked = NOTHING;
    this.#of = of;
  }

  has(ordinal: number): boolean {
    return isPicked(this.#picked, ordinal);
  }

  toggle(row: number) {
    const hit = search.at(row);
    if (!hit) return;
    this.#anchor = row;
    this.#picked = picking(this.#picked, [hit.ordinal], !this.has(hit.ordinal));
    this.#say();
  }

  /** Picks every row from the last one toggled to this one, also those that were never on screen. */
  async extend(row: number) {
    const [first, last] = [Math.min(this.#anchor, row), Math.max(this.#anchor, row)];
    try {
      this.#picked = picking(this.#picked, await search.ordinals(first, last + 1), true);
      this.#say();
    } catch (thrown) {
      notices.warn(sentence(thrown));
    }
  }

  /** Where a range begins: the row somebody stands on before Shift is held. */
  begin(row: number) {
    if (this.count === 0) this.#anchor = row;
  }

  all() {
    this.#picked = EVERYTHING;
    this.#say();
  }

  clear() {
    if (this.count > 0) notices.say("Nothing is selected any more");
    this.#picked = NOTHING;
  }

  /** What is picked, as the server takes it. */
  get selection() {
    const { query, dialect, filters } = search.question;
    const ordinals = [...this.#picked.ordinals].sort((a, b) => a - b);
    return this.#picked.isAll ? { all_of: { query, dialect, filters }, except: ordinals } : { ordinals };
  }

  #say() {
    notices.say(`${counted(this.count, "document")} selected`);
  }
}

export const picked = new PickedState();
