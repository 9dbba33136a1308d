import { expect, test } from "vitest";
import { blockAt, cutBlocks, overlaps, partsOf } from "./blocks";

function check(text: string, pages: number[], expected: [string, number | null][]) {
  expect(cutBlocks(text, pages).map((b) => [text.slice(b.start, b.end), b.page])).toEqual(expected);
}

test("blank lines and page starts end a block", () => {
  check("one\n\ntwo\nthree", [], [["one\n\n", null], ["two\nthree", null]]);
  check("one\n\n\n\ntwo", [], [["one\n\n\n\n", null], ["two", null]]);
  check("one\ntwo", [0, 4], [["one\n", 1], ["two", 2]]);
  check("", [], []);
});

test("an empty page keeps its number", () => check("ab", [0, 2, 2], [["ab", 1], ["", 2], ["", 3]]));

test("a text without line ends is cut, never inside a pair", () => {
  const text = "x".repeat(3999) + "😀".repeat(3000);
  const blocks = cutBlocks(text, []);
  expect(blocks.map((b) => text.slice(b.start, b.end)).join("")).toBe(text);
  for (const b of blocks) expect(text.charCodeAt(b.start) & 0xfc00).not.toBe(0xdc00);
});

test("a span is divided over the blocks it touches", () => {
  const blocks = cutBlocks("one\n\ntwo\n\nsix", []);
  expect(blockAt(blocks, 5)).toBe(1);
  expect(partsOf(blocks, { start: 2, end: 11 })).toEqual([
    { block: 0, start: 2, end: 5 }, { block: 1, start: 0, end: 5 }, { block: 2, start: 0, end: 1 },
  ]);
});

test("stretches covered twice are found once", () => {
  expect(overlaps([{ start: 0, end: 10 }, { start: 5, end: 15 }])).toEqual([{ start: 5, end: 10 }]);
  expect(overlaps([{ start: 0, end: 5 }, { start: 5, end: 9 }])).toEqual([]);
  expect(overlaps([{ start: 0, end: 9 }, { start: 1, end: 8 }, { start: 2, end: 3 }])).toEqual([{ start: 1, end: 8 }]);
});
