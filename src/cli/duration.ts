import type { Seconds } from "../model/time.ts";

const UNITS: Readonly<Record<string, Seconds>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/**
 * A time as kubectl takes it: `500ms`, `2s`, `1m30s`, `1h`, or bare seconds. Undefined: it is none.
 * Source: k8s.io/cli-runtime `ParseTimeout`, Go's `time.ParseDuration`.
 */
export function parseDuration(text: string): Seconds | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return undefined;
  return text
    .matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)
    .reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? ""] ?? 0), 0);
}
