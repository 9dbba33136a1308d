import { expect, test } from "vitest";
import { csv } from "./csv";

test("quotes what needs it and lets no name become a formula", () => {
  expect(csv([["a", 1], ["b,c", -2], ['say "no"', 0], ["two\nlines", 3]])).toBe(
    '\uFEFFa,1\r\n"b,c",-2\r\n"say ""no""",0\r\n"two\nlines",3\r\n');
  expect(csv([["=HYPERLINK(1)", "+1", "-1", "@a"]])).toBe("\uFEFF'=HYPERLINK(1),'+1,'-1,'@a\r\n");
});
