// Listens to what others change in the matter on screen. The browser reconnects by itself; what was missed meanwhile
// is read again.
import { CLIENT_ID, matters } from "../api/client";
import type { BulkChange, Change, HitReportChange, IntakeRun } from "../api/types";

export interface Listener {
  change: (change: Change) => void;
  batch: () => void;
  bulk: (change: BulkChange) => void;
  deliverable: () => void;
  hitReport: (change: HitReportChange) => void;
  intake: (run: IntakeRun) => void;
  reload: () => void;
}

const AGAIN_MS = 5000;

/** Listens until the returned function is called. */
export function listen(matter: string, listener: Listener): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wasLost = false;
  const connect = () => {
    source = open(matter, listener);
    source.onopen = () => {
      if (wasLost) listener.reload();
      wasLost = false;
    };
    source.onerror = () => {
      wasLost = true;
      // The browser tries again after a lost connection, but not after an answer that was no stream.
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(connect, AGAIN_MS);
    };
  };
  connect();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

function open(matter: string, listener: Listener): EventSource {
  const source = new EventSource(matters.eventsPath(matter));
  source.addEventListener("change", (event) => {
    const change = JSON.parse(event.data as string) as Change;
    if (change.client_id !== CLIENT_ID) listener.change(change);
  });
  source.addEventListener("batch", () => listener.batch());
  source.addEventListener("bulk", (event) => listener.bulk(JSON.parse(event.data as string) as BulkChange));
  source.addEventListener("deliverable", () => listener.deliverable());
  source.addEventListener("hit_report", (event) => listener.hitReport(JSON.parse(event.data as string) as HitReportChange));
  source.addEventListener("intake", (event) => listener.intake(JSON.parse(event.data as string) as IntakeRun));
  source.addEventListener("reload", () => listener.reload());
  return source;
}
