// What this browser remembers for one person: colours, widths, pins, keys. Never document text or queries.

import { readColumns, type ChosenColumn } from "../model/columns";

export type Theme = "system" | "light" | "dark";

/** Cards, or a table. */
export type ResultsView = "cards" | "table";

interface Stored {
  theme: Theme;
  singleKeys: boolean;
  resultsWidth: number;
  codingWidth: number;
  resultsHidden: boolean;
  facetsOpen: boolean;
  pins: Record<string, string[]>;
  /** By matter, the saved searches whose terms stay highlighted. */
  highlights: Record<string, number[]>;
  resultsView: ResultsView;
  tableWidth: number;
  timelineOpen: boolean;
  /** By person and matter. */
  columns: Record<string, ChosenColumn[]>;
}

const KEY = "redwell.preferences";
const DEFAULTS: Stored = {
  theme: "system", singleKeys: true, resultsWidth: 360, codingWidth: 320, resultsHidden: false, facetsOpen: false, pins: {}, highlights: {},
  resultsView: "cards", tableWidth: 760, timelineOpen: false, columns: {},
};

function read(): Stored {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Stored>) };
  } catch {
    return DEFAULTS;
  }
}

class Preferences {
  #stored = $state<Stored>(read());

  get theme() { return this.#stored.theme; }
  set theme(theme: Theme) { this.#change({ theme }); }
  get singleKeys() { return this.#stored.singleKeys; }
  set singleKeys(singleKeys: boolean) { this.#change({ singleKeys }); }
  get resultsWidth() { return this.#stored.resultsWidth; }
  set resultsWidth(resultsWidth: number) { this.#change({ resultsWidth }); }
  get codingWidth() { return this.#stored.codingWidth; }
  set codingWidth(codingWidth: number) { this.#change({ codingWidth }); }
  get resultsHidden() { return this.#stored.resultsHidden; }
  set resultsHidden(resultsHidden: boolean) { this.#change({ resultsHidden }); }
  get facetsOpen() { return this.#stored.facetsOpen; }
  set facetsOpen(facetsOpen: boolean) { this.#change({ facetsOpen }); }

  get resultsView() { return this.#stored.resultsView; }
  set resultsView(resultsView: ResultsView) { this.#change({ resultsView }); }
  get tableWidth() { return this.#stored.tableWidth; }
  set tableWidth(tableWidth: number) { this.#change({ tableWidth }); }
  get timelineOpen() { return this.#stored.timelineOpen; }
  set timelineOpen(timelineOpen: boolean) { this.#change({ timelineOpen }); }

  columnsOf(person: string, matter: string): ChosenColumn[] {
    return readColumns(this.#stored.columns[`${person}/${matter}`]);
  }

  setColumns(person: string, matter: string, columns: ChosenColumn[]) {
    this.#change({ columns: { ...this.#stored.columns, [`${person}/${matter}`]: columns } });
  }

  highlightsOf(matter: string): number[] {
    return this.#stored.highlights[matter] ?? [];
  }

  setHighlights(matter: string, searches: number[]) {
    this.#change({ highlights: { ...this.#stored.highlights, [matter]: searches } });
  }

  pinsOf(matter: string): string[] {
    return this.#stored.pins[matter] ?? [];
  }

  togglePin(matter: string, concept: string) {
    const own = this.pinsOf(matter);
    const pins = own.includes(concept) ? own.filter((iri) => iri !== concept) : [...own, concept];
    this.#change({ pins: { ...this.#stored.pins, [matter]: pins } });
  }

  #change(part: Partial<Stored>) {
    Object.assign(this.#stored, part);
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#stored));
    } catch {
      // A browser that stores nothing still works; the choice lasts until the window closes.
    }
  }
}

export const preferences = new Preferences();

export function applyTheme() {
  document.documentElement.dataset["theme"] = preferences.theme;
}
