import { expect, test } from "vitest";
import { EVERYTHING, isPicked, NOTHING, pickedCount, picking } from "./picked";

test("some documents are picked", () => {
  const two = picking(NOTHING, [3, 5], true);
  expect([isPicked(two, 3), isPicked(two, 4), pickedCount(two, 100)]).toEqual([true, false, 2]);
  expect(picking(two, [3, 5], false)).toEqual(NOTHING);
});

test("all documents but some are picked", () => {
  const most = picking(EVERYTHING, [3], false);
  expect([isPicked(most, 3), isPicked(most, 4), pickedCount(most, 100)]).toEqual([false, true, 99]);
  expect(picking(most, [3], true)).toEqual(EVERYTHING);
});
