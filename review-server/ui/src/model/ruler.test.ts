import { expect, test } from "vitest";
import { TextRuler } from "./ruler";

function check(text: string, unit: number, codePoint: number) {
  const ruler = new TextRuler(text);
  expect(ruler.codePointAt(unit)).toBe(codePoint);
  expect(ruler.unitAt(codePoint)).toBe(unit);
}

test("plain text counts the same in both", () => {
  check("clause", 0, 0);
  check("clause", 6, 6);
  check("Gebühr", 4, 4);
});

test("each character outside the plane takes two units", () => {
  check("a😀b", 1, 1);
  check("a😀b", 3, 2);
  check("😀😀", 4, 2);
  check("😀x😀y", 5, 3);
});

test("an index inside a pair counts as its start", () => {
  expect(new TextRuler("a😀b").codePointAt(2)).toBe(1);
});

test("positions beyond the text are clamped", () => {
  expect(new TextRuler("ab").codePointAt(9)).toBe(2);
  expect(new TextRuler("a😀").unitAt(9)).toBe(3);
});

test("every boundary round-trips", () => {
  const text = "Φ 😀 clause — “𝔸𝔹” é\u{10FFFF} end";
  const ruler = new TextRuler(text);
  expect(ruler.codePoints).toBe([...text].length);
  for (let at = 0; at <= ruler.codePoints; at += 1) expect(ruler.codePointAt(ruler.unitAt(at))).toBe(at);
});
