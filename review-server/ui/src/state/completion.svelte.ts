// What is offered where a query is being written. Nothing is chosen until a person chooses, so that Enter still searches.
import { search as api } from "../api/client";
import type { Completion, Dialect } from "../api/types";
import { TextRuler } from "../model/ruler";

const ASK_AFTER_MS = 110;
/** Letters before the caret that make a list appear by itself, or a field's colon. */
const BEGUN = /(?:[\p{L}\p{N}_]{2,}|[\p{L}_]:"?)$/u;

export class CompletionState {
  items = $state.raw<Completion[]>([]);
  /** The item chosen, -1 for none. */
  chosen = $state(-1);
  /** The stretch an item replaces, in the browser's indices. */
  #start = 0;
  #end = 0;
  #caret = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop = new AbortController();

  get isOpen() {
    return this.items.length > 0;
  }

  /** Asks what can stand at the caret: at once, or soon and only if enough is written. */
  ask(matter: string, text: string, caret: number, dialect: Dialect, atOnce: boolean) {
    this.#forget();
    this.#caret = caret;
    if (!atOnce && !BEGUN.test(text.slice(0, caret))) return this.close();
    const ruler = new TextRuler(text);
    const stop = (this.#stop = new AbortController());
    const asked = { text, position: ruler.codePointAt(caret), dialect };
    this.#timer = setTimeout(() => {
      api.complete(matter, asked, stop.signal).then((found) => {
        if (stop.signal.aborted) return;
        this.#start = ruler.unitAt(found.start);
        this.#end = ruler.unitAt(found.end);
        // What stands there already need not be offered.
        const standing = text.slice(this.#start, this.#end);
        this.items = found.items.filter((item) => item.insert.trim() !== standing);
        this.chosen = -1;
      }, () => undefined);
    }, atOnce ? 0 : ASK_AFTER_MS);
  }

  /** Goes to the next item or the one before; before the first none is chosen. */
  move(by: number) {
    const count = this.items.length;
    this.chosen = by > 0 ? (this.chosen + 1) % count : Math.max(-1, this.chosen - 1);
  }

  /** Closes when the caret went elsewhere than writing took it. */
  follow(caret: number) {
    if (this.#caret >= 0 && caret !== this.#caret) this.close();
  }

  close() {
    this.#forget();
    this.items = [];
    this.chosen = -1;
    this.#caret = -1;
  }

  /** Puts an item into the box as if it had been typed, so that the browser can undo it. Gives the item. */
  accept(box: HTMLTextAreaElement, at: number): Completion | undefined {
    const item = this.items[at];
    if (!item) return undefined;
    const [start, end] = [this.#start, this.#end];
    this.close();
    box.focus();
    box.setSelectionRange(start, end);
    if (!document.execCommand("insertText", false, item.insert)) {
      box.setRangeText(item.insert, start, end, "end");
      box.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
    return item;
  }

  #forget() {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }
}
