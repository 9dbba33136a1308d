// Where a list stands that is higher than browsers let an element be: its bar moves over fewer pixels than it has.
// Turning a wheel moves rows as far as ever; only dragging the bar far goes in larger steps. Pure arithmetic.

/** The highest element drawn, in pixels; browsers cut higher ones off somewhere above, the earlier the more a page is enlarged. */
export const HIGHEST = 5_000_000;

/** What of a list is at the top of its view, and where the scroll bar stands, both in pixels. */
export interface Place { at: number; bar: number }

export const BEGINNING: Place = { at: 0, bar: 0 };

/** How high the element is that stands for a list. */
export const drawnHeight = (list: number): number => Math.min(list, HIGHEST);

/** After the bar was moved to `bar`, by a wheel, a key or a hand, in a list so high seen through a view so high. */
export function scrolled(before: Place, bar: number, list: number, view: number): Place {
  if (list <= HIGHEST) return { at: bar, bar };
  const end = list - view;
  const step = bar - before.bar;
  if (step === 0) return before;
  // Ends are met exactly; the bar may stand between two pixels.
  if (bar < 1) return { at: 0, bar };
  if (bar > HIGHEST - view - 1) return { at: end, bar };
  if (Math.abs(step) <= 2 * view) return { at: Math.max(0, Math.min(end, before.at + step)), bar };
  return { at: (bar / (HIGHEST - view)) * end, bar };
}

/** The place where the view begins `at` so many pixels. */
export function goneTo(at: number, list: number, view: number): Place {
  const end = Math.max(0, list - view);
  const top = Math.max(0, Math.min(end, at));
  return list <= HIGHEST ? { at: top, bar: top } : { at: top, bar: Math.round((top / end) * (HIGHEST - view)) };
}
