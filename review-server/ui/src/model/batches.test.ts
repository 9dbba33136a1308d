import { expect, test } from "vitest";
import { besides, split, tally } from "./batches";

test("what is said of a set", () => {
  expect(tally({ checked_in: 2, checked_out: 0, open: 5 })).toBe("2 checked in · 5 open");
  expect(split({ documents: 212, batches: 5, size: 50, keep_families: true })).toBe("212 documents in 5 batches of up to 50, families together");
  expect(split({ documents: 1, batches: 1, size: 50, keep_families: false })).toBe("1 document in 1 batch of up to 50");
});

test("what a set is made from besides a query", () => {
  const none = { except: [], ordinals: [], with_family: false, with_duplicates: false };
  expect(besides({ ...none, all_of: { query: "a", filters: { any: {}, not: {} } } })).toBe("");
  expect(besides({ ...none, all_of: { query: "", filters: { any: { type: ["pdf"] }, not: {} } }, except: [1], with_family: true }))
    .toBe("with filters, without 1 document, with their families");
  expect(besides({ ...none, ordinals: [1, 2] })).toBe("2 documents selected");
});
