// The columns a table of results can have: what each shows of a document, and which orders its head offers.
import type { Hit, Sort } from "../api/types";
import { count, date, size } from "./format";

export type ColumnName =
  | "control_number" | "title" | "custodian" | "from" | "to" | "author" | "date" | "type" | "size" | "pages" | "language"
  | "concepts" | "annotations" | "exceptions" | "hits" | "first_hit" | "family" | "file_name" | "path";

export interface Column {
  name: ColumnName;
  title: string;
  width: number;
  isNumber: boolean;
  sorts: readonly Sort[];
  show: (hit: Hit, told: Told) => string;
}

/** What a cell needs besides the document. */
export interface Told { zone: string; label: (iri: string) => string }

/** One column as chosen. */
export interface ChosenColumn { name: ColumnName; width: number }

const some = (value: number) => (value > 0 ? count(value) : "");

function column(
  name: ColumnName, title: string, width: number, show: Column["show"], more: Partial<Pick<Column, "isNumber" | "sorts">> = {},
): Column {
  return { name, title, width, show, isNumber: false, sorts: [], ...more };
}

export const COLUMNS: readonly Column[] = [
  column("control_number", "Control number", 150, (hit) => hit.control_number, { sorts: ["control_number"] }),
  column("title", "Title", 280, (hit) => hit.title || hit.file_name),
  column("custodian", "Custodian", 130, (hit) => hit.custodian, { sorts: ["custodian"] }),
  column("from", "From", 190, (hit) => hit.from.join("; ")),
  column("to", "To", 190, (hit) => hit.to.join("; ")),
  column("author", "Author", 140, (hit) => hit.authors.join("; ")),
  column("date", "Date", 110, (hit, { zone }) => date(hit.date, zone), { sorts: ["date_descending", "date_ascending"] }),
  column("type", "Type", 120, (hit) => hit.type_label),
  column("size", "Size", 84, (hit) => size(hit.size_bytes), { isNumber: true, sorts: ["size_descending", "size_ascending"] }),
  column("pages", "Pages", 70, (hit) => (hit.pages ? count(hit.pages) : ""), { isNumber: true }),
  column("language", "Language", 84, (hit) => hit.language ?? ""),
  column("concepts", "Concepts", 190, (hit, { label }) => hit.concepts.map(label).join(", ")),
  column("annotations", "Annotations", 98, (hit) => some(hit.annotations), { isNumber: true }),
  column("exceptions", "Exceptions", 94, (hit) => some(hit.exceptions), { isNumber: true }),
  column("hits", "Hits", 64, (hit) => some(hit.hits), { isNumber: true, sorts: ["hits"] }),
  column("first_hit", "First hit", 300, (hit) => (hit.hits > 0 ? (hit.snippets[0]?.text ?? "") : "")),
  column("family", "Family", 160, (hit) => (hit.family_size > 1 ? `${hit.family} (${hit.family_size})` : ""), { sorts: ["family"] }),
  column("file_name", "File name", 190, (hit) => hit.file_name),
  column("path", "Path", 300, (hit) => hit.path),
];
const BY_NAME = new Map(COLUMNS.map((one) => [one.name, one]));

const USUAL: readonly ColumnName[] = ["control_number", "title", "custodian", "date", "type", "concepts", "hits"];
export const USUAL_COLUMNS: readonly ChosenColumn[] = USUAL.map((name) => ({ name, width: columnOf(name).width }));
const NARROWEST = 48;
const WIDEST = 900;

export function columnOf(name: ColumnName): Column {
  const found = BY_NAME.get(name);
  if (!found) throw new Error(`there is no column ${name}`);
  return found;
}

/** Columns as remembered: those that no longer are are left out; the control number is always there. */
export function readColumns(stored: readonly { name: string; width: number }[] | undefined): ChosenColumn[] {
  const known = (stored ?? USUAL_COLUMNS).filter((one): one is ChosenColumn => BY_NAME.has(one.name as ColumnName));
  if (known.some((one) => one.name === "control_number")) return known;
  return [{ name: "control_number", width: columnOf("control_number").width }, ...known];
}

/** With a column more, at the end, or without it. */
export function toggledColumn(columns: readonly ChosenColumn[], name: ColumnName): ChosenColumn[] {
  if (name === "control_number") return [...columns];
  if (columns.some((one) => one.name === name)) return columns.filter((one) => one.name !== name);
  return [...columns, { name, width: columnOf(name).width }];
}

/** With a column moved by so many places. */
export function movedColumn(columns: readonly ChosenColumn[], name: ColumnName, by: number): ChosenColumn[] {
  const from = columns.findIndex((one) => one.name === name);
  const to = Math.max(0, Math.min(columns.length - 1, from + by));
  const others = columns.filter((one) => one.name !== name);
  return from < 0 ? [...columns] : [...others.slice(0, to), columns[from]!, ...others.slice(to)];
}

/** With a column so wide. */
export function sizedColumn(columns: readonly ChosenColumn[], name: ColumnName, width: number): ChosenColumn[] {
  const fitting = Math.max(NARROWEST, Math.min(WIDEST, Math.round(width)));
  return columns.map((one) => (one.name === name ? { name, width: fitting } : one));
}
