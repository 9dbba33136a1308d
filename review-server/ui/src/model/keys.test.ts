import { expect, test } from "vitest";
import { COMMANDS, findCommands, readKey, type KeyPress } from "./keys";

function check(press: Partial<KeyPress>, expected: string | null, prefix: string | null = null, singleKeys = true) {
  const full = { key: "", ctrl: false, meta: false, alt: false, altGraph: false, isComposing: false, inField: false, ...press };
  const outcome = readKey(full, prefix, singleKeys);
  expect(outcome.match?.command ?? outcome.prefix).toBe(expected);
}

test("single keys", () => {
  check({ key: "j" }, "document.next");
  check({ key: "N" }, "hit.previous");
  check({ key: "7" }, "concept.digit");
  check({ key: "q" }, null);
});

test("two keys in a row", () => {
  check({ key: "g" }, "g");
  check({ key: "r" }, "go.results", "g");
  check({ key: "j" }, "document.next", "g");
});

test("fields, composing and AltGraph are left alone; Ctrl Enter works everywhere", () => {
  check({ key: "j", inField: true }, null);
  check({ key: "j", isComposing: true }, null);
  check({ key: "\\", altGraph: true }, null);
  check({ key: "Enter", ctrl: true, inField: true }, "document.save_next");
  check({ key: "c", ctrl: true }, null);
});

test("the switch turns single keys off", () => {
  check({ key: "j" }, null, null, false);
  check({ key: "Enter", ctrl: true }, "document.save_next", null, false);
});

test("no key is bound twice", () => {
  const keys = COMMANDS.flatMap((command) => command.keys);
  expect(new Set(keys).size).toBe(keys.length);
});

test("the help is searchable", () => expect(findCommands("undo").map((c) => c.id)).toEqual(["coding.undo"]));
