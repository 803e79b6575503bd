import type { Lane, LanePart } from "./state.ts";
import type { Instant } from "./time.ts";

/** The lane of etcd's leader, and the lane of how many members answer. */
export const ETCD_LANE = "etcd";
export const MEMBERS_LANE = "etcd members up";

const PARTS_KEPT = 60;

/**
 * Writes into a subject's lane that from `part.from` on it was so; what stood there from then on is overwritten,
 * because a gap is known only when it is over. A part that says the same as the one before it lengthens that one.
 */
export function writeLane(
  lanes: readonly Lane[],
  subject: string,
  ...written: readonly LanePart[]
): readonly Lane[] {
  const lane = lanes.find((l) => l.subject === subject);
  const before = lane?.parts ?? [];
  const parts = written.reduce(writePart, before);
  // The same lanes when nothing is new: who shows them can tell that by a glance.
  if (lane && parts === before) return lanes;
  const next = { subject, parts: parts.slice(-PARTS_KEPT) };
  return lane ? lanes.map((l) => (l === lane ? next : l)) : [...lanes, next];
}

function writePart(parts: readonly LanePart[], part: LanePart): readonly LanePart[] {
  const before = parts.filter((p) => p.from.mono < part.from.mono);
  const last = before.at(-1);
  if (last?.kind !== part.kind || last.who !== part.who) return [...before, part];
  return before.length === parts.length ? parts : before;
}

/** A lane with `part` as what is true now, without keeping it: how a lane's end is shown while its outcome is open. */
export function withTail(lane: Lane, tail: LanePart | undefined): Lane {
  return tail ? { subject: lane.subject, parts: writePart(lane.parts, tail) } : lane;
}

/** The part that says who led from `from` on. */
export function led(who: string, from: Instant): LanePart {
  return { kind: "led", who, from };
}
