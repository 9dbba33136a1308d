// Groups of words that mean the same, as people write them: a group a line, its words between commas, a word that holds a
// comma itself in quotation marks. A CSV is the same with another mark between its cells.

/**
 * The groups a text holds, one for each line, so that a group has the number of its line: an empty line is an empty group.
 * What is wrong with a group is the server's to say.
 */
export function groupsOf(text: string, mark = ","): string[][] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  return lines.map((line) => cellsOf(line, mark).map((word) => word.trim()).filter((word) => word !== ""));
}

function cellsOf(line: string, mark: string): string[] {
  const cells = [""];
  let quoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at]!;
    if (letter === '"' && quoted && line[at + 1] === '"') {
      cells[cells.length - 1] += '"';
      at += 1;
    } else if (letter === '"' && (quoted || cells.at(-1)!.trim() === "")) quoted = !quoted;
    else if (letter === mark && !quoted) cells.push("");
    else cells[cells.length - 1] += letter;
  }
  return cells;
}

/** The groups of a CSV, whichever of tab, semicolon and comma stands between its cells. */
export function groupsOfTable(text: string): string[][] {
  const outside = text.split('"').filter((_, n) => n % 2 === 0).join("");
  const [mark = ","] = [",", ";", "\t"].sort((a, b) => outside.split(b).length - outside.split(a).length);
  return groupsOf(text, mark).filter((group) => group.length > 0);
}

/** The groups as a text, to be written on. */
export function textOf(groups: readonly (readonly string[])[]): string {
  const written = (word: string) => (/[",]/.test(word) ? `"${word.replaceAll('"', '""')}"` : word);
  return groups.map((group) => group.map(written).join(", ")).join("\n");
}

/** Where a line of a text begins and ends; lines are counted from 1. */
export function lineAt(text: string, line: number): { start: number; end: number } {
  const before = text.split("\n").slice(0, line - 1);
  const start = Math.min(text.length, before.reduce((sum, one) => sum + one.length + 1, 0));
  const end = text.indexOf("\n", start);
  return { start, end: end < 0 ? text.length : end };
}

/** The groups in which a typed text occurs, by any of their words. */
export function findGroups(groups: readonly string[][], typed: string): string[][] {
  const wanted = typed.trim().toLocaleLowerCase();
  return groups.filter((group) => group.some((word) => word.toLocaleLowerCase().includes(wanted)));
}
