import { expect, test } from "vitest";
import { stretches } from "./marks";

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
