// Documents picked for an action: some, or all that a search finds but some. Pure; documents by the numeric part of
// their control numbers.

export interface Picked {
  /** Whether all that the search finds are picked, but for `ordinals`; otherwise those are what is picked. */
  isAll: boolean;
  ordinals: ReadonlySet<number>;
}

export const NOTHING: Picked = { isAll: false, ordinals: new Set() };
export const EVERYTHING: Picked = { isAll: true, ordinals: new Set() };

export function isPicked(picked: Picked, ordinal: number): boolean {
  return picked.ordinals.has(ordinal) !== picked.isAll;
}

/** How many are picked of so many that the search finds. */
export function pickedCount(picked: Picked, total: number): number {
  return picked.isAll ? Math.max(0, total - picked.ordinals.size) : picked.ordinals.size;
}

/** With these picked, or no longer. */
export function picking(picked: Picked, ordinals: Iterable<number>, on: boolean): Picked {
  const own = new Set(picked.ordinals);
  for (const ordinal of ordinals) {
    if (on !== picked.isAll) own.add(ordinal);
    else own.delete(ordinal);
  }
  return { ...picked, ordinals: own };
}
