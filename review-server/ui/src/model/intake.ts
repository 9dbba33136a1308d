// Reading documents in, in words and numbers. Pure: no DOM, no fetch.
import { count, counted, size } from "./format";

/** A file chosen to be sent, under the path it keeps. */
export interface Chosen { path: string; file: File }

/** `about 12 minutes left`; empty where it cannot be told. */
export function timeLeft(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "";
  if (seconds < 60) return "less than a minute left";
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return `about ${counted(minutes, "minute")} left`;
  const hours = Math.floor(minutes / 60);
  return `about ${counted(hours, "hour")} ${minutes % 60 === 0 ? "" : `${minutes % 60} min `}left`;
}

/** `1 h 05 min`, `3 min 20 s`, `8 s`. */
export function duration(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  if (hours > 0) return `${hours} h ${String(minutes).padStart(2, "0")} min`;
  return minutes > 0 ? `${minutes} min ${String(seconds % 60).padStart(2, "0")} s` : `${seconds} s`;
}

/** `12.5` a second, or `1,200`. */
export function rate(perSecond: number): string {
  return perSecond >= 100 ? count(Math.round(perSecond)) : perSecond.toFixed(1);
}

const STATES: Record<string, string> = {
  starting: "Starting", listing: "Listing files", reading: "Reading", pausing: "Pausing: finishing what is being read",
  paused: "Paused", cancelling: "Cancelling: finishing what is being read", indexing: "Finishing the index",
  complete: "Complete", cancelled: "Cancelled", failed: "Could not go on", interrupted: "Interrupted", running: "Running",
};

export function stateName(state: string): string {
  return STATES[state] ?? state;
}

/** How much of a run is done, 0 to 100; nothing while files are listed. */
export function share(progress: { sources_found?: number | null; sources_done: number; bytes_found?: number | null; bytes_done: number } | null | undefined): number | null {
  if (!progress || progress.sources_found === null || progress.sources_found === undefined) return null;
  if (progress.sources_found === 0) return 100;
  const files = progress.sources_done / progress.sources_found;
  const bytes = progress.bytes_found ? progress.bytes_done / progress.bytes_found : files;
  return Math.min(100, Math.round(50 * (files + bytes)));
}

/** The name of the folder everything chosen lies in; empty when there is none or more than one. */
export function commonFolder(chosen: readonly { path: string }[]): string {
  const tops = new Set(chosen.map(({ path }) => (path.includes("/") ? path.slice(0, path.indexOf("/")) : "")));
  const [only = ""] = tops;
  return tops.size === 1 ? only : "";
}

/** The first of files chosen under the same path is kept. */
export function withoutRepeats<T extends { path: string }>(chosen: readonly T[]): T[] {
  const seen = new Map<string, T>();
  for (const one of chosen) if (!seen.has(one.path)) seen.set(one.path, one);
  return [...seen.values()];
}

/** `3 files, 12 MB`. */
export function amount(chosen: readonly { file: { size: number } }[]): string {
  return `${counted(chosen.length, "file")}, ${size(chosen.reduce((sum, one) => sum + one.file.size, 0))}`;
}

/** One password a line; lines without one do not count. */
export function passwordsIn(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== "");
}

/** A whole number from a field; nothing from an empty one. */
export function numberIn(text: string | number | null | undefined): number | undefined {
  const number = Number.parseInt(String(text ?? ""), 10);
  return Number.isFinite(number) ? number : undefined;
}
