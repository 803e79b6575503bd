import type { NodeReport } from "../model/evidence.ts";
import { field } from "../model/fields.ts";
import { text, time } from "./received.ts";

/** So many conditions are looked through. */
const MOST = 50;

/** Reads what a Node says of its readiness; undefined: it has no name, or says nothing of it. */
export function readNode(object: unknown): NodeReport | undefined {
  const metadata = field(object, "metadata");
  const name = text(field(metadata, "name"));
  const conditions = field(field(object, "status"), "conditions");
  const some: readonly unknown[] = Array.isArray(conditions) ? conditions.slice(0, MOST) : [];
  const ready = some.find((one) => field(one, "type") === "Ready");
  const status = field(ready, "status");
  if (name === "" || (status !== "True" && status !== "False" && status !== "Unknown")) return undefined;
  return {
    name,
    hostname: text(field(field(metadata, "labels"), "kubernetes.io/hostname")) || undefined,
    ready: status,
    since: time(field(ready, "lastTransitionTime")),
    reason: text(field(ready, "reason")),
  };
}
