import { expect, test } from "vitest";
import { documentPath, NO_QUESTION, readQuestion, readRoute, writeQuestion } from "./route";

test("addresses", () => {
  expect(readRoute("/", "")).toEqual({ screen: "matters" });
  expect(readRoute("/m/acme", "")).toMatchObject({ screen: "matter", matter: "acme", page: null });
  expect(readRoute("/m/acme/search", "#q=a%20b")).toMatchObject({ page: "search", question: { query: "a b" } });
  expect(readRoute("/m/acme/d/ACME-0000001", "")).toMatchObject({ page: "search", document: "ACME-0000001" });
  expect(readRoute("/m/acme/nowhere", "")).toMatchObject({ screen: "unknown" });
  expect(readRoute("/%zz", "")).toMatchObject({ screen: "unknown" });
});

test("questions round-trip through the fragment", () => {
  const question = {
    query: 'price w/5 "long term" & café', filters: { any: { custodian: ["A & B", "C"] }, not: { year: [""], type: ["pdf"] }, from: "2024-01-01", to: "2024-03-31", new: ["7.3"] },
    sort: ["custodian", "date_ascending"] as const,
  };
  expect(readQuestion(writeQuestion(question))).toEqual(question);
  expect(readQuestion(writeQuestion({ ...question, dialect: "westlaw" }))).toEqual({ ...question, dialect: "westlaw" });
  expect(readQuestion("#q=a&dialect=none")).toEqual({ ...NO_QUESTION, query: "a" });
  expect(writeQuestion(NO_QUESTION)).toBe("");
  expect(readQuestion("#sort=wrong").sort).toEqual([]);
});

test("a document's address keeps the question", () => {
  expect(documentPath("acme", "ACME-1", { ...NO_QUESTION, query: "x" })).toBe("/m/acme/d/ACME-1#q=x");
});
