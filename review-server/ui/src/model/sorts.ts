// The orders a result can have, and how a click changes them. The first key decides, the next where it leaves a tie.
import type { Sort } from "../api/types";

export const SORTS: readonly { name: Sort; label: string }[] = [
  { name: "relevance", label: "Relevance" },
  { name: "control_number", label: "Control number" },
  { name: "date_descending", label: "Newest first" },
  { name: "date_ascending", label: "Oldest first" },
  { name: "custodian", label: "Custodian" },
  { name: "family", label: "Families together" },
  { name: "thread", label: "Conversations together" },
  { name: "size_descending", label: "Largest first" },
  { name: "size_ascending", label: "Smallest first" },
  { name: "hits", label: "Most hits first" },
];
/** Most keys the server takes. */
const MOST = 4;
const LABELS = new Map(SORTS.map(({ name, label }) => [name, label]));
const OPPOSITES: Partial<Record<Sort, Sort>> = {
  date_descending: "date_ascending", date_ascending: "date_descending",
  size_descending: "size_ascending", size_ascending: "size_descending",
};

export function isSort(name: string): name is Sort {
  return LABELS.has(name as Sort);
}

export function labelOf(sort: Sort): string {
  return LABELS.get(sort) ?? sort;
}

/** The order in words. */
export function orderInWords(sort: readonly Sort[]): string {
  return sort.length === 0 ? "Relevance" : sort.map(labelOf).join(", then ");
}

/** The order after a choice: alone, or as one key more; chosen again it goes. */
export function chosenSort(sort: readonly Sort[], name: Sort, more: boolean): Sort[] {
  if (!more) return name === "relevance" ? [] : [name];
  if (sort.includes(name)) return sort.filter((one) => one !== name);
  const others = sort.filter((one) => one !== OPPOSITES[name]);
  return [...others, name].slice(-MOST);
}

/** The order after a click on the head of a column that can be sorted by these, each click the next. */
export function clickedColumn(sort: readonly Sort[], own: readonly Sort[], more: boolean): Sort[] {
  const at = sort.findIndex((one) => own.includes(one));
  const place = at < 0 ? -1 : own.indexOf(sort[at]!);
  const next = own[place + 1];
  if (!more) return next ? [next] : [];
  if (at < 0) return chosenSort(sort, own[0]!, true);
  return next ? sort.map((one, n) => (n === at ? next : one)) : sort.filter((_, n) => n !== at);
}
