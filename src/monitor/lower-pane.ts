import type { Monitor } from "./monitor.ts";

/** What shares the place below WHO LED. */
export type LowerPane = "events" | "findings" | "keys";

/**
 * Which of those that share the lower place is seen: the one with the focus, else what was opened, else what happened
 * and who is a member.
 */
export function lowerPane({ focus, findings, search }: Monitor): LowerPane {
  if (focus === "timeline" || focus === "members") return "events";
  if (focus === "keys" && search) return "keys";
  if (findings) return "findings";
  return search ? "keys" : "events";
}
