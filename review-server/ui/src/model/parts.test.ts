import { expect, test } from "vitest";
import { inUnits, pairAt, runs, shifted, type Part, type PartKind } from "./parts";

/** The parts of a text, from the same text with a letter for the kind before each part in brackets: `w[a] o[AND]`. */
function marked(written: string): { text: string; parts: Part[] } {
  const kinds: Record<string, PartKind> = { w: "word", o: "operator", b: "bracket", p: "phrase", e: "error" };
  const parts: Part[] = [];
  let text = "";
  for (const [, kind, inner, between] of written.matchAll(/([a-z])\[([^\]]*)\]|([^[\]]+?(?=[a-z]\[|$))/g)) {
    if (kind === undefined) { text += between; continue; }
    parts.push({ kind: kinds[kind]!, start: text.length, end: text.length + inner!.length });
    text += inner;
  }
  return { text, parts };
}

function check(before: string, after: string) {
  const [old, wanted] = [marked(before), marked(after)];
  expect(runs(wanted.text, shifted(old.parts, old.text, wanted.text), null)).toEqual(runs(wanted.text, wanted.parts, null));
}

test("an edit moves what stands behind it", () => {
  check("w[a] o[AND] w[b]", "w[a] x o[AND] w[b]");
  check("w[a] o[AND] w[b]", " w[a] o[AND] w[b]");
  check("w[a] x o[AND] w[b]", "w[a] o[AND] w[b]");
});

test("a part grows and shrinks with the letters in it", () => {
  check("w[bre] o[OR] w[b]", "w[brexx] o[OR] w[b]");
  check("w[breach] w[b]", "w[brach] w[b]");
  check("p[\"due notice\"] w[b]", "p[\"due no notice\"] w[b]");
  check("w[breach] w[b]", "w[b]");
});

test("what is typed behind a part joins it only when it is a letter", () => {
  check("w[a]", "w[ab]");
  check("w[a]", "w[a] ");
  check("w[a]", "w[a](");
});

test("brackets at the caret belong together", () => {
  const { text, parts } = marked("b[(]w[a] b[(]w[b]b[)]b[)]");
  expect(pairAt(text, parts, 0)).toEqual([0, 6]);
  expect(pairAt(text, parts, 6)).toEqual([3, 5]);
  expect(pairAt(text, parts, 7)).toEqual([0, 6]);
  expect(pairAt(text, parts, 2)).toBeNull();
  const open = marked("e[(]w[a]");
  expect(pairAt(open.text, open.parts, 0)).toBeNull();
});

test("code points become indices", () => {
  expect(inUnits("😀 a", [{ kind: "word", start: 2, end: 3 }])).toEqual([{ kind: "word", start: 3, end: 4 }]);
});

test("nothing of the text is lost", () => {
  const { text, parts } = marked("w[a] o[AND] p[\"b\"] x");
  expect(runs(text, parts, null).map((run) => run.text).join("")).toBe(text);
});
