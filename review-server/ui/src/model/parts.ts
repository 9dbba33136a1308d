// What each stretch of a query is, for colouring it while it is typed. The server says it, of a text that may have been
// edited since: parts are moved by the edit until its next answer is here. Positions are UTF-16 indices.
import type { QueryPart } from "../api/types";
import { TextRuler } from "./ruler";

export type PartKind = QueryPart["kind"];
export interface Part { kind: PartKind; start: number; end: number }
/** A stretch as drawn: of one kind or none, perhaps one of the two brackets that belong together at the caret. */
export interface Run { text: string; kind: PartKind | null; isPair: boolean }

/** The parts of a text as the server gives them, in code points, in the browser's indices. */
export function inUnits(text: string, parts: readonly QueryPart[]): Part[] {
  const ruler = new TextRuler(text);
  return parts.map(({ kind, start, end }) => ({ kind, start: ruler.unitAt(start), end: ruler.unitAt(end) }));
}

/** The parts of an edited text, as far as the parts of the text before tell. */
export function shifted(parts: readonly Part[], before: string, after: string): Part[] {
  if (before === after) return [...parts];
  const shorter = Math.min(before.length, after.length);
  let first = 0;
  while (first < shorter && before[first] === after[first]) first += 1;
  let kept = 0;
  while (kept < shorter - first && before[before.length - 1 - kept] === after[after.length - 1 - kept]) kept += 1;
  const [oldEnd, newEnd] = [before.length - kept, after.length - kept];
  const by = after.length - before.length;
  const grows = /^[\p{L}\p{N}_]+$/u.test(after.slice(first, newEnd));
  return parts.flatMap((part) => {
    if (part.end < first) return [part];
    if (part.start >= oldEnd && part.start > first) return [{ ...part, start: part.start + by, end: part.end + by }];
    if (part.end === first) return [{ ...part, end: grows && part.kind !== "bracket" ? newEnd : part.end }];
    const start = part.start < first ? part.start : newEnd;
    const end = part.end >= oldEnd ? part.end + by : first;
    return end > start ? [{ ...part, start, end }] : [];
  });
}

/** The bracket directly before or after the caret and the one it belongs with, by their indices. */
export function pairAt(text: string, parts: readonly Part[], caret: number): [number, number] | null {
  const open: number[] = [];
  const beside = (at: number) => at === caret - 1 || at === caret;
  for (const part of parts) {
    if (part.kind !== "bracket") continue;
    if (text[part.start] === "(") open.push(part.start);
    else {
      const start = open.pop();
      if (start !== undefined && (beside(start) || beside(part.start))) return [start, part.start];
    }
  }
  return null;
}

/** The whole text in stretches as drawn. */
export function runs(text: string, parts: readonly Part[], pair: readonly number[] | null): Run[] {
  const found: Run[] = [];
  let at = 0;
  for (const { kind, start, end } of parts) {
    if (start < at || end > text.length) continue;
    if (start > at) found.push({ text: text.slice(at, start), kind: null, isPair: false });
    found.push({ text: text.slice(start, end), kind, isPair: kind === "bracket" && pair?.includes(start) === true });
    at = end;
  }
  if (at < text.length) found.push({ text: text.slice(at), kind: null, isPair: false });
  return found;
}
