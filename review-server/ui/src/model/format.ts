// How numbers, dates and sizes are written. Moments come in UTC and are shown in the time zone of their matter, by the
// rules that held there on that day.

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

// Which English names a zone depends on where it is spoken: `CET` is British, `EST` American. The first that has a name counts.
const ENGLISH = ["en-US", "en-GB", "en-CA", "en-AU", "en-NZ", "en-IN", "en-ZA"];

/** The clocks of a time zone: one for the figures, and one for each English that may have a name for it. */
interface Clocks { figures: Intl.DateTimeFormat; names: Intl.DateTimeFormat[] }

const CLOCKS = new Map<string, Clocks>();

/** Whether this browser knows the rules of a time zone. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

function clocksOf(zone: string): Clocks {
  const known = CLOCKS.get(zone);
  if (known) return known;
  const timeZone = isZone(zone) ? zone : "UTC";
  const made: Clocks = {
    figures: new Intl.DateTimeFormat("en-GB", {
      timeZone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23",
      year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
    }),
    names: ENGLISH.map((locale) => new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" })),
  };
  CLOCKS.set(zone, made);
  return made;
}

function partOf(format: Intl.DateTimeFormat, at: Date, type: Intl.DateTimeFormatPartTypes): string {
  return format.formatToParts(at).find((part) => part.type === type)?.value ?? "";
}

/** `CET`, or `UTC+5:45` where no English has a name for it. */
function zoneName(clocks: Clocks, at: Date): string {
  let name = "";
  for (const format of clocks.names) {
    name = partOf(format, at, "timeZoneName");
    if (!/^GMT[+-]/.test(name)) return name;
  }
  return name.replace("GMT", "UTC");
}

/** The moment a text says, where it says one: with `Z` or an offset. What has neither is nobody's clock in particular. */
function moment(value: string): Date | null {
  if (!/^[+-]?\d{4,6}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:\d{2})$/.test(value)) return null;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : at;
}

function dayAsWritten(value: string): string {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})/.exec(value) ?? [];
  const name = MONTHS[Number(month) - 1];
  return year && name ? `${Number(day)} ${name} ${year}` : value;
}

function dayAndClock(clocks: Clocks, at: Date): { day: string; clock: string } {
  const parts = new Map(clocks.figures.formatToParts(at).map(({ type, value }) => [type, value]));
  const day = `${Number(parts.get("day"))} ${MONTHS[Number(parts.get("month")) - 1]} ${parts.get("year")}`;
  return { day, clock: `${parts.get("hour")}:${parts.get("minute")}` };
}

/** `4 Mar 2026` from a date, or from a moment as the clocks of a time zone show it; the text itself where it is neither. */
export function date(value: string | null | undefined, zone: string): string {
  if (!value) return "";
  const at = moment(value);
  return at ? dayAndClock(clocksOf(zone), at).day : dayAsWritten(value);
}

/** `4 Mar 2026, 18:05 CET`. */
export function time(value: string | null | undefined, zone: string): string {
  if (!value) return "";
  const at = moment(value);
  if (!at) {
    const [, clock] = /T(\d{2}:\d{2})/.exec(value) ?? [];
    return clock ? `${dayAsWritten(value)}, ${clock}` : dayAsWritten(value);
  }
  const clocks = clocksOf(zone);
  const { day, clock } = dayAndClock(clocks, at);
  return `${day}, ${clock} ${zoneName(clocks, at)}`;
}

/** `4 Mar 2026, 22:35 +05:30`: a moment by the clock of whoever was so many minutes ahead of UTC. */
export function timeAtOffset(value: string | null | undefined, minutes: number): string {
  const at = value ? moment(value) : null;
  if (!at) return "";
  const { day, clock } = dayAndClock(clocksOf("UTC"), new Date(at.getTime() + minutes * 60_000));
  const two = (figure: number) => String(figure).padStart(2, "0");
  const ahead = Math.abs(minutes);
  return `${day}, ${clock} ${minutes < 0 ? "-" : "+"}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

/** Every time zone this browser can show, UTC and the one in use first. */
export function zones(current: string): string[] {
  return [...new Set(["UTC", current, ...Intl.supportedValuesOf("timeZone")])];
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
