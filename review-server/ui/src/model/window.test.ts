import { expect, test } from "vitest";
import { fixedWindow, tops, unevenWindow } from "./window";

test("rows of one height", () => {
  expect(fixedWindow(1000, 60, 600, 300, 2)).toEqual({ first: 8, end: 17 });
  expect(fixedWindow(3, 60, 0, 300, 2)).toEqual({ first: 0, end: 3 });
  expect(fixedWindow(0, 60, 900, 300, 2)).toEqual({ first: 0, end: 0 });
});

test("rows of known heights", () => {
  const all = tops([100, 200, 100], 10);
  expect(all).toEqual([0, 110, 320, 430]);
  expect(unevenWindow(all, 0, 100, 0)).toEqual({ first: 0, end: 1 });
  expect(unevenWindow(all, 115, 210, 0)).toEqual({ first: 1, end: 3 });
  expect(unevenWindow(all, 0, 100, 1)).toEqual({ first: 0, end: 2 });
});
