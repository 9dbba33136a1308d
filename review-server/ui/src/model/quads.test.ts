import { expect, test } from "vitest";
import { boxOf, contains, displayedSize, mergeLines, pictureSpace, quadOf } from "./quads";

const box = (x0: number, y0: number, x1: number, y1: number) => ({ x0, y0, x1, y1 });

test("a box becomes a quad and back", () => {
  expect(quadOf(box(1, 2, 3, 4))).toEqual([1, 4, 3, 4, 1, 2, 3, 2]);
  expect(boxOf(quadOf(box(1, 2, 3, 4)))).toEqual(box(1, 2, 3, 4));
});

test("a point is found in any corner order", () => {
  expect(contains([0, 0, 10, 0, 10, 5, 0, 5], 9, 4)).toBe(true);
  expect(contains([0, 0, 10, 0, 10, 5, 0, 5], 11, 4)).toBe(false);
});

test("pieces of a line are merged, lines are not", () => {
  expect(mergeLines([box(0, 0, 10, 10), box(12, 0, 20, 10)])).toEqual([box(0, 0, 20, 10)]);
  expect(mergeLines([box(0, 12, 10, 22), box(0, 0, 10, 10)])).toHaveLength(2);
});

test("columns stay apart and empty pieces are dropped", () => {
  expect(mergeLines([box(0, 0, 10, 10), box(200, 0, 220, 10)])).toHaveLength(2);
  expect(mergeLines([box(0, 0, 0, 10)])).toEqual([]);
});

test("a turned page swaps its sides", () => {
  expect(displayedSize([0, 0, 612, 792], 90)).toEqual({ width: 792, height: 612 });
  expect(displayedSize([10, 10, 110, 60], 180)).toEqual({ width: 100, height: 50 });
});

test("a picture's page space has its origin at the lower left", () => {
  const space = pictureSpace([0, 0, 144, 72], 2);
  expect(space.convertToViewportPoint(0, 72)).toEqual([0, 0]);
  expect(space.convertToViewportPoint(144, 0)).toEqual([288, 144]);
  expect(space.convertToPdfPoint(288, 144)).toEqual([144, 0]);
});
