import { expect, test } from "vitest";
import { emphasised, oneLine, stretches } from "./marks";

function check(text: string, ranges: number[][], expected: string) {
  expect(stretches(text, ranges).map((s) => (s.marked ? `[${s.text}]` : s.text)).join("")).toBe(expected);
}

test("ranges are marked in code points", () => {
  check("the price rose", [[4, 9]], "the [price] rose");
  check("😀 price", [[2, 7]], "😀 [price]");
  check("a b", [[2, 3], [0, 1]], "[a] [b]");
  check("overlap", [[0, 4], [2, 6]], "[over][la]p");
  check("none", [], "none");
});

test("a line of a list begins a few words before its first hit", () => {
  const line = (text: string, ranges: number[][]) => oneLine(text, ranges).map((s) => (s.marked ? `[${s.text}]` : s.text)).join("");
  expect(line("… 6.1 During the Term of this Agreement and subject to it, exclusive license", [[59, 76]])).toBe("… and subject to it, [exclusive license]");
  expect(line("near the start: hit", [[16, 19]])).toBe("near the start: [hit]");
  expect(line("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa hit", [[37, 40]])).toMatch(/^… \[hit\]$/);
  expect(line("no hit in this one, however long it may become in the end", [])).toBe("no hit in this one, however long it may become in the end");
});

test("what people wrote stands out in a sentence", () => {
  const shown = (sentence: string) => emphasised(sentence).map((s) => (s.marked ? `[${s.text}]` : s.text)).join("");
  expect(shown("documents where *a b* occurs")).toBe("documents where [a b] occurs");
  expect(shown("a word of the form `a*b*c`, and *d*")).toBe("a word of the form [a*b*c], and [d]");
  expect(shown("2 * 3 is plain")).toBe("2 * 3 is plain");
});
