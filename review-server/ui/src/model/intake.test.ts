import { expect, test } from "vitest";
import { commonFolder, duration, numberIn, passwordsIn, rate, share, timeLeft, withoutRepeats } from "./intake";

test("time left is told as people do", () => {
  expect(timeLeft(null)).toBe("");
  expect(timeLeft(12)).toBe("less than a minute left");
  expect(timeLeft(60)).toBe("about 1 minute left");
  expect(timeLeft(3000)).toBe("about 50 minutes left");
  expect(timeLeft(7200)).toBe("about 2 hours left");
  expect(timeLeft(7500)).toBe("about 2 hours 5 min left");
});

test("durations and rates", () => {
  expect(duration(8_900)).toBe("8 s");
  expect(duration(200_000)).toBe("3 min 20 s");
  expect(duration(3_900_000)).toBe("1 h 05 min");
  expect(rate(12.34)).toBe("12.3");
  expect(rate(1234.5)).toBe("1,235");
});

test("the share done counts files and bytes alike, and is unknown while listing", () => {
  expect(share({ sources_found: null, sources_done: 0, bytes_found: null, bytes_done: 0 })).toBe(null);
  expect(share({ sources_found: 0, sources_done: 0, bytes_found: 0, bytes_done: 0 })).toBe(100);
  expect(share({ sources_found: 10, sources_done: 5, bytes_found: 100, bytes_done: 10 })).toBe(30);
  expect(share({ sources_found: 4, sources_done: 1, bytes_found: 0, bytes_done: 0 })).toBe(25);
});

test("a custodian is guessed from the one folder everything lies in", () => {
  expect(commonFolder([{ path: "Jane/a.txt" }, { path: "Jane/mail/b.eml" }])).toBe("Jane");
  expect(commonFolder([{ path: "Jane/a.txt" }, { path: "Bo/b.eml" }])).toBe("");
  expect(commonFolder([{ path: "a.txt" }])).toBe("");
});

test("what is typed and chosen", () => {
  expect(passwordsIn("open sesame\r\n\n second ")).toEqual(["open sesame", " second "]);
  expect(numberIn("40")).toBe(40);
  expect(numberIn("")).toBe(undefined);
  expect(withoutRepeats([{ path: "a", n: 1 }, { path: "b", n: 2 }, { path: "a", n: 3 }]).map((one) => one.n)).toEqual([1, 2]);
});
