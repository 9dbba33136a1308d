import { describe, expect, it } from "vitest";
import { findGroups, groupsOf, textOf } from "./synonyms";

describe("groups of synonyms", () => {
  it("are lines of words between commas", () => {
    expect(groupsOf(" vehicle, motor car ,automobile\n\n , \nprice,cost\n")).toEqual([["vehicle", "motor car", "automobile"], ["price", "cost"]]);
    expect(groupsOf("")).toEqual([]);
  });

  it("come back from their text", () => {
    const groups = [["vehicle", "motor car"], ["price", "cost"]];
    expect(groupsOf(textOf(groups))).toEqual(groups);
  });

  it("are found by any of their words", () => {
    const groups = [["Vehicle", "motor car"], ["price", "cost"]];
    expect(findGroups(groups, "CAR")).toEqual([groups[0]]);
    expect(findGroups(groups, " ")).toEqual(groups);
  });
});
