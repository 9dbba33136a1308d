// The concept tree as it is shown: rows in order, folded and filtered. Concepts come in pre-order with a depth; one
// with several broader concepts stands once, under the first.
import type { Concept, Taxonomy } from "../api/types";

export interface TreeRow {
  concept: Concept;
  taxonomy: number;
  parent: number | null;
  hasChildren: boolean;
  isOpen: boolean;
  position: number;
  siblings: number;
}

/** Rows of one taxonomy. A filter opens the way to every match and hides the rest. */
export function treeRows(taxonomy: Taxonomy, folded: ReadonlySet<string>, filter: string): TreeRow[] {
  const { concepts } = taxonomy;
  const kept = filter.trim() === "" ? null : withAncestors(concepts, filter);
  const shown = concepts.map((_, n) => n).filter((n) => kept === null || kept.has(n));
  const rows: TreeRow[] = [];
  const open: { depth: number; row: number; isOpen: boolean }[] = [];
  const counts = new Map<number, number>();
  for (let at = 0; at < shown.length; at += 1) {
    const concept = concepts[shown[at]!]!;
    while (open.length > 0 && open.at(-1)!.depth >= concept.depth) open.pop();
    if (open.some((level) => !level.isOpen)) continue;
    const next = shown[at + 1];
    const hasChildren = next !== undefined && concepts[next]!.depth > concept.depth;
    const isOpen = hasChildren && (kept !== null || !folded.has(concept.iri));
    const parent = open.at(-1)?.row ?? null;
    const position = (counts.get(parent ?? -1) ?? 0) + 1;
    counts.set(parent ?? -1, position);
    rows.push({ concept, taxonomy: taxonomy.id, parent, hasChildren, isOpen, position, siblings: 0 });
    if (hasChildren) open.push({ depth: concept.depth, row: rows.length - 1, isOpen });
  }
  for (const row of rows) row.siblings = counts.get(row.parent ?? -1) ?? 1;
  return rows;
}

function withAncestors(concepts: readonly Concept[], filter: string): Set<number> {
  const kept = new Set<number>();
  const path: number[] = [];
  concepts.forEach((concept, n) => {
    while (path.length > 0 && concepts[path.at(-1)!]!.depth >= concept.depth) path.pop();
    path.push(n);
    if (matches(concept, filter)) for (const step of path) kept.add(step);
  });
  return kept;
}

/** Whether every word of the filter begins a word of the label, an alternative label or the notation. */
export function matches(concept: Concept, filter: string): boolean {
  const own = fold([concept.label, ...concept.alt_labels, concept.notation ?? ""].join(" "));
  return fold(filter).split(/\s+/).every((word) => own.startsWith(word) || own.includes(` ${word}`));
}

function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase().replace(/[-_/()[\].,]+/g, " ");
}

/** Concepts that match, best first: those whose label begins with the filter, then the rest in order. */
export function pick(concepts: readonly Concept[], filter: string, limit: number): Concept[] {
  const typed = fold(filter.trim());
  if (typed === "") return concepts.slice(0, limit);
  const found = concepts.filter((concept) => matches(concept, filter));
  const begins = found.filter((concept) => fold(concept.label).startsWith(typed));
  return [...begins, ...found.filter((concept) => !begins.includes(concept))].slice(0, limit);
}

/** The labels above a concept, the top first. */
export function pathTo(concept: Concept, byIri: ReadonlyMap<string, Concept>): string[] {
  const path: string[] = [];
  const seen = new Set([concept.iri]);
  let above = concept.broader[0];
  while (above !== undefined && !seen.has(above)) {
    seen.add(above);
    const broader = byIri.get(above);
    if (!broader) break;
    path.unshift(broader.label);
    above = broader.broader[0];
  }
  return path;
}

/** Several taxonomies as one tree: each title stands above its concepts. One taxonomy stands alone. */
export function forest(taxonomies: readonly Taxonomy[]): { tree: Taxonomy; titles: ReadonlySet<string> } | null {
  const [first] = taxonomies;
  if (!first) return null;
  if (taxonomies.length === 1) return { tree: first, titles: new Set() };
  const concepts = taxonomies.flatMap((taxonomy) => {
    const title: Concept = {
      iri: taxonomy.iri, label: taxonomy.title, alt_labels: [], definition: taxonomy.description, broader: [],
      narrower: [], depth: 0, top: taxonomy.iri, colour: -1, documents: 0,
    };
    return [title, ...taxonomy.concepts.map((concept) => ({ ...concept, depth: concept.depth + 1 }))];
  });
  return { tree: { ...first, concepts }, titles: new Set(taxonomies.map((taxonomy) => taxonomy.iri)) };
}

/** The concepts the digits 1 to 9 stand for: those pinned, or else the first that can be coded. */
export function digitConcepts(concepts: readonly Concept[], pinned: readonly string[]): string[] {
  const known = new Set(concepts.map((concept) => concept.iri));
  const own = pinned.filter((iri) => known.has(iri));
  if (own.length > 0) return own.slice(0, 9);
  return concepts.slice(0, 9).map((concept) => concept.iri);
}
