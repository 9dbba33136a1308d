// What just happened, in words: a line for screen readers and short notices, one of which may offer to undo.

export interface Notice { id: number; text: string; tone: "plain" | "bad"; action?: { label: string; run: () => void } }

const SHOWN_MS = 6000;
/** An offer waits longer: whoever reads with a screen reader or a magnifier has to get to it first. */
const OFFERED_MS = 30_000;

/** What stops a notice's time. */
type Attention = "pointer" | "focus";

class Notices {
  list = $state.raw<Notice[]>([]);
  spoken = $state("");
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();
  #held = new Map<number, Set<Attention>>();

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
    this.#stop(id);
    this.#held.delete(id);
    this.list = this.list.filter((notice) => notice.id !== id);
  }

  /** Stops a notice's time, for as long as it is pointed at or focused. */
  hold(id: number, by: Attention) {
    this.#held.set(id, new Set(this.#held.get(id)).add(by));
    this.#stop(id);
  }

  /** Starts a notice's time from the beginning, unless something else holds it. */
  release(id: number, by: Attention) {
    const held = this.#held.get(id);
    held?.delete(by);
    const notice = this.list.find((one) => one.id === id);
    if (notice && !held?.size) this.#start(notice);
  }

  #stop(id: number) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #start(notice: Notice) {
    this.#stop(notice.id);
    const shown = notice.tone === "bad" ? 2 * SHOWN_MS : SHOWN_MS;
    this.#timers.set(notice.id, setTimeout(() => this.dismiss(notice.id), notice.action ? OFFERED_MS : shown));
  }

  #add(notice: Notice) {
    this.#next += 1;
    // Only the latest offer to undo is kept: two of them would leave open which is meant.
    const others = this.list.filter((one) => !(one.action && notice.action));
    this.list = [...others.slice(-2), notice];
    this.spoken = notice.text;
    this.#start(notice);
  }
}

export const notices = new Notices();
