// The saved searches somebody wants to be told about, and how many new matches each has.
import { followed as api, savedSearches, sentence } from "../api/client";
import type { SavedSearch } from "../api/types";
import { withNew } from "../model/filters";
import { NO_QUESTION, type Question } from "../model/route";
import { notices } from "./notices.svelte";

class FollowedState {
  list = $state.raw<SavedSearch[]>([]);
  total = $derived(this.list.reduce((sum, one) => sum + (one.new_documents ?? 0), 0));
  #matter = "";

  async load(matter: string) {
    if (matter !== this.#matter) this.list = [];
    this.#matter = matter;
    const found = await savedSearches.list(matter).catch(() => null);
    if (found && matter === this.#matter) this.list = found;
  }

  /** Counts the new matches as seen and gives the search that shows exactly them. */
  async see(matter: string, one: SavedSearch): Promise<Question | null> {
    try {
      const seen = await api.seen(matter, one.id);
      void this.load(matter);
      if (seen.new) return { ...NO_QUESTION, filters: withNew({}, [seen.new]) };
      notices.show(`Nothing is new in ${one.name}`);
    } catch (thrown) {
      notices.warn(sentence(thrown));
    }
    return null;
  }

  /** What the saved search of a look is called. */
  nameOf(look: string): string {
    const id = Number(look.split(".")[0]);
    return this.list.find((one) => one.id === id)?.name ?? "a saved search";
  }
}

export const followed = new FollowedState();
