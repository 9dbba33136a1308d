// What is said of batches, and the queries that mean them.
import type { BatchSet, Selection } from "../api/types";
import { counted } from "./format";

/** The query that means a set, or one of its batches. */
export function batchQuery(name: string): string {
  return `batch:"${name}"`;
}

/** `2 checked in · 1 checked out · 5 open`. */
export function tally(set: Pick<BatchSet, "checked_in" | "checked_out" | "open">): string {
  return [[set.checked_in, "checked in"], [set.checked_out, "checked out"], [set.open, "open"]]
    .filter(([batches]) => batches !== 0).map(([batches, what]) => `${batches} ${what}`).join(" · ");
}

/** How it was split: `212 documents in 5 batches of up to 50, families together`. */
export function split(set: Pick<BatchSet, "documents" | "batches" | "size" | "keep_families">): string {
  const families = set.keep_families ? ", families together" : "";
  return `${counted(set.documents, "document")} in ${counted(set.batches, "batch", "batches")} of up to ${set.size}${families}`;
}

/** What is chosen by a selection besides its query: `with filters, with families, and 3 documents selected`. */
export function besides(selection: Selection): string {
  const { all_of: all, ordinals = [], except = [], with_family: family, with_duplicates: duplicates } = selection;
  const filters = all?.filters;
  const hasFilters = filters !== undefined && (Object.keys(filters.any ?? {}).length > 0 || Object.keys(filters.not ?? {}).length > 0
    || Boolean(filters.from) || Boolean(filters.to) || (filters.new ?? []).length > 0);
  return [
    hasFilters && "with filters", except.length > 0 && `without ${counted(except.length, "document")}`,
    ordinals.length > 0 && `${all ? "and " : ""}${counted(ordinals.length, "document")} selected`,
    family && "with their families", duplicates && "with their duplicates",
  ].filter(Boolean).join(", ");
}
