// A passage somebody selected, in whichever view, on its way to becoming an annotation.
import type { Passage, Place } from "../api/types";
import type { Span } from "../model/ruler";

export interface Selected {
  /** Where it stands on the screen. */
  anchor: DOMRect;
  place: Place;
  /** True for a region, which stays a region; a text selection becomes the range the server finds for it. */
  keep: boolean;
  /** The range in code points, where it is known without asking. */
  within: Span | null;
  /** The words as selected; empty for a region until the server has answered. */
  quote: string;
  resolve: () => Promise<Passage>;
}
