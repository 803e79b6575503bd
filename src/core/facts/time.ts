/** A length of time in seconds. */
export type Seconds = number;

/**
 * One moment as a source's own loop saw it. `wall` (ms since 1970, UTC) is for showing,
 * `mono` (ms of a clock that never jumps) is for measuring. The core never reads a clock:
 * instants come in with observations, and `now` is a parameter.
 */
export interface Instant {
  readonly wall: number;
  readonly mono: number;
}

/** Seconds from `from` to `to` by the clock that never jumps; negative when `to` is the earlier one. */
export function secondsBetween(from: Instant, to: Instant): Seconds {
  return (to.mono - from.mono) / 1000;
}

/** The moment `seconds` after `at` (before it when negative). */
export function later(at: Instant, seconds: Seconds): Instant {
  return { wall: at.wall + seconds * 1000, mono: at.mono + seconds * 1000 };
}

/** The moment of a time that was received at `at`, by the wall clock; a future one is now. Undefined: it is no time. */
export function dated(text: string | undefined, at: Instant): Instant | undefined {
  const ago = (at.wall - Date.parse(text ?? "")) / 1000;
  if (Number.isNaN(ago)) return undefined;
  return ago > 0 ? later(at, -ago) : at;
}

/** The later of two moments. */
export function latest(a: Instant, b: Instant): Instant {
  return a.mono >= b.mono ? a : b;
}
