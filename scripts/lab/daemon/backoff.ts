const STEPS_MS = [0, 1000, 2000, 4000, 8000, 10_000] as const;
const LONG_RUN_MS = 30_000;

/**
 * How long a kubelet waits before it starts a container again that ended by itself: at once the first time,
 * then longer and longer (a real one goes to 5 minutes; the lab stops at 10 s), from the start again after a
 * run of 30 s. `failures` is the count so far; the new one comes back.
 */
export function restartDelay(failures: number, ranForMs: number): { delayMs: number; failures: number } {
  const before = ranForMs >= LONG_RUN_MS ? 0 : failures;
  return { delayMs: STEPS_MS[Math.min(before, STEPS_MS.length - 1)] ?? 0, failures: before + 1 };
}
