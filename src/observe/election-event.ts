import type { ElectionEvent } from "../model/evidence.ts";
import { field } from "../model/fields.ts";
import { number, text, time } from "./received.ts";

/** What client-go's leader election says of itself (tools/leaderelection/resourcelock, `RecordEvent`). */
const MESSAGE = /^(?<identity>\S+) (?<what>became|stopped) lead(?:er|ing)$/;

/** Reads an Event of a leader election; undefined: it says nothing of a lease, or not when, or something else. */
export function readElectionEvent(object: unknown): ElectionEvent | undefined {
  const involved = field(object, "involvedObject");
  const lease = text(field(involved, "name"));
  const said = MESSAGE.exec(text(field(object, "message")))?.groups;
  const when =
    time(field(field(object, "series"), "lastObservedTime")) ??
    time(field(object, "lastTimestamp")) ??
    time(field(object, "eventTime")) ??
    time(field(object, "firstTimestamp"));
  if (lease === "" || said === undefined || when === undefined) return undefined;
  const { identity = "", what } = said;
  const count = number(field(object, "count")) ?? 1;
  return {
    id: `${text(field(field(object, "metadata"), "uid"))} ${count} ${when}`,
    namespace: text(field(involved, "namespace")),
    lease,
    identity,
    what: what === "became" ? "became" : "stopped",
    time: when,
  };
}
