// Words picked from the dictionary, as a query in the language of the search box.
import type { Dialect } from "../api/types";

/** A query for any of these words, each written as a query says it, in the text or in a field. */
export function anyOf(words: readonly string[], field: string | null, dialect: Dialect): string {
  const small = dialect === "dtsearch" || dialect === "westlaw";
  const group = words.join(small ? " or " : " OR ");
  if (field === null) return words.length > 1 ? `(${group})` : group;
  if (dialect === "dtsearch") return `${field} contains (${group})`;
  return dialect === "westlaw" ? `${field}(${group})` : `${field}:(${group})`;
}

/** A query that finds what both find. */
export function both(query: string, group: string, dialect: Dialect): string {
  const before = query.trim();
  if (before === "") return group;
  const and = dialect === "dtsearch" || dialect === "westlaw" ? "and" : "AND";
  return `${/^[\p{L}\p{N}_*?]+$/u.test(before) ? before : `(${before})`} ${and} ${group}`;
}
