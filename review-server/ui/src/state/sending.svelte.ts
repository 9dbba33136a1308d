// Files on their way to the server: a few at once, each whole or not at all, those that are there already left out.
import { Problem, sentence, uploads } from "../api/client";
import type { Chosen } from "../model/intake";

const AT_ONCE = 3;
const TRIES = 3;

export class Sending {
  filesDone = $state(0);
  files = $state(0);
  bytesDone = $state(0);
  bytes = $state(0);
  busy = $state(false);
  problems = $state.raw<{ path: string; why: string }[]>([]);
  #stop: AbortController | null = null;
  #under = new Map<string, number>();

  /** Sends the files into an upload, a new one unless its name is given; gives its name, or nothing when stopped. */
  async send(matter: string, chosen: readonly Chosen[], into: string | null): Promise<string | null> {
    const stop = new AbortController();
    this.#stop = stop;
    this.problems = [];
    this.busy = true;
    try {
      const name = into ?? (await uploads.begin(matter)).name;
      const there = new Map((await uploads.show(matter, name)).files.map((file) => [file.path, file.size_bytes]));
      const left = chosen.filter(({ path, file }) => there.get(path) !== file.size);
      this.files = chosen.length;
      this.filesDone = chosen.length - left.length;
      this.bytes = chosen.reduce((sum, one) => sum + one.file.size, 0);
      const kept = this.bytes - left.reduce((sum, one) => sum + one.file.size, 0);
      this.bytesDone = kept;
      let next = 0;
      let whole = kept;
      const lane = async () => {
        for (let one = left[next++]; one && !stop.signal.aborted; one = left[next++]) {
          await this.#one(matter, name, one, stop.signal, () => {
            this.bytesDone = whole + [...this.#under.values()].reduce((sum, sent) => sum + sent, 0);
          });
          this.#under.delete(one.path);
          whole += one.file.size;
          this.filesDone += 1;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      return stop.signal.aborted ? null : name;
    } finally {
      this.busy = false;
      this.#under.clear();
    }
  }

  stop() {
    this.#stop?.abort();
  }

  async #one(matter: string, name: string, { path, file }: Chosen, signal: AbortSignal, moved: () => void) {
    for (let attempt = 1; attempt <= TRIES && !signal.aborted; attempt += 1) {
      try {
        return await uploads.put(matter, name, path, file, signal, (sent) => {
          this.#under.set(path, sent);
          moved();
        });
      } catch (thrown) {
        if (signal.aborted) return undefined;
        const code = thrown instanceof Problem ? thrown.code : "";
        // A lost connection is tried again; a refusal is final, and a full disk ends it all.
        if (code === "unreachable" && attempt < TRIES) continue;
        this.problems = [...this.problems, { path, why: sentence(thrown) }];
        if (code === "disk_full") this.stop();
        return undefined;
      }
    }
    return undefined;
  }
}
