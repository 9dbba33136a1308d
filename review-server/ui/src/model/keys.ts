// Every key of the review, in one table: it feeds the keyboard and the help. No single key fires inside a field, none
// collides with a browser's own, and a switch turns single keys off (WCAG 2.1.4).

export type CommandId =
  | "document.next" | "document.previous" | "document.save_next" | "hit.next" | "hit.previous" | "search.focus"
  | "concept.focus" | "go.results" | "go.hits" | "go.review" | "search.saved" | "search.history" | "search.words" | "go.terms" | "search.build" | "go.document" | "go.concepts" | "concept.digit" | "coding.repeat" | "coding.undo"
  | "results.sort" | "results.table" | "results.jump" | "results.pick" | "results.pick_all" | "results.act" | "timeline.toggle"
  | "synonyms.edit" | "go.batches" | "batch.continue" | "batch.next" | "batch.check_in" | "batch.release" | "batch.make"
  | "annotate" | "annotation.here" | "region" | "view.toggle" | "zoom.in" | "zoom.out" | "zoom.reset"
  | "results.toggle" | "coding.toggle" | "facets.toggle" | "help";

export interface Command {
  id: CommandId;
  /** As `event.key` gives them; `Ctrl+` and a first key before a space are understood. */
  keys: string[];
  /** What the help shows on the key caps. */
  caps: string;
  group: "Documents" | "Search" | "Results" | "Batches" | "Coding" | "Annotations" | "View";
  does: string;
}

export const COMMANDS: readonly Command[] = [
  { id: "document.next", keys: ["j"], caps: "j", group: "Documents", does: "Next document" },
  { id: "document.previous", keys: ["k"], caps: "k", group: "Documents", does: "Previous document" },
  { id: "document.save_next", keys: ["Ctrl+Enter"], caps: "Ctrl Enter", group: "Documents", does: "Next document, also from inside a field" },
  { id: "go.results", keys: ["g r"], caps: "g r", group: "Documents", does: "Go to the results" },
  { id: "go.document", keys: ["g d"], caps: "g d", group: "Documents", does: "Go to the document" },
  { id: "go.review", keys: ["g s"], caps: "g s", group: "Search", does: "Go to the search" },
  { id: "go.hits", keys: ["g h"], caps: "g h", group: "Search", does: "Go to the hit reports" },
  { id: "go.terms", keys: ["g t"], caps: "g t", group: "Search", does: "Go to the highlighted terms" },
  { id: "search.saved", keys: ["s"], caps: "s", group: "Search", does: "Saved searches" },
  { id: "search.history", keys: ["y"], caps: "y", group: "Search", does: "Earlier searches" },
  { id: "search.words", keys: ["w"], caps: "w", group: "Search", does: "Words of the matter" },
  { id: "search.build", keys: ["b"], caps: "b", group: "Search", does: "Build a query from rows" },
  { id: "search.focus", keys: ["/"], caps: "/", group: "Search", does: "Write a query" },
  { id: "hit.next", keys: ["n"], caps: "n", group: "Search", does: "Next hit in the document" },
  { id: "hit.previous", keys: ["N"], caps: "Shift n", group: "Search", does: "Previous hit in the document" },
  { id: "facets.toggle", keys: ["f"], caps: "f", group: "Search", does: "Show or hide the filters" },
  { id: "timeline.toggle", keys: ["m"], caps: "m", group: "Search", does: "Show or hide the documents over time" },
  { id: "results.sort", keys: ["o"], caps: "o", group: "Results", does: "Order of the results" },
  { id: "results.table", keys: ["t"], caps: "t", group: "Results", does: "Results as cards or as a table" },
  { id: "results.jump", keys: ["g n"], caps: "g n", group: "Results", does: "Go to a row by its number" },
  { id: "results.pick", keys: ["x"], caps: "x", group: "Results", does: "Select the document, or let go of it; Shift and arrows select ranges, Esc lets go of all" },
  { id: "results.pick_all", keys: ["Ctrl+a"], caps: "Ctrl a", group: "Results", does: "Select all results, in the list" },
  { id: "results.act", keys: ["e"], caps: "e", group: "Results", does: "Code, list or export what is selected" },
  { id: "go.batches", keys: ["g b"], caps: "g b", group: "Batches", does: "Go to the batches" },
  { id: "batch.next", keys: ["p"], caps: "p", group: "Batches", does: "Check out the next batch" },
  { id: "batch.continue", keys: ["g m"], caps: "g m", group: "Batches", does: "Go on with my batch" },
  { id: "batch.check_in", keys: ["i"], caps: "i", group: "Batches", does: "Check in my batch" },
  { id: "batch.release", keys: ["l"], caps: "l", group: "Batches", does: "Release my batch unfinished" },
  { id: "batch.make", keys: ["a"], caps: "a", group: "Batches", does: "Make batches, of what is selected or found" },
  { id: "concept.focus", keys: ["c"], caps: "c", group: "Coding", does: "Find a concept; Enter applies it" },
  { id: "go.concepts", keys: ["g c"], caps: "g c", group: "Coding", does: "Go to the concept tree" },
  { id: "synonyms.edit", keys: ["g y"], caps: "g y", group: "Search", does: "Go to the synonyms and taxonomies; once more there, change the synonyms" },
  { id: "concept.digit", keys: ["1", "2", "3", "4", "5", "6", "7", "8", "9"], caps: "1 … 9", group: "Coding", does: "Apply or take away the concept with that digit" },
  { id: "coding.repeat", keys: ["."], caps: ".", group: "Coding", does: "Repeat the last coding on this document" },
  { id: "coding.undo", keys: ["u"], caps: "u", group: "Coding", does: "Undo the last decision" },
  { id: "annotate", keys: ["h"], caps: "h", group: "Annotations", does: "Annotate the selected passage" },
  { id: "annotation.here", keys: ["H"], caps: "Shift h", group: "Annotations", does: "Open the annotation at the selection" },
  { id: "region", keys: ["r"], caps: "r", group: "Annotations", does: "Draw a region on a PDF page" },
  { id: "view.toggle", keys: ["v"], caps: "v", group: "View", does: "Text or PDF" },
  { id: "zoom.in", keys: ["+", "="], caps: "+", group: "View", does: "Larger" },
  { id: "zoom.out", keys: ["-"], caps: "−", group: "View", does: "Smaller" },
  { id: "zoom.reset", keys: ["0"], caps: "0", group: "View", does: "Fit the width" },
  { id: "results.toggle", keys: ["\\"], caps: "\\", group: "View", does: "Show or hide the results" },
  { id: "coding.toggle", keys: ["|"], caps: "|", group: "View", does: "Show or hide the coding panel" },
  { id: "help", keys: ["?"], caps: "?", group: "View", does: "All keys" },
];

