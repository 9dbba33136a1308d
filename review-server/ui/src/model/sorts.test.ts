import { expect, test } from "vitest";
import { chosenSort, clickedColumn, orderInWords } from "./sorts";

test("a choice replaces the order, or adds to it", () => {
  expect(chosenSort(["hits"], "custodian", false)).toEqual(["custodian"]);
  expect(chosenSort(["custodian"], "date_ascending", true)).toEqual(["custodian", "date_ascending"]);
  expect(chosenSort(["custodian", "date_ascending"], "date_descending", true)).toEqual(["custodian", "date_descending"]);
  expect(chosenSort(["custodian", "hits"], "custodian", true)).toEqual(["hits"]);
  expect(chosenSort(["hits"], "relevance", false)).toEqual([]);
});

test("the head of a column turns round, then lets go", () => {
  const date = ["date_descending", "date_ascending"] as const;
  expect(clickedColumn([], date, false)).toEqual(["date_descending"]);
  expect(clickedColumn(["date_descending"], date, false)).toEqual(["date_ascending"]);
  expect(clickedColumn(["date_ascending"], date, false)).toEqual([]);
  expect(clickedColumn(["custodian", "date_descending"], date, true)).toEqual(["custodian", "date_ascending"]);
  expect(clickedColumn(["custodian"], date, true)).toEqual(["custodian", "date_descending"]);
});

test("an order in words", () => expect(orderInWords(["custodian", "date_ascending"])).toBe("Custodian, then Oldest first"));
