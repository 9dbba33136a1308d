// Where the window stands: a small router on the History API. Links stay links: they can be opened in a new tab.
import { readRoute, type Route } from "../model/route";

class Router {
  route = $state.raw<Route>(readRoute(location.pathname, location.hash));

  constructor() {
    addEventListener("popstate", () => this.#read());
    addEventListener("hashchange", () => this.#read());
  }

  go(path: string, options: { replace?: boolean } = {}) {
    if (options.replace) history.replaceState(null, "", path);
    else if (path !== location.pathname + location.hash) history.pushState(null, "", path);
    this.#read();
  }

  #read() {
    this.route = readRoute(location.pathname, location.hash);
  }
}

export const router = new Router();

/** Follows a click on a link of ours without loading the page again. */
export function followLink(event: MouseEvent) {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest?.("a");
  if (!link || link.origin !== location.origin || link.target !== "" || link.hasAttribute("download")) return;
  if (link.pathname.startsWith("/api/")) return;
  event.preventDefault();
  router.go(link.pathname + link.hash);
}
