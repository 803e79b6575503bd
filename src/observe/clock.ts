import type { Instant } from "../model/time.ts";

/** Reads the time. Handed to every source, so that tests can make their own. */
export type Clock = () => Instant;

/** The machine's clocks. */
export const systemClock: Clock = () => ({ wall: Date.now(), mono: performance.now() });
