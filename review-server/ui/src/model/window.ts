// Which rows of a long list are drawn. Pure arithmetic, so that a list of a million documents costs a screenful.
import { lowerBound } from "./ruler";

export interface Window { first: number; end: number }

/** Rows of one height. */
export function fixedWindow(total: number, rowHeight: number, scrollTop: number, height: number, margin: number): Window {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
  const end = Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + margin);
  return { first: Math.min(first, end), end };
}

/** Rows of known heights, by the top of each and, last, of the end. */
export function unevenWindow(tops: readonly number[], scrollTop: number, height: number, margin: number): Window {
  const total = tops.length - 1;
  const first = lowerBound(total, (n) => tops[n + 1]! > scrollTop);
  const end = lowerBound(total, (n) => tops[n]! >= scrollTop + height);
  return { first: Math.max(0, first - margin), end: Math.min(total, end + margin) };
}

/** The top of each row and of the end, with a gap between rows. */
export function tops(heights: readonly number[], gap: number): number[] {
  const all = [0];
  for (const height of heights) all.push(all.at(-1)! + height + gap);
  return all;
}
