// Opens a downloaded package the way its recipient would: with another ZIP reader and another PDF reader.
import { inflateRawSync } from 'node:zlib';

// pdf.js wants a newer Node than we do; this is all that it misses here.
Promise.withResolvers ??= function withResolvers<T>() {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason?: unknown) => void;
  const promise = new Promise<T>((keep, refuse) => ([resolve, reject] = [keep, refuse]));
  return { promise, resolve, reject };
};

/** The files of a ZIP archive by their paths: the central directory, then the bytes each entry points at. */
export function unzip(archive: Buffer): Map<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [method, packed] = [archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => archive.readUInt16LE(at + offset));
    const local = archive.readUInt32LE(at + 42);
    const from = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const bytes = archive.subarray(from, from + packed);
    files.set(archive.toString('utf8', at + 46, at + 46 + name!), method === 0 ? bytes : inflateRawSync(bytes));
    at += 46 + name! + extra! + comment!;
  }
  return files;
}

/** What another reader sees of the annotations in a PDF. */
export async function annotations(pdf: Buffer): Promise<{ kind: string; author: string; note: string; isDrawn: boolean }[]> {
  const { getDocument } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const document = await getDocument({ data: new Uint8Array(pdf), useSystemFonts: false, verbosity: 0 }).promise;
  const found = [];
  for (let number = 1; number <= document.numPages; number++) {
    for (const annotation of await (await document.getPage(number)).getAnnotations()) {
      found.push({
        kind: annotation.subtype as string,
        author: annotation.titleObj?.str as string,
        note: annotation.contentsObj?.str as string,
        isDrawn: Boolean(annotation.hasAppearance),
      });
    }
  }
  await document.loadingTask.destroy();
  return found;
}
