import { expect, test } from "vitest";
import { filled, isNamed, shade } from "./timeline";

const bar = (name: string, count: number) => ({ name, from: "", to: "", count });
const names = (...bars: ReturnType<typeof bar>[]) => filled({ bars }).map((one) => `${one.name}:${one.count}`).join(" ");

test("empty stretches between are drawn", () => {
  expect(names(bar("2023", 1), bar("2025", 2))).toBe("2023:1 2024:0 2025:2");
  expect(names(bar("2023-11", 1), bar("2024-02", 2))).toBe("2023-11:1 2023-12:0 2024-01:0 2024-02:2");
  expect(names(bar("2024-02-28", 1), bar("2024-03-01", 1))).toBe("2024-02-28:1 2024-02-29:0 2024-03-01:1");
  expect(filled({ bars: [bar("2024-01", 1), bar("2024-03", 1)] })[1]).toMatchObject({ from: "2024-02-01", to: "2024-02-29" });
});

test("one wrong date does not squeeze the rest", () => {
  expect(names(bar("1601", 1), bar("2024", 2))).toBe("1601:1 2024:2");
  expect(names()).toBe("");
});

test("shades and names", () => {
  expect([shade(0, 9), shade(1, 100), shade(100, 100)]).toEqual([0, 1, 4]);
  expect([0, 1, 2, 3].filter((n) => isNamed(n, 4, 2))).toEqual([0, 2]);
});
