// Coding with the server: decisions show at once, are sent in order, and can be tried again or taken back. A document
// left while saving goes on saving.
import { coding as api, sentence } from "../api/client";
import type { CodedConcept } from "../api/types";
import * as model from "../model/coding";
import { live } from "./live.svelte";
import { notices } from "./notices.svelte";
import { search } from "./search.svelte";
import { taxonomies } from "./taxonomies.svelte";

const UNDO_DEPTH = 100;

class CodingStore {
  matter = "";
  number = $state<string | null>(null);
  #states = $state.raw<ReadonlyMap<string, model.CodingState>>(new Map());
  details = $state.raw<CodedConcept[]>([]);
  #queue: Promise<void> = Promise.resolve();
  #undo: model.Decision[] = [];
  /** When something was decided last, so that undo takes back what was done last. */
  lastAt = 0;
  #last: { set: string[]; clear: string[] } | null = null;

  current = $derived(this.#states.get(this.number ?? "") ?? model.EMPTY_CODING);
  shown = $derived(model.shownConcepts(this.current));
  saving = $derived(model.savingState(this.current));

  open(matter: string, number: string) {
    if (matter !== this.matter) {
      this.#states = new Map();
      this.#undo = [];
    }
    this.matter = matter;
    this.number = number;
    this.details = [];
  }

  loaded(number: string, concepts: readonly CodedConcept[]) {
    if (number === this.number) this.details = [...concepts];
    this.#change(number, (state) => model.loaded(state, concepts.map((one) => one.concept)));
    search.note(number, { concepts: model.shownConcepts(this.#stateOf(number)) });
  }

  toggle(iri: string) {
    const isSet = this.shown.includes(iri);
    this.record(isSet ? [] : [iri], isSet ? [iri] : []);
  }

  record(set: string[], clear: string[]) {
    const number = this.number;
    const effect = number === null ? null : model.effective(this.shown, set, clear);
    if (number === null || !effect) return;
    const decision = { requestId: crypto.randomUUID(), controlNumber: number, ...effect };
    this.#undo = [...this.#undo.slice(-UNDO_DEPTH), decision];
    this.#last = effect;
    this.lastAt = performance.now();
    this.#decide(decision);
    notices.say(describe(effect));
  }

  repeat() {
    if (this.#last) this.record(this.#last.set, this.#last.clear);
    else notices.show("There is no coding to repeat yet");
  }

  undo() {
    const decision = this.#undo.at(-1);
    if (!decision) {
      notices.show("There is nothing to undo");
      return;
    }
    this.#undo = this.#undo.slice(0, -1);
    this.#decide(model.inverse(decision, crypto.randomUUID()));
    const elsewhere = decision.controlNumber === this.number ? "" : ` on ${decision.controlNumber}`;
    notices.show(`Undone${elsewhere}: ${describe(decision).toLocaleLowerCase()}`);
  }

  retry() {
    const failed = this.current.failed;
    if (failed) this.#send(failed);
  }

  #decide(decision: model.Decision) {
    this.#change(decision.controlNumber, (state) => model.recorded(state, decision));
    search.note(decision.controlNumber, { concepts: model.shownConcepts(this.#stateOf(decision.controlNumber)) });
    this.#send(decision);
  }

  #send(decision: model.Decision) {
    const { matter } = this;
    const { controlNumber, requestId, set, clear } = decision;
    this.#queue = this.#queue.then(async () => {
      try {
        const concepts = await api.record(matter, controlNumber, { set, clear, request_id: requestId });
        if (controlNumber === this.number) this.details = concepts;
        const iris = concepts.map((one) => one.concept);
        this.#change(controlNumber, (state) => model.confirmed(state, requestId, iris));
        live.changed();
      } catch (thrown) {
        this.#change(controlNumber, (state) => model.failed(state, requestId, sentence(thrown)));
        notices.warn(`${controlNumber} was not saved. ${sentence(thrown)}`);
      }
    });
  }

  #stateOf(number: string): model.CodingState {
    return this.#states.get(number) ?? model.EMPTY_CODING;
  }

  #change(number: string, step: (state: model.CodingState) => model.CodingState) {
    this.#states = new Map(this.#states).set(number, step(this.#stateOf(number)));
  }
}

function describe({ set, clear }: { set: string[]; clear: string[] }): string {
  const names = (iris: string[]) => iris.map((iri) => taxonomies.label(iri)).join(", ");
  const parts = [];
  if (set.length > 0) parts.push(`${names(set)} applied`);
  if (clear.length > 0) parts.push(`${names(clear)} removed`);
  return parts.join("; ");
}

export const coding = new CodingStore();
