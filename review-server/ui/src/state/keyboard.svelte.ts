// Connects the key table to whatever is on screen: a screen binds commands while it is mounted, the latest binding
// of a command wins.
import { readKey, type CommandId } from "../model/keys";
import { preferences } from "./preferences.svelte";

type Handler = (digit: number | null) => void;
export type Bindings = Partial<Record<CommandId, Handler>>;

const PREFIX_MS = 1200;
const bound: Bindings[] = [];
let prefix: string | null = null;
let prefixAt = 0;

/** Binds commands until the returned function is called; made for `$effect`. */
export function bindKeys(bindings: Bindings): () => void {
  bound.push(bindings);
  return () => {
    bound.splice(bound.indexOf(bindings), 1);
  };
}

export function run(command: CommandId, digit: number | null = null): boolean {
  const handler = bound.findLast((bindings) => bindings[command])?.[command];
  handler?.(digit);
  return handler !== undefined;
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[data-caret]")) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
}

export function handleKey(event: KeyboardEvent) {
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  const live = prefix !== null && event.timeStamp - prefixAt < PREFIX_MS ? prefix : null;
  const outcome = readKey(
    {
      key: event.key, ctrl: event.ctrlKey, meta: event.metaKey, alt: event.altKey,
      altGraph: event.getModifierState("AltGraph"), isComposing: event.isComposing, inField: isField(event.target),
    },
    live,
    preferences.singleKeys,
  );
  prefix = outcome.prefix;
  prefixAt = event.timeStamp;
  if (outcome.match && run(outcome.match.command, outcome.match.digit)) event.preventDefault();
}
