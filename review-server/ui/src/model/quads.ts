// Geometry in PDF user space: points, origin bottom-left, before the page is turned. A quad is eight numbers:
// top-left, top-right, bottom-left, bottom-right. Merging is done here and never in screen space, where the lines of
// a turned page would run together.

export interface Box { x0: number; y0: number; x1: number; y1: number }

export function boxOf(quad: readonly number[]): Box {
  const xs = quad.filter((_, at) => at % 2 === 0);
  const ys = quad.filter((_, at) => at % 2 === 1);
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

export function quadOf({ x0, y0, x1, y1 }: Box): number[] {
  return [x0, y1, x1, y1, x0, y0, x1, y0];
}

export function contains(quad: readonly number[], x: number, y: number): boolean {
  const box = boxOf(quad);
  return box.x0 <= x && x <= box.x1 && box.y0 <= y && y <= box.y1;
}

/** The way between page space and a screen, both ways. */
export interface PageSpace {
  convertToViewportPoint(x: number, y: number): number[];
  convertToPdfPoint(x: number, y: number): number[];
}

/** The space of a page that is a picture, drawn at this scale: never turned, origin top-left on the screen. */
export function pictureSpace(frame: readonly number[], scale: number): PageSpace {
  const [left = 0, , , upper = 0] = frame;
  return {
    convertToViewportPoint: (x, y) => [(x - left) * scale, (upper - y) * scale],
    convertToPdfPoint: (x, y) => [x / scale + left, upper - y / scale],
  };
}

/** One box a line, from the boxes of pieces of text in reading order. */
export function mergeLines(pieces: readonly Box[]): Box[] {
  const lines: Box[] = [];
  for (const piece of pieces) {
    if (piece.x1 - piece.x0 < 0.1 || piece.y1 - piece.y0 < 0.1) continue;
    const last = lines.at(-1);
    if (last && sharesLine(last, piece)) {
      lines[lines.length - 1] = {
        x0: Math.min(last.x0, piece.x0), y0: Math.min(last.y0, piece.y0),
        x1: Math.max(last.x1, piece.x1), y1: Math.max(last.y1, piece.y1),
      };
    } else lines.push({ ...piece });
  }
  return lines;
}

function sharesLine(a: Box, b: Box): boolean {
  const overlap = Math.min(a.y1, b.y1) - Math.max(a.y0, b.y0);
  const height = Math.min(a.y1 - a.y0, b.y1 - b.y0);
  const gap = Math.max(a.x0, b.x0) - Math.min(a.x1, b.x1);
  return overlap > 0.5 * height && gap < 4 * height;
}

/** Where a page stands on the screen: its size in points as displayed, after turning. */
export function displayedSize(frame: readonly number[], rotate: number): { width: number; height: number } {
  const [x0 = 0, y0 = 0, x1 = 612, y1 = 792] = frame;
  const [width, height] = [Math.abs(x1 - x0), Math.abs(y1 - y0)];
  return rotate % 180 === 0 ? { width, height } : { width: height, height: width };
}
