import { expect, test } from "vitest";
import { chosen, filterCount, sideOf, withDays, withValue } from "./filters";

test("a value stands on one side or on none", () => {
  const wanted = withValue({}, "type", "pdf", "any");
  expect(wanted).toEqual({ any: { type: ["pdf"] } });
  expect(sideOf(wanted, "type", "pdf")).toBe("any");
  const unwanted = withValue(wanted, "type", "pdf", "not");
  expect(unwanted).toEqual({ not: { type: ["pdf"] } });
  expect(withValue(unwanted, "type", "pdf", null)).toEqual({});
});

test("what is chosen is listed by field, days count as one", () => {
  const filters = withDays({ not: { custodian: ["A"] }, any: { type: ["pdf"], custodian: ["B"] } }, "2024-01-01", null);
  expect(chosen(filters).map(({ side, field, value }) => `${side} ${field} ${value}`)).toEqual([
    "any custodian B", "not custodian A", "any type pdf",
  ]);
  expect(filterCount(filters)).toBe(4);
  expect(withDays(filters, null, null)).toEqual({ not: { custodian: ["A"] }, any: { type: ["pdf"], custodian: ["B"] } });
});
