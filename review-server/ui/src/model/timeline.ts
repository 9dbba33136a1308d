// Time as the chart draws it: the bars the server counted, with the empty ones between. Pure.
import type { Timeline } from "../api/types";

export interface Bar {
  name: string;
  from: string;
  to: string;
  count: number;
  /** Its place among the bars with documents; none for an empty one. */
  place: number | null;
}

/** More empty bars than this between two are left out: one wrong date must not squeeze the rest. */
const MOST = 240;

const DAY_MS = 86_400_000;

function next(name: string): string {
  const [year = 0, month, day] = name.split("-").map(Number);
  const two = (value: number) => String(value).padStart(2, "0");
  const four = (value: number) => String(value).padStart(4, "0");
  if (month === undefined) return four(year + 1);
  if (day === undefined) return month === 12 ? `${four(year + 1)}-01` : `${four(year)}-${two(month + 1)}`;
  return new Date(Date.UTC(year, month - 1, day) + DAY_MS).toISOString().slice(0, 10);
}

/** The last day of the stretch of this name. */
function lastDay(name: string): string {
  const [year = 0, month, day] = name.split("-").map(Number);
  if (month === undefined) return `${name}-12-31`;
  if (day !== undefined) return name;
  return `${name}-${String(new Date(Date.UTC(year, month, 0)).getUTCDate()).padStart(2, "0")}`;
}

function firstDay(name: string): string {
  return [name, `${name}-01-01`, `${name}-01`, name][name.split("-").length] ?? name;
}

/** Every bar from the first with documents to the last, unless too many between are empty. */
export function filled(timeline: Pick<Timeline, "bars">): Bar[] {
  const known = timeline.bars.map((bar, place) => ({ ...bar, place }));
  const all: Bar[] = [];
  for (const bar of known) {
    for (let name = all.at(-1) ? next(all.at(-1)!.name) : bar.name; name < bar.name; name = next(name)) {
      if (all.length >= MOST) return known;
      all.push({ name, from: firstDay(name), to: lastDay(name), count: 0, place: null });
    }
    all.push(bar);
  }
  return all.length > MOST ? known : all;
}

/** How dark a cell is, 0 to 4: none, and the quarters of the most there is on a scale of roots. */
export function shade(count: number, most: number): number {
  return count === 0 || most === 0 ? 0 : Math.max(1, Math.ceil(4 * Math.sqrt(count / most)));
}

/** Which bars get their name written below, so that names do not run into each other. */
export function isNamed(place: number, total: number, room: number): boolean {
  const step = Math.max(1, Math.ceil(total / Math.max(1, room)));
  return place % step === 0;
}
