// Cuts a canonical text into blocks that are drawn one by one, so that a long text stays light. A block never crosses
// a page start, ends at a line end where it can, and keeps every character: the blocks joined are the text.
import { lowerBound, type Span } from "./ruler";

export interface Block extends Span {
  /** The number of the page that starts with this block, or null. */
  page: number | null;
}

const LONG_BLOCK = 4000;

/** Positions are UTF-16 indices; `pageStarts` are those of pages 1, 2, 3 and so on. */
export function cutBlocks(text: string, pageStarts: readonly number[]): Block[] {
  const blocks: Block[] = [];
  const starts = pageStarts.length > 0 ? pageStarts : [0];
  starts.forEach((start, index) => {
    const end = starts[index + 1] ?? text.length;
    let at = index === 0 ? 0 : start;
    let page = pageStarts.length > 0 ? index + 1 : null;
    if (at === end && page !== null) blocks.push({ start: at, end, page });
    while (at < end) {
      const stop = blockEnd(text, at, end);
      blocks.push({ start: at, end: stop, page });
      page = null;
      at = stop;
    }
  });
  return blocks;
}

/** After the next blank line, or after a line end where the block grows long, or at a hard limit. */
function blockEnd(text: string, start: number, end: number): number {
  const blank = text.indexOf("\n\n", start);
  if (blank !== -1 && blank + 2 <= end && blank - start < LONG_BLOCK) {
    let at = blank + 2;
    while (at < end && text[at] === "\n") at += 1;
    return at;
  }
  if (end - start <= LONG_BLOCK) return end;
  const line = text.lastIndexOf("\n", start + LONG_BLOCK);
  if (line > start) return line + 1;
  const cut = start + LONG_BLOCK;
  const inPair = (text.charCodeAt(cut) & 0xfc00) === 0xdc00;
  return inPair ? cut + 1 : cut;
}

/** The index of the block a position stands in. */
export function blockAt(blocks: readonly Block[], position: number): number {
  return Math.max(0, lowerBound(blocks.length, (n) => blocks[n]!.start > position) - 1);
}

/** The parts of a span in each block it touches. */
export function partsOf(blocks: readonly Block[], span: Span): { block: number; start: number; end: number }[] {
  const parts = [];
  for (let n = blockAt(blocks, span.start); n < blocks.length && blocks[n]!.start < span.end; n += 1) {
    const block = blocks[n]!;
    const start = Math.max(span.start, block.start);
    const end = Math.min(span.end, block.end);
    if (end > start) parts.push({ block: n, start: start - block.start, end: end - block.start });
  }
  return parts;
}

/** The stretches covered by two spans or more: drawn apart, since stacked tints turn to mud. */
export function overlaps(spans: readonly Span[]): Span[] {
  const edges = spans.flatMap(({ start, end }) => (end > start ? [[start, 1], [end, -1]] as const : []));
  edges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const found: Span[] = [];
  let depth = 0;
  let from = 0;
  for (const [at, step] of edges) {
    if (step === 1 && depth === 1) from = at;
    if (step === -1 && depth === 2 && at > from) found.push({ start: from, end: at });
    depth += step;
  }
  return found;
}
