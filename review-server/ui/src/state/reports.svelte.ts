// How far hit reports are that are being counted, as the server tells.
import type { HitReportChange } from "../api/types";

class Reports {
  /** Moves whenever a report ends. */
  ended = $state(0);
  /** The last word on each report. */
  progress = $state.raw<ReadonlyMap<number, HitReportChange>>(new Map());

  take(change: HitReportChange) {
    this.progress = new Map(this.progress).set(change.id, change);
    if (change.state !== "counting") this.ended += 1;
  }
}

export const reports = new Reports();
