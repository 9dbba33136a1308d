// What just happened, in words: a line for screen readers and short notices, one of which may offer to undo.

export interface Notice { id: number; text: string; tone: "plain" | "bad"; action?: { label: string; run: () => void } }

const SHOWN_MS = 6000;

class Notices {
  list = $state.raw<Notice[]>([]);
  spoken = $state("");
  #next = 1;

  say(text: string) {
    this.spoken = text;
  }

  show(text: string, action?: Notice["action"]) {
    this.#add({ id: this.#next, text, tone: "plain", action });
  }

  warn(text: string, action?: Notice["action"]) {
    this.#add({ id: this.#next, text, tone: "bad", action });
  }

  dismiss(id: number) {
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  #add(notice: Notice) {
    this.#next += 1;
    // Only the latest offer to undo is kept: two of them would leave open which is meant.
    const others = this.list.filter((one) => !(one.action && notice.action));
    this.list = [...others.slice(-2), notice];
    this.spoken = notice.text;
    setTimeout(() => this.dismiss(notice.id), notice.tone === "bad" ? 2 * SHOWN_MS : SHOWN_MS);
  }
}

export const notices = new Notices();
