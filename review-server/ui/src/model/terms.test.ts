import { expect, test } from "vitest";
import { anyOf, both } from "./terms";

test("picked words become a group", () => {
  expect(anyOf(["price"], null, "redwell")).toBe("price");
  expect(anyOf(["price", "\"and\""], null, "redwell")).toBe("(price OR \"and\")");
  expect(anyOf(["a", "b"], "subject", "redwell")).toBe("subject:(a OR b)");
  expect(anyOf(["a", "b"], "subject", "dtsearch")).toBe("subject contains (a or b)");
  expect(anyOf(["a", "b"], "subject", "westlaw")).toBe("subject(a or b)");
});

test("a group is added to a query", () => {
  expect(both("", "(a OR b)", "redwell")).toBe("(a OR b)");
  expect(both("price", "(a OR b)", "redwell")).toBe("price AND (a OR b)");
  expect(both("x OR y", "a", "redwell")).toBe("(x OR y) AND a");
  expect(both("x or y", "a", "westlaw")).toBe("(x or y) and a");
});
