import { expect, test } from "vitest";
import { counted, date, percent, size, time, words } from "./format";

test("counts", () => {
  expect(counted(1, "document")).toBe("1 document");
  expect(counted(1204, "document")).toBe("1,204 documents");
});

test("sizes", () => {
  expect(size(900)).toBe("900 bytes");
  expect(size(1536)).toBe("1.5 kB");
  expect(size(52_428_800)).toBe("50 MB");
});

test("dates", () => {
  expect(date("2026-03-04")).toBe("4 Mar 2026");
  expect(date("2026-13-04")).toBe("2026-13-04");
  expect(date(null)).toBe("");
  expect(time("2026-03-04T17:05:59Z")).toBe("4 Mar 2026, 17:05 UTC");
});

test("a share never rounds to all or nothing", () => {
  expect(percent(1, 1000)).toBe("<1%");
  expect(percent(999, 1000)).toBe(">99%");
  expect(percent(0, 0)).toBe("0%");
  expect(percent(1, 2)).toBe("50%");
});

test("names become words", () => expect(words("needs_ocr")).toBe("Needs ocr"));
