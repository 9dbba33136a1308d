// Listens to what others change in the matter on screen. The browser reconnects by itself; what was missed meanwhile
// is read again.
import { CLIENT_ID, matters } from "../api/client";
import type { Change } from "../api/types";

export interface Listener {
  change: (change: Change) => void;
  deliverable: () => void;
  reload: () => void;
}

export function listen(matter: string, listener: Listener): () => void {
  const source = new EventSource(matters.eventsPath(matter));
  let wasLost = false;
  source.onopen = () => {
    if (wasLost) listener.reload();
    wasLost = false;
  };
  source.onerror = () => {
    wasLost = true;
  };
  source.addEventListener("change", (event) => {
    const change = JSON.parse(event.data as string) as Change;
    if (change.client_id !== CLIENT_ID) listener.change(change);
  });
  source.addEventListener("deliverable", () => listener.deliverable());
  source.addEventListener("reload", () => listener.reload());
  return () => source.close();
}
