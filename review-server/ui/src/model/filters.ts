// Filters as people choose them: of each field values wanted and values unwanted, and days. Pure.
import type { FacetName, Filters } from "../api/types";

export type Side = "any" | "not";
export interface Chosen { side: Side; field: FacetName; value: string }

/** The fields in the order they are shown, and which are open from the start. */
export const FIELDS: readonly { name: FacetName; title: string; isOpen: boolean }[] = [
  { name: "review", title: "Review", isOpen: true },
  { name: "reviewer", title: "Reviewer", isOpen: false },
  { name: "concept", title: "Concept", isOpen: true },
  { name: "custodian", title: "Custodian", isOpen: true },
  { name: "type", title: "Type", isOpen: true },
  { name: "extension", title: "Extension", isOpen: false },
  { name: "author", title: "Author", isOpen: false },
  { name: "from_domain", title: "From domain", isOpen: false },
  { name: "to_domain", title: "To domain", isOpen: false },
  { name: "year", title: "Year", isOpen: true },
  { name: "month", title: "Month", isOpen: false },
  { name: "language", title: "Language", isOpen: false },
  { name: "size", title: "Size", isOpen: false },
  { name: "attachments", title: "Attachments", isOpen: false },
  { name: "exceptions", title: "Exceptions", isOpen: false },
];
const TITLES = new Map(FIELDS.map(({ name, title }) => [name, title]));

export function isField(name: string): name is FacetName {
  return TITLES.has(name as FacetName);
}

export function titleOf(field: FacetName): string {
  return TITLES.get(field) ?? field;
}

function values(filters: Filters, side: Side, field: FacetName): readonly string[] {
  return filters[side]?.[field] ?? [];
}

/** On which side a value is chosen; `null` on neither. */
export function sideOf(filters: Filters, field: FacetName, value: string): Side | null {
  if (values(filters, "any", field).includes(value)) return "any";
  return values(filters, "not", field).includes(value) ? "not" : null;
}

/** The filters with a value on this side only, or on neither. */
export function withValue(filters: Filters, field: FacetName, value: string, side: Side | null): Filters {
  const next: Filters = { ...filters };
  for (const own of ["any", "not"] as const) {
    const others = values(filters, own, field).filter((one) => one !== value);
    const list = own === side ? [...others, value] : others;
    const { [field]: _, ...rest } = filters[own] ?? {};
    const all = list.length > 0 ? { ...rest, [field]: list } : rest;
    if (Object.keys(all).length > 0) next[own] = all;
    else delete next[own];
  }
  return next;
}

/** The filters with other days; both ends are included, either may be left out. */
export function withDays(filters: Filters, from: string | null, to: string | null): Filters {
  const { from: _, to: __, ...others } = filters;
  return { ...others, ...(from ? { from } : {}), ...(to ? { to } : {}) };
}

/** Every value chosen, in the order of the fields. */
export function chosen(filters: Filters): Chosen[] {
  return FIELDS.flatMap(({ name: field }) =>
    (["any", "not"] as const).flatMap((side) => values(filters, side, field).map((value) => ({ side, field, value }))));
}

export function hasDays(filters: Filters): boolean {
  return filters.from !== undefined || filters.to !== undefined;
}

/** The filters with what was new of saved searches at these looks. */
export function withNew(filters: Filters, looks: readonly string[]): Filters {
  const { new: _, ...others } = filters;
  return looks.length > 0 ? { ...others, new: [...looks] } : others;
}

/** How many things are chosen; a range of days is one. */
export function filterCount(filters: Filters): number {
  return chosen(filters).length + (hasDays(filters) ? 1 : 0) + (filters.new?.length ?? 0);
}
