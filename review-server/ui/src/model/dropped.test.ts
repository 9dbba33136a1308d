import { expect, test } from "vitest";
import { type Entry, fromEntries, fromField } from "./dropped";

function file(name: string): Entry {
  return { name, isFile: true, isDirectory: false, file: (found) => found(new File([name], name)) };
}

function folder(name: string, parts: Entry[][]): Entry {
  const left = [...parts, []];
  return { name, isFile: false, isDirectory: true, createReader: () => ({ readEntries: (found) => found(left.shift() ?? []) }) };
}

test("folders are walked to their ends and paths kept", async () => {
  const found = await fromEntries([folder("Jane", [[file("a.txt"), folder("mail", [[file("b.eml")], [file("c.eml")]])], [file("d.txt")]]), file("e.txt")]);
  expect(found.map((one) => one.path)).toEqual(["Jane/a.txt", "Jane/mail/b.eml", "Jane/mail/c.eml", "Jane/d.txt", "e.txt"]);
});

test("files of a field go by their relative path where there is one", () => {
  const inside = new File(["x"], "x.txt");
  Object.defineProperty(inside, "webkitRelativePath", { value: "Jane/x.txt" });
  expect(fromField([inside, new File(["y"], "y.txt")]).map((one) => one.path)).toEqual(["Jane/x.txt", "y.txt"]);
});