export interface KeyPress {
  key: string;
  ctrl: boolean;
  meta: boolean;
  alt: boolean;
  altGraph: boolean;
  isComposing: boolean;
  inField: boolean;
}

export interface Match { command: CommandId; digit: number | null }
export interface Outcome { match: Match | null; prefix: string | null }

const BY_KEY = new Map(COMMANDS.flatMap((command) => command.keys.map((key) => [key, command.id] as const)));
const PREFIXES = new Set([...BY_KEY.keys()].filter((key) => /^\S \S$/.test(key)).map((key) => key[0]!));
const NOTHING: Outcome = { match: null, prefix: null };

/** What a key press means, after an earlier prefix such as `g`. */
export function readKey(press: KeyPress, prefix: string | null, singleKeys: boolean): Outcome {
  if (press.isComposing || press.altGraph || press.alt) return NOTHING;
  const control = press.ctrl || press.meta;
  if (control) {
    const command = BY_KEY.get(`Ctrl+${press.key}`);
    return command ? { match: { command, digit: null }, prefix: null } : NOTHING;
  }
  if (press.inField || !singleKeys) return NOTHING;
  const command = prefix ? BY_KEY.get(`${prefix} ${press.key}`) : undefined;
  if (command) return { match: { command, digit: null }, prefix: null };
  if (!prefix && PREFIXES.has(press.key)) return { match: null, prefix: press.key };
  const single = BY_KEY.get(press.key);
  if (!single) return NOTHING;
  return { match: { command: single, digit: /^[1-9]$/.test(press.key) ? Number(press.key) : null }, prefix: null };
}

/** The commands whose words or keys contain the text. */
export function findCommands(text: string): Command[] {
  const typed = text.trim().toLocaleLowerCase();
  return COMMANDS.filter((command) =>
    [command.does, command.group, command.caps].some((own) => own.toLocaleLowerCase().includes(typed)));
}
