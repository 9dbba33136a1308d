// Cuts a text into plain and marked stretches, by ranges in code points: snippets, warnings, a syntax error's place.
import { TextRuler } from "./ruler";

export interface Stretch { text: string; marked: boolean }

export function stretches(text: string, ranges: readonly (readonly number[])[]): Stretch[] {
  const ruler = new TextRuler(text);
  const found: Stretch[] = [];
  let at = 0;
  const sorted = [...ranges].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
  for (const [from = 0, to = 0] of sorted) {
    const start = Math.max(at, ruler.unitAt(from));
    const end = ruler.unitAt(to);
    if (end <= start) continue;
    if (start > at) found.push({ text: text.slice(at, start), marked: false });
    found.push({ text: text.slice(start, end), marked: true });
    at = end;
  }
  if (at < text.length) found.push({ text: text.slice(at), marked: false });
  return found;
}
