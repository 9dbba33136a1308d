// The one conversion between the browser's UTF-16 indices and the code points every position of Redwell counts in.
// The two differ by one for each character outside the Basic Multilingual Plane that stands before.

export interface Span { start: number; end: number }

export class TextRuler {
  /** UTF-16 indices of the first half of each surrogate pair, ascending. */
  readonly #pairs: number[] = [];
  readonly units: number;

  constructor(text: string) {
    this.units = text.length;
    for (let at = 0; at < text.length - 1; at += 1) {
      const high = text.charCodeAt(at);
      if (high < 0xd800 || high > 0xdbff) continue;
      const low = text.charCodeAt(at + 1);
      if (low >= 0xdc00 && low <= 0xdfff) {
        this.#pairs.push(at);
        at += 1;
      }
    }
  }

  /** How many code points the text has. */
  get codePoints(): number {
    return this.units - this.#pairs.length;
  }

  /** The code point a UTF-16 index stands at; an index inside a pair counts as its start. */
  codePointAt(unit: number): number {
    const inside = Math.max(0, Math.min(unit, this.units));
    const before = lowerBound(this.#pairs.length, (n) => this.#pairs[n]! >= inside);
    return inside - before;
  }

  /** The UTF-16 index a code point starts at. */
  unitAt(codePoint: number): number {
    const inside = Math.max(0, Math.min(codePoint, this.codePoints));
    const before = lowerBound(this.#pairs.length, (n) => this.#pairs[n]! - n >= inside);
    return inside + before;
  }

  toUnits(span: Span): Span {
    return { start: this.unitAt(span.start), end: this.unitAt(span.end) };
  }

  toCodePoints(span: Span): Span {
    return { start: this.codePointAt(span.start), end: this.codePointAt(span.end) };
  }
}

/** The first index in [0, length) for which the test holds, or length: the test must be monotone. */
export function lowerBound(length: number, test: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
