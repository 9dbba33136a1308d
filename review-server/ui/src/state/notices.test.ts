// How long a notice stays, and which offers to undo are kept.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { notices } from "./notices.svelte";

const offer = { label: "Undo", run: () => {} };
const shown = () => notices.list.map((notice) => notice.text);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

test("a notice goes by itself, an offer to undo waits longer", () => {
  notices.show("saved");
  notices.show("coded", offer);
  vi.advanceTimersByTime(10_000);
  expect(shown()).toEqual(["coded"]);
  vi.advanceTimersByTime(30_000);
  expect(shown()).toEqual([]);
});

test("an offer that is pointed at does not go, and has its whole time again afterwards", () => {
  notices.show("coded", offer);
  const id = notices.list[0]?.id ?? 0;
  notices.hold(id, "pointer");
  vi.advanceTimersByTime(120_000);
  expect(shown()).toEqual(["coded"]);
  notices.release(id, "pointer");
  vi.advanceTimersByTime(20_000);
  expect(shown()).toEqual(["coded"]);
  vi.advanceTimersByTime(20_000);
  expect(shown()).toEqual([]);
});

test("an offer that is focused stays when the pointer leaves it", () => {
  notices.show("coded", offer);
  const id = notices.list[0]?.id ?? 0;
  notices.hold(id, "focus");
  notices.hold(id, "pointer");
  notices.release(id, "pointer");
  vi.advanceTimersByTime(120_000);
  expect(shown()).toEqual(["coded"]);
  notices.release(id, "focus");
  vi.advanceTimersByTime(31_000);
  expect(shown()).toEqual([]);
});

test("only the latest offer is kept, and a notice dismissed stays away", () => {
  notices.show("first", offer);
  notices.show("second", offer);
  expect(shown()).toEqual(["second"]);
  const id = notices.list[0]?.id ?? 0;
  notices.dismiss(id);
  notices.release(id, "pointer");
  expect(shown()).toEqual([]);
});
