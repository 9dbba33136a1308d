import { expect, test } from "vitest";
import * as coding from "./coding";

const decision = (requestId: string, set: string[], clear: string[] = []): coding.Decision => ({
  requestId, controlNumber: "A-1", set, clear,
});
const start = coding.loaded(coding.EMPTY_CODING, ["a"]);

test("a decision shows at once and is confirmed later", () => {
  const going = coding.recorded(start, decision("1", ["b"], ["a"]));
  expect(coding.shownConcepts(going)).toEqual(["b"]);
  expect(coding.savingState(going)).toBe("saving");
  const done = coding.confirmed(going, "1", ["b"]);
  expect(coding.shownConcepts(done)).toEqual(["b"]);
  expect(coding.savingState(done)).toBe("saved");
});

test("a confirmation keeps later decisions", () => {
  let state = coding.recorded(coding.recorded(start, decision("1", ["b"])), decision("2", [], ["b"]));
  state = coding.confirmed(state, "1", ["a", "b"]);
  expect(coding.shownConcepts(state)).toEqual(["a"]);
});

test("failed decisions become one that can be tried again", () => {
  let state = coding.recorded(coding.recorded(start, decision("1", ["b"], ["a"])), decision("2", ["c"], ["b"]));
  state = coding.failed(coding.failed(state, "1", "offline"), "2", "offline");
  expect(state.failed).toEqual({ requestId: "2", controlNumber: "A-1", set: ["c"], clear: ["a", "b"] });
  expect(coding.shownConcepts(state)).toEqual(["c"]);
  expect(coding.savingState(state)).toBe("failed");
  expect(coding.savingState(coding.confirmed(state, "2", ["c"]))).toBe("saved");
});

test("only what changes is sent, and undo is the inverse", () => {
  expect(coding.effective(["a"], ["a", "b"], ["c"])).toEqual({ set: ["b"], clear: [] });
  expect(coding.effective(["a"], ["a"], [])).toBeNull();
  expect(coding.inverse(decision("1", ["b"], ["a"]), "2")).toEqual(decision("2", ["a"], ["b"]));
});
