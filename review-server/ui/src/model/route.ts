// Addresses and what they mean. The query and its filters stand in the fragment, which a browser never sends: client
// text stays out of server logs.
import type { Dialect, Filters, Sort } from "../api/types";

export type MatterPage = "search" | "hits" | "taxonomies" | "deliverables" | "progress" | "members" | "processing";
export type Route =
  | { screen: "matters" }
  | { screen: "matter"; matter: string; page: MatterPage | null; document: string | null; question: Question }
  | { screen: "unknown"; path: string };

/** `dialect` is left out for our own. */
export interface Question { query: string; dialect?: Dialect; filters: Filters; sort: Sort }

export const NO_QUESTION: Question = { query: "", filters: {}, sort: "relevance" };
const PAGES: readonly string[] = ["search", "hits", "taxonomies", "deliverables", "progress", "members", "processing"];
const LISTS = ["custodian", "type", "year", "language", "concept"] as const;
export const DIALECTS: readonly { name: Dialect; label: string }[] = [
  { name: "redwell", label: "Redwell" }, { name: "dtsearch", label: "dtSearch (Relativity)" },
  { name: "lucene", label: "Lucene" }, { name: "westlaw", label: "Westlaw, DISCO" },
];
const SORTS: readonly string[] = ["relevance", "control_number", "date_ascending", "date_descending"];

export function readRoute(path: string, fragment: string): Route {
  const parts = path.split("/").filter((part) => part !== "").map(decode);
  if (parts.length === 0) return { screen: "matters" };
  const [m, matter, page, document] = parts;
  if (m !== "m" || matter === undefined) return { screen: "unknown", path };
  const question = readQuestion(fragment);
  if (page === undefined) return { screen: "matter", matter, page: null, document: null, question };
  if (page === "d" && document !== undefined) return { screen: "matter", matter, page: "search", document, question };
  if (parts.length > 3 || !PAGES.includes(page)) return { screen: "unknown", path };
  return { screen: "matter", matter, page: page as MatterPage, document: null, question };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function readQuestion(fragment: string): Question {
  const values = new URLSearchParams(fragment.replace(/^#/, ""));
  const filters: Filters = {};
  for (const field of LISTS) {
    const chosen = values.getAll(field);
    if (chosen.length > 0) filters[field] = chosen;
  }
  if (values.has("uncoded")) filters.uncoded = values.get("uncoded") === "1";
  if (values.has("annotated")) filters.annotated = values.get("annotated") === "1";
  const sort = values.get("sort") ?? "relevance";
  const question: Question = { query: values.get("q") ?? "", filters, sort: SORTS.includes(sort) ? (sort as Sort) : "relevance" };
  const dialect = DIALECTS.find(({ name }) => name === values.get("dialect") && name !== "redwell");
  return dialect ? { ...question, dialect: dialect.name } : question;
}

export function writeQuestion({ query, dialect, filters, sort }: Question): string {
  const values = new URLSearchParams();
  if (query !== "") values.set("q", query);
  if (dialect !== undefined && dialect !== "redwell") values.set("dialect", dialect);
  for (const field of LISTS) for (const value of filters[field] ?? []) values.append(field, value);
  if (filters.uncoded !== undefined) values.set("uncoded", filters.uncoded ? "1" : "0");
  if (filters.annotated !== undefined) values.set("annotated", filters.annotated ? "1" : "0");
  if (sort !== "relevance") values.set("sort", sort);
  const text = values.toString();
  return text === "" ? "" : `#${text}`;
}

export function matterPath(matter: string, page?: MatterPage): string {
  return `/m/${encodeURIComponent(matter)}${page ? `/${page}` : ""}`;
}

export function documentPath(matter: string, controlNumber: string, question: Question): string {
  return `${matterPath(matter)}/d/${encodeURIComponent(controlNumber)}${writeQuestion(question)}`;
}

/** The address of a search. */
export function searchPath(matter: string, question: Partial<Question>): string {
  return `${matterPath(matter, "search")}${writeQuestion({ ...NO_QUESTION, ...question })}`;
}

/** A filter with one value more, or less if it was there. */
export function toggled(filters: Filters, field: (typeof LISTS)[number], value: string): Filters {
  const own = filters[field] ?? [];
  const chosen = own.includes(value) ? own.filter((one) => one !== value) : [...own, value];
  const { [field]: _, ...others } = filters;
  return chosen.length > 0 ? { ...others, [field]: chosen } : others;
}

export function filterCount(filters: Filters): number {
  const flags = [filters.uncoded, filters.annotated].filter((flag) => flag !== undefined).length;
  return LISTS.reduce((sum, field) => sum + (filters[field]?.length ?? 0), flags);
}
