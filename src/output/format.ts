import type { Forecast } from "../core/leases/lease.ts";
import type { Instant, Seconds } from "../core/facts/time.ts";

/**
 * A length of time: `0.6 s`, `18.4 s` (one decimal below 100 s), `3 min 40 s`, `4 h 12 min`, `3 d 04 h`.
 * One that is negative, because two clocks disagree by a hair, is `0.0 s`.
 */
export function duration(seconds: Seconds): string {
  const s = Math.max(0, Math.round(seconds * 10) / 10);
  if (s < 100) return `${s.toFixed(1)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${twoDigits(s % 60)} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${twoDigits((s % 3600) / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${twoDigits((s % 86_400) / 3600)} h`;
}

/**
 * The same in a column, never wider than seven cells, so that no column moves while it grows: `18.4 s`, `222 s`,
 * `36 min`, `4.2 h`, `3.2 d`, `120 d`.
 */
export function shortDuration(seconds: Seconds): string {
  const s = Math.max(0, Math.round(seconds * 10) / 10);
  if (s < 100) return duration(s);
  if (s < 1000) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  return s < 86_400 ? `${oneDecimal(s / 3600)} h` : `${oneDecimal(s / 86_400)} d`;
}

/** Rounded down: no duration is shown before it has passed. */
function oneDecimal(n: number): string {
  return n < 100 ? (Math.floor(n * 10) / 10).toFixed(1) : String(Math.floor(n));
}

/** How long an answer took: `1.2 ms`, `38 ms`, `1.4 s`. */
export function latency(seconds: Seconds): string {
  const ms = Math.max(0, seconds * 1000);
  if (ms < 9.95) return `${ms.toFixed(1)} ms`;
  return ms < 999.5 ? `${Math.round(ms)} ms` : duration(seconds);
}

/** When a takeover is to be expected, as a length of time from its start: `15 to 24 s`, `within 4.4 s`. */
export function window(forecast: Forecast): string {
  if (forecast.from <= 0) return `within ${tenths(forecast.to)} s`;
  return `${Math.floor(forecast.from)} to ${Math.ceil(forecast.to)} s`;
}

/** What is left of a takeover's window after `gone` seconds: `in 5.8 to 14.6 s`, `within 3.5 s`. */
export function windowLeft(forecast: Forecast, gone: Seconds): string {
  const from = forecast.from - gone;
  const to = Math.max(0, forecast.to - gone);
  return from > 0 ? `in ${tenths(from)} to ${tenths(to)} s` : `within ${tenths(to)} s`;
}

/** A countdown in seconds without its unit: one decimal below 100, none above. */
function tenths(seconds: Seconds): string {
  return seconds < 99.95 ? seconds.toFixed(1) : String(Math.round(seconds));
}

/** `1,204,318` */
export function integer(n: bigint | number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** `61 %`; undefined where the whole is 0. Something is never rounded to nothing: `<1 %`. */
export function percent(part: bigint, whole: bigint): string | undefined {
  if (whole === 0n) return undefined;
  const share = (Number(part) / Number(whole)) * 100;
  return share > 0 && share < 1 ? "<1 %" : `${Math.round(share)} %`;
}

/** The time of day in UTC: `13:51:42`. */
export function timeOfDay(at: Instant): string {
  return new Date(at.wall).toISOString().slice(11, 19);
}

/** The time of day in UTC to a tenth of a second: `13:51:32.8`. */
export function timeToTenth(at: Instant): string {
  return new Date(at.wall).toISOString().slice(11, 21);
}

/** The time of day of an RFC 3339 time, with all its digits as received; the text itself where it is none. */
export function timePart(time: string): string {
  return /T(\d{2}:\d{2}:\d{2}(?:\.\d+)?)Z$/.exec(time)?.[1] ?? time;
}

const twoDigits = (n: number): string => String(Math.floor(n)).padStart(2, "0");
