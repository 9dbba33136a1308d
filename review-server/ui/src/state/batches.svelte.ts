// The batch sets of the matter on screen, and what one can do with batches: take the next, check in, release, withdraw.
// Everything done offers its undo.
import { batches as api, Problem, sentence } from "../api/client";
import type { Batch, BatchSet, BatchSets, NewBatchSet } from "../api/types";
import { batchQuery } from "../model/batches";
import { counted } from "../model/format";
import { documentPath, matterPath, NO_QUESTION } from "../model/route";
import { notices } from "./notices.svelte";
import { router } from "./router.svelte";
import { session } from "./session.svelte";

class BatchesState {
  sets = $state.raw<readonly BatchSet[] | null>(null);
  stages = $state.raw<readonly string[]>([]);
  /** Whom the person may give batches to. */
  reviewers = $state.raw<BatchSets["reviewers"]>([]);
  problem = $state.raw<unknown>(null);
  /** Moves whenever a batch changed hands. */
  turn = $state(0);
  /** A batch that is to be checked in although documents are left, and what the server says to that. */
  doubt = $state.raw<{ batch: Batch; says: string } | null>(null);
  #matter = "";

  /** The sets of this matter; those of another are not shown meanwhile. */
  async load(matter: string) {
    if (matter !== this.#matter) this.sets = null;
    this.#matter = matter;
    try {
      const { items, stages, reviewers } = await api.list(matter);
      if (matter !== this.#matter) return;
      [this.sets, this.stages, this.reviewers, this.problem] = [items, stages, reviewers, null];
    } catch (thrown) {
      if (matter === this.#matter) this.problem = thrown;
    }
  }

  /** Somebody took a batch, or gave one back. */
  changed(matter: string) {
    this.turn += 1;
    if (matter === this.#matter) void this.load(matter);
  }

  /** The batches the person has. */
  get mine(): Batch[] {
    return (this.sets ?? []).flatMap((set) => set.mine ?? []);
  }

  /** Opens a batch at its first document that is not coded. */
  open(matter: string, batch: Batch) {
    if (batch.next_document) router.go(documentPath(matter, batch.next_document, { ...NO_QUESTION, query: batchQuery(batch.name) }));
  }

  /** Opens the batch the person has; the page of batches when it is none, or not clear which. */
  async goOn(matter: string) {
    await this.load(matter);
    const [batch, ...others] = this.mine;
    if (batch && others.length === 0) this.open(matter, batch);
    else {
      router.go(matterPath(matter, "batches"));
      notices.show(batch ? "You have several batches: choose one" : "You have no batch: check one out with p");
    }
  }

  async make(matter: string, body: NewBatchSet): Promise<BatchSet> {
    const set = await api.make(matter, body);
    this.changed(matter);
    const text = `${set.name}: ${counted(set.documents, "document")} in ${counted(set.batches, "batch", "batches")}`;
    notices.show(text, { label: "Undo", run: () => void this.withdraw(matter, set) });
    return set;
  }

  /** Checks out the next batch of a set, and opens it. */
  async next(matter: string, set: BatchSet) {
    const batch = await this.#do(matter, async () => {
      const taken = await api.next(matter, set.id);
      notices.show(`${taken.name} is yours`, { label: "Undo", run: () => void this.release(matter, taken) });
      return taken;
    });
    if (batch) this.open(matter, batch);
  }

  async give(matter: string, batch: Batch, holder: string) {
    await this.#do(matter, async () => {
      const given = await api.checkOut(matter, batch.id, holder);
      notices.show(`${given.name} goes to ${given.holder_name}`, { label: "Undo", run: () => void this.release(matter, given) });
    });
  }

  async checkIn(matter: string, batch: Batch, anyway = false) {
    await this.#do(matter, async () => {
      try {
        await api.checkIn(matter, batch.id, anyway);
      } catch (thrown) {
        if (!(thrown instanceof Problem && thrown.code === "not_all_coded")) throw thrown;
        this.doubt = { batch, says: sentence(thrown) };
        return;
      }
      notices.show(`${batch.name} is checked in`, { label: "Undo", run: () => void this.#again(matter, batch) });
    });
  }

  async release(matter: string, batch: Batch) {
    await this.#do(matter, async () => {
      await api.release(matter, batch.id);
      // What was checked in goes back to being so.
      const undo = async () => {
        await this.#again(matter, batch);
        if (batch.state === "checked_in") await this.checkIn(matter, batch, true);
      };
      notices.show(`${batch.name} is open again`, { label: "Undo", run: () => void undo() });
    });
  }

  async withdraw(matter: string, set: BatchSet) {
    await this.#do(matter, async () => {
      await api.withdraw(matter, set.id);
      notices.show(`${set.name} is withdrawn`, { label: "Undo", run: () => void this.restore(matter, set) });
    });
  }

  async restore(matter: string, set: BatchSet) {
    await this.#do(matter, async () => {
      await api.restore(matter, set.id);
      notices.show(`${set.name} is there again`, { label: "Undo", run: () => void this.withdraw(matter, set) });
    });
  }

  /** Gives a batch back to who had it. */
  async #again(matter: string, batch: Batch) {
    const holder = batch.holder && batch.holder !== session.user?.name ? batch.holder : undefined;
    await this.#do(matter, async () => {
      const given = await api.checkOut(matter, batch.id, holder);
      notices.show(`${given.name} is checked out by ${given.holder_name} again`);
    });
  }

  async #do<T>(matter: string, what: () => Promise<T>): Promise<T | null> {
    try {
      return await what();
    } catch (thrown) {
      notices.warn(sentence(thrown));
      return null;
    } finally {
      this.changed(matter);
    }
  }
}

export const batches = new BatchesState();
