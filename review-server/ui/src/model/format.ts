// How numbers, dates and sizes are written. Dates are shown in UTC, as they are stored.

const NUMBER = new Intl.NumberFormat("en");

export function count(value: number): string {
  return NUMBER.format(value);
}

export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

export function size(bytes: number): string {
  if (bytes < 1024) return counted(bytes, "byte");
  const units = ["kB", "MB", "GB", "TB"];
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `4 Mar 2026` from a date or a time; the text itself where it is neither. */
export function date(value: string | null | undefined): string {
  if (!value) return "";
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(value) ?? [];
  const name = MONTHS[Number(month) - 1];
  return year && name ? `${Number(day)} ${name} ${year}` : value;
}

/** `4 Mar 2026, 17:05 UTC`. */
export function time(value: string | null | undefined): string {
  if (!value) return "";
  const [, clock] = /T(\d{2}:\d{2})/.exec(value) ?? [];
  return clock ? `${date(value)}, ${clock} UTC` : date(value);
}

export function percent(part: number, whole: number): string {
  if (whole === 0) return "0%";
  const exact = (100 * part) / whole;
  if (part > 0 && exact < 1) return "<1%";
  if (part < whole && exact > 99) return ">99%";
  return `${Math.round(exact)}%`;
}

/** `needs_ocr` becomes `Needs ocr`. */
export function words(name: string): string {
  const spaced = name.replaceAll("_", " ");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

const EXCEPTION_KINDS: Record<string, string> = {
  unreadable: "Could not be read from disk", empty_file: "Empty file", encrypted: "Locked with a password",
  damaged: "Damaged", unsupported_format: "No reader for this format", format_mismatch: "Name and content disagree",
  needs_ocr: "Pages are pictures", garbled_text: "Garbled text", time_limit: "Took too long",
  memory_limit: "Needed too much memory", output_limit: "Cut short: too large", container_limit: "Nested too deeply",
  crashed: "The reader crashed", part_lost: "A part was lost",
};

export function exceptionKind(kind: string): string {
  return EXCEPTION_KINDS[kind] ?? words(kind);
}
