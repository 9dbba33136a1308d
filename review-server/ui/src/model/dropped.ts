// What was dropped or chosen, as files with the paths they keep: whole folders with everything in them.
import { type Chosen, withoutRepeats } from "./intake";

/** The parts of the browser's file entries that are used here. */
export interface Entry {
  name: string;
  isFile: boolean;
  isDirectory: boolean;
  file?: (found: (file: File) => void, failed: (why: unknown) => void) => void;
  createReader?: () => { readEntries: (found: (entries: Entry[]) => void, failed: (why: unknown) => void) => void };
}

/** Files chosen by a file or folder field. */
export function fromField(files: Iterable<File>): Chosen[] {
  return [...files].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** Files dropped, folders walked to their ends. */
export async function fromEntries(entries: readonly Entry[]): Promise<Chosen[]> {
  const found: Chosen[] = [];
  for (const entry of entries) await walk(entry, "", found);
  return withoutRepeats(found);
}

async function walk(entry: Entry, before: string, found: Chosen[]): Promise<void> {
  const path = before + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((keep, refuse) => entry.file?.(keep, refuse));
    found.push({ path, file });
  } else if (entry.isDirectory && entry.createReader) {
    const reader = entry.createReader();
    // A browser gives a folder in parts, the last one empty.
    for (;;) {
      const part = await new Promise<Entry[]>((keep, refuse) => reader.readEntries(keep, refuse));
      if (part.length === 0) return;
      for (const inside of part) await walk(inside, `${path}/`, found);
    }
  }
}
