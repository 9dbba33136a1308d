// Cuts a text into plain and marked stretches, by ranges in code points: snippets, warnings, a syntax error's place.
import { TextRuler } from "./ruler";

/** Characters of a list's snippet shown before its first hit, so that the hit is in sight on one line. */
const LEAD = 24;

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

/** The stretches of a snippet for one line of a list: what stands before the first hit is shortened at a word. */
export function oneLine(text: string, ranges: readonly (readonly number[])[]): Stretch[] {
  const found = stretches(text, ranges);
  const first = found[0];
  if (!first || first.marked || found.length === 1 || first.text.length <= LEAD) return found;
  const cut = first.text.slice(-LEAD);
  return [{ text: `…${cut.slice(Math.max(0, cut.search(/\s/)))}`, marked: false }, ...found.slice(1)];
}

/** A sentence of the server's, in which words people wrote stand between asterisks or backticks. */
export function emphasised(sentence: string): Stretch[] {
  return sentence.split(/(\*[^*`]+\*|`[^`]+`)/).filter((part) => part !== "").map((part) => {
    const marked = part.length > 2 && (part[0] === "*" || part[0] === "`") && part.at(-1) === part[0];
    return { text: marked ? part.slice(1, -1) : part, marked };
  });
}
