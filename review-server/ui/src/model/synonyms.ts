// Groups of words that mean the same, as people write them: a group a line, its words between commas.

/** The groups a text holds. Empty lines are none; what is wrong with a group is the server's to say. */
export function groupsOf(text: string): string[][] {
  const lines = text.split("\n").map((line) => line.split(",").map((word) => word.trim()).filter((word) => word !== ""));
  return lines.filter((group) => group.length > 0);
}

/** The groups as a text, to be written on. */
export function textOf(groups: readonly (readonly string[])[]): string {
  return groups.map((group) => group.join(", ")).join("\n");
}

/** The groups in which a typed text occurs, by any of their words. */
export function findGroups(groups: readonly string[][], typed: string): string[][] {
  const wanted = typed.trim().toLocaleLowerCase();
  return groups.filter((group) => group.some((word) => word.toLocaleLowerCase().includes(wanted)));
}
