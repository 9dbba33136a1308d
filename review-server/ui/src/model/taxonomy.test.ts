import { expect, test } from "vitest";
import type { Concept, Taxonomy } from "../api/types";
import { digitConcepts, forest, matches, pathTo, pick, treeRows } from "./taxonomy";

function concept(label: string, depth: number, broader: string[] = [], more: Partial<Concept> = {}): Concept {
  return {
    iri: `x:${label}`, label, alt_labels: [], broader: broader.map((b) => `x:${b}`), narrower: [], depth,
    top: "x:top", colour: 0, documents: 0, ...more,
  };
}
const taxonomy: Taxonomy = {
  id: 1, iri: "x:", title: "T", language: "en", version: 1, imported_at: "", imported_by: "", warnings: [],
  concepts: [
    concept("Contract", 0), concept("Term", 1, ["Contract"]), concept("Renewal", 2, ["Term"], { alt_labels: ["Évergreen"] }),
    concept("Price", 1, ["Contract"], { notation: "P-1" }), concept("Privilege", 0),
  ],
};
const shown = (folded: string[], filter: string) => treeRows(taxonomy, new Set(folded), filter).map((row) => row.concept.label);

test("everything open, folded, filtered", () => {
  expect(shown([], "")).toEqual(["Contract", "Term", "Renewal", "Price", "Privilege"]);
  expect(shown(["x:Term"], "")).toEqual(["Contract", "Term", "Price", "Privilege"]);
  expect(shown(["x:Contract"], "")).toEqual(["Contract", "Privilege"]);
  expect(shown(["x:Contract"], "renew")).toEqual(["Contract", "Term", "Renewal"]);
  expect(shown([], "nothing")).toEqual([]);
});

test("rows know their place among their siblings", () => {
  const rows = treeRows(taxonomy, new Set(), "");
  expect(rows.map((row) => [row.position, row.siblings, row.parent])).toEqual([
    [1, 2, null], [1, 2, 0], [1, 1, 1], [2, 2, 0], [2, 2, null],
  ]);
});

test("a filter reads labels, alternative labels and notations, without accents", () => {
  const [, , renewal, price] = taxonomy.concepts;
  expect(matches(renewal!, "evergreen")).toBe(true);
  expect(matches(price!, "p 1")).toBe(true);
  expect(matches(price!, "rice")).toBe(false);
});

test("a label that begins with the filter comes first", () => {
  expect(pick(taxonomy.concepts, "pri", 9).map((c) => c.label)).toEqual(["Price", "Privilege"]);
});

test("the path leads from the top, and a circle ends", () => {
  const byIri = new Map(taxonomy.concepts.map((c) => [c.iri, c]));
  expect(pathTo(taxonomy.concepts[2]!, byIri)).toEqual(["Contract", "Term"]);
  const a = concept("A", 0, ["B"]);
  const b = concept("B", 0, ["A"]);
  expect(pathTo(a, new Map([[a.iri, a], [b.iri, b]]))).toEqual(["B"]);
});

test("digits stand for pins, or else for the first concepts", () => {
  expect(digitConcepts(taxonomy.concepts, ["x:Price", "x:gone"])).toEqual(["x:Price"]);
  expect(digitConcepts(taxonomy.concepts, [])).toHaveLength(5);
});

test("several taxonomies stand under their titles, one stands alone", () => {
  expect(forest([taxonomy])?.tree).toBe(taxonomy);
  const second = { ...taxonomy, id: 2, iri: "y:", title: "U", concepts: [concept("Theme", 0)] };
  const both = forest([taxonomy, second])!;
  expect(both.tree.concepts.map((c) => `${c.depth}${c.label}`)).toEqual([
    "0T", "1Contract", "2Term", "3Renewal", "2Price", "1Privilege", "0U", "1Theme",
  ]);
  expect([...both.titles]).toEqual(["x:", "y:"]);
});
