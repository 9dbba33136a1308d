// Coding as the reviewer sees it: what the server confirmed, plus decisions still on their way. Pure: a decision is
// recorded, confirmed or failed, and the shown state follows; undo is another decision.

export interface Decision {
  requestId: string;
  controlNumber: string;
  set: string[];
  clear: string[];
}

export interface CodingState {
  confirmed: readonly string[];
  pending: readonly Decision[];
  failed: Decision | null;
  message: string;
}

export const EMPTY_CODING: CodingState = { confirmed: [], pending: [], failed: null, message: "" };

/** The concepts shown as applied: the failed decision is shown too, since it can be tried again. */
export function shownConcepts(state: CodingState): string[] {
  const shown = new Set(state.confirmed);
  const decisions = state.failed ? [state.failed, ...state.pending] : state.pending;
  for (const decision of decisions) apply(shown, decision);
  return [...shown];
}

function apply(concepts: Set<string>, decision: Decision) {
  for (const iri of decision.clear) concepts.delete(iri);
  for (const iri of decision.set) concepts.add(iri);
}

export function loaded(state: CodingState, concepts: readonly string[]): CodingState {
  return { ...state, confirmed: concepts };
}

export function recorded(state: CodingState, decision: Decision): CodingState {
  return { ...state, pending: [...state.pending, decision] };
}

export function confirmed(state: CodingState, requestId: string, concepts: readonly string[]): CodingState {
  const failed = state.failed?.requestId === requestId ? null : state.failed;
  const pending = state.pending.filter((decision) => decision.requestId !== requestId);
  return { confirmed: concepts, pending, failed, message: failed ? state.message : "" };
}

/** A decision that did not reach the server; several failed ones become one. */
export function failed(state: CodingState, requestId: string, message: string): CodingState {
  const decision = state.pending.find((one) => one.requestId === requestId);
  if (!decision) return { ...state, message };
  const pending = state.pending.filter((one) => one.requestId !== requestId);
  return { ...state, pending, failed: state.failed ? joined(state.failed, decision) : decision, message };
}

function joined(first: Decision, second: Decision): Decision {
  const set = new Set(first.set.filter((iri) => !second.clear.includes(iri)));
  const clear = new Set(first.clear.filter((iri) => !second.set.includes(iri)));
  for (const iri of second.set) set.add(iri);
  for (const iri of second.clear) clear.add(iri);
  return { ...second, set: [...set], clear: [...clear] };
}

export type SavingState = "saved" | "saving" | "failed";

export function savingState(state: CodingState): SavingState {
  if (state.failed) return "failed";
  return state.pending.length > 0 ? "saving" : "saved";
}

/** The part of a decision that changes something, given what is shown; null when nothing would change. */
export function effective(shown: readonly string[], set: readonly string[], clear: readonly string[]) {
  const own = new Set(shown);
  const effect = { set: set.filter((iri) => !own.has(iri)), clear: clear.filter((iri) => own.has(iri)) };
  return effect.set.length + effect.clear.length > 0 ? effect : null;
}

/** The decision that takes another back. */
export function inverse(decision: Decision, requestId: string): Decision {
  return { ...decision, requestId, set: decision.clear, clear: decision.set };
}
