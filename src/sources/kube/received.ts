import { cleanText } from "../../text/clean.ts";

/** Text from outside, cleaned for display; "" for other values. */
export function text(value: unknown): string {
  return typeof value === "string" ? cleanText(value) : "";
}

/** A number from outside as it is, also an absurd one; undefined for what is none. */
export function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** RFC 3339, as Kubernetes writes its times. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** A time from outside as text with all its digits; undefined for what is none. */
export function time(value: unknown): string | undefined {
  return typeof value === "string" && TIME.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;
}
