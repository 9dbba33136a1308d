// Addresses and what they mean. The query and its filters stand in the fragment, which a browser never sends: client
// text stays out of server logs.
import type { Dialect, Filters, Sort } from "../api/types";
import { chosen, isField, withDays, withNew, withValue } from "./filters";
import { isSort } from "./sorts";

export type MatterPage = "search" | "batches" | "hits" | "taxonomies" | "deliverables" | "progress" | "members" | "processing";
export type Route =
  | { screen: "matters" }
  | { screen: "matter"; matter: string; page: MatterPage | null; document: string | null; question: Question }
  | { screen: "unknown"; path: string };

/** `dialect` is left out for our own; no `sort` is by relevance. */
export interface Question { query: string; dialect?: Dialect; filters: Filters; sort: readonly Sort[] }

export const NO_QUESTION: Question = { query: "", filters: {}, sort: [] };
const PAGES: readonly string[] = ["search", "batches", "hits", "taxonomies", "deliverables", "progress", "members", "processing"];
export const DIALECTS: readonly { name: Dialect; label: string }[] = [
  { name: "redwell", label: "Redwell" }, { name: "dtsearch", label: "dtSearch (Relativity)" },
  { name: "lucene", label: "Lucene" }, { name: "westlaw", label: "Westlaw, DISCO" },
];

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
  let filters: Filters = {};
  // `type=pdf` wants a value, `-type=pdf` does not.
  for (const [name, value] of values) {
    const field = name.replace(/^-/, "");
    if (isField(field)) filters = withValue(filters, field, value, name === field ? "any" : "not");
  }
  filters = withNew(withDays(filters, values.get("from"), values.get("to")), values.getAll("new"));
  const sort = (values.get("sort") ?? "").split(",").filter(isSort);
  const question: Question = { query: values.get("q") ?? "", filters, sort };
  const dialect = DIALECTS.find(({ name }) => name === values.get("dialect") && name !== "redwell");
  return dialect ? { ...question, dialect: dialect.name } : question;
}

export function writeQuestion({ query, dialect, filters, sort }: Question): string {
  const values = new URLSearchParams();
  if (query !== "") values.set("q", query);
  if (dialect !== undefined && dialect !== "redwell") values.set("dialect", dialect);
  for (const { side, field, value } of chosen(filters)) values.append(side === "any" ? field : `-${field}`, value);
  if (filters.from) values.set("from", filters.from);
  if (filters.to) values.set("to", filters.to);
  for (const look of filters.new ?? []) values.append("new", look);
  if (sort.length > 0) values.set("sort", sort.join(","));
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
