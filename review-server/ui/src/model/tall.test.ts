import { expect, test } from "vitest";
import { BEGINNING, drawnHeight, goneTo, HIGHEST, scrolled, type Place } from "./tall";

const VIEW = 600;
const LIST = 20 * HIGHEST;

test("a list that fits is as high as it is and stands where its bar does", () => {
  expect(drawnHeight(78_000)).toBe(78_000);
  expect(scrolled(BEGINNING, 1234, 78_000, VIEW)).toEqual({ at: 1234, bar: 1234 });
  expect(goneTo(1234, 78_000, VIEW)).toEqual({ at: 1234, bar: 1234 });
  expect(goneTo(78_000, 78_000, VIEW)).toEqual({ at: 77_400, bar: 77_400 });
  expect(goneTo(50, 100, VIEW)).toEqual({ at: 0, bar: 0 });
});

test("a wheel moves a higher list pixel by pixel, a dragged bar in proportion", () => {
  expect(drawnHeight(LIST)).toBe(HIGHEST);
  expect(scrolled({ at: 40_000_000, bar: 2_000_000 }, 2_000_100, LIST, VIEW).at).toBe(40_000_100);
  expect(scrolled({ at: 40_000_000, bar: 2_000_000 }, 1_999_900, LIST, VIEW).at).toBe(39_999_900);
  const dragged = scrolled(BEGINNING, HIGHEST / 2, LIST, VIEW).at;
  expect(dragged / LIST).toBeCloseTo(0.5, 3);
});

test("both ends are reached however one comes there", () => {
  const last = LIST - VIEW;
  for (const bar of [HIGHEST - VIEW, HIGHEST - VIEW - 0.5]) {
    expect(scrolled({ at: 7_000, bar: bar - 100 }, bar, LIST, VIEW).at).toBe(last);
  }
  expect(scrolled({ at: 7_000, bar: 100 }, 0, LIST, VIEW).at).toBe(0);
  // Near an end a wheel does not go beyond.
  expect(scrolled({ at: 30, bar: 2_000 }, 1_900, LIST, VIEW).at).toBe(0);
  expect(scrolled({ at: last - 30, bar: 2_000 }, 2_100, LIST, VIEW).at).toBe(last);
});

test("every row can be gone to and then scrolled from", () => {
  for (let row = 0; row * 78 < LIST; row += 98_765) {
    const place: Place = goneTo(row * 78, LIST, VIEW);
    expect(place.at).toBe(Math.min(row * 78, LIST - VIEW));
    expect(place.bar).toBeGreaterThanOrEqual(0);
    expect(place.bar).toBeLessThanOrEqual(HIGHEST - VIEW);
  }
});
