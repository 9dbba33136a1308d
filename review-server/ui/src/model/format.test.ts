import { expect, test } from "vitest";
import { counted, date, percent, size, time, timeAtOffset, words, zones } from "./format";

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
  expect(date("2026-03-04", "America/Chicago")).toBe("4 Mar 2026");
  expect(date("2026-13-04", "UTC")).toBe("2026-13-04");
  expect(date(null, "UTC")).toBe("");
  expect(date("2026-03-04T23:30:00Z", "Europe/Berlin")).toBe("5 Mar 2026");
  expect(date("2026-03-04T03:30:00.123456789Z", "America/Chicago")).toBe("3 Mar 2026");
});

const TIMES: [string, string, string][] = [
  ["2026-03-04T17:05:59Z", "UTC", "4 Mar 2026, 17:05 UTC"],
  ["2026-03-04T17:05:59Z", "Europe/Berlin", "4 Mar 2026, 18:05 CET"],
  // Both sides of both changes of the clock.
  ["2026-03-29T00:59:00Z", "Europe/Berlin", "29 Mar 2026, 01:59 CET"],
  ["2026-03-29T01:00:00Z", "Europe/Berlin", "29 Mar 2026, 03:00 CEST"],
  ["2026-10-25T00:30:00Z", "Europe/Berlin", "25 Oct 2026, 02:30 CEST"],
  ["2026-10-25T01:30:00Z", "Europe/Berlin", "25 Oct 2026, 02:30 CET"],
  // The same day of March before and after the United States moved the change.
  ["2006-03-15T12:00:00Z", "America/Chicago", "15 Mar 2006, 06:00 CST"],
  ["2007-03-15T12:00:00Z", "America/Chicago", "15 Mar 2007, 07:00 CDT"],
  ["1975-07-01T12:00:00Z", "Europe/Berlin", "1 Jul 1975, 13:00 CET"],
  ["1985-07-01T12:00:00Z", "Europe/Berlin", "1 Jul 1985, 14:00 CEST"],
  ["2026-01-01T00:00:00Z", "Asia/Kathmandu", "1 Jan 2026, 05:45 UTC+5:45"],
  ["2026-01-01T23:00:00Z", "Europe/London", "1 Jan 2026, 23:00 GMT"],
  ["2026-03-04T18:05:00+01:00", "UTC", "4 Mar 2026, 17:05 UTC"],
  // Who wrote no offset meant a clock nobody knows.
  ["2026-03-04T17:05:59", "Europe/Berlin", "4 Mar 2026, 17:05"],
  ["2026-03-04T17:05:59Z", "Europe/Atlantis", "4 Mar 2026, 17:05 UTC"],
];
test.each(TIMES)("%s in %s", (value, zone, expected) => expect(time(value, zone)).toBe(expected));

test("times as they were sent", () => {
  expect(timeAtOffset("2026-03-04T17:05:59Z", 330)).toBe("4 Mar 2026, 22:35 +05:30");
  expect(timeAtOffset("2026-03-04T02:05:59Z", -180)).toBe("3 Mar 2026, 23:05 -03:00");
  expect(timeAtOffset("2026-03-04T17:05:59Z", 0)).toBe("4 Mar 2026, 17:05 +00:00");
  expect(timeAtOffset(null, 60)).toBe("");
});

test("the zones to choose from", () => {
  const all = zones("Europe/Berlin");
  expect(all.slice(0, 2)).toEqual(["UTC", "Europe/Berlin"]);
  expect(all).toContain("America/Chicago");
  expect(new Set(all).size).toBe(all.length);
});

test("a share never rounds to all or nothing", () => {
  expect(percent(1, 1000)).toBe("<1%");
  expect(percent(999, 1000)).toBe(">99%");
  expect(percent(0, 0)).toBe("0%");
  expect(percent(1, 2)).toBe("50%");
});

test("names become words", () => expect(words("needs_ocr")).toBe("Needs ocr"));
