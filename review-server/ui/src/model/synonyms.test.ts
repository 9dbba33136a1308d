import { describe, expect, it } from "vitest";
import { findGroups, groupsOf, groupsOfTable, lineAt, textOf } from "./synonyms";

describe("groups of synonyms", () => {
  it("are lines of words between commas, each with the number of its line", () => {
    expect(groupsOf(" vehicle, motor car ,automobile\n\n , \nprice,cost")).toEqual([["vehicle", "motor car", "automobile"], [], [], ["price", "cost"]]);
    expect(groupsOf('"Smith, John", J. Smith\nsay "no", refuse')).toEqual([["Smith, John", "J. Smith"], ['say "no"', "refuse"]]);
    expect(groupsOf("")).toEqual([[]]);
  });

  it("come back from their text", () => {
    const groups = [["vehicle", "motor car"], ["price", "cost"], ["Smith, John", 'the "boss"']];
    expect(groupsOf(textOf(groups))).toEqual(groups);
  });

  it("are read from a table whatever stands between its cells", () => {
    const groups = [["vehicle", "a, b"], ["price", "cost"]];
    expect(groupsOfTable('\uFEFFvehicle,"a, b"\r\nprice,cost\r\n')).toEqual(groups);
    expect(groupsOfTable('vehicle;"a, b"\n\nprice;cost\n')).toEqual(groups);
    expect(groupsOfTable("vehicle\ta, b\nprice\tcost")).toEqual(groups);
  });

  it("stand in lines", () => {
    expect(lineAt("a, b\nc\n\nd", 2)).toEqual({ start: 5, end: 6 });
    expect(lineAt("a, b\nc\n\nd", 4)).toEqual({ start: 8, end: 9 });
    expect(lineAt("a", 9)).toEqual({ start: 1, end: 1 });
  });

  it("are found by any of their words", () => {
    const groups = [["Vehicle", "motor car"], ["price", "cost"]];
    expect(findGroups(groups, "CAR")).toEqual([groups[0]]);
    expect(findGroups(groups, " ")).toEqual(groups);
  });
});
