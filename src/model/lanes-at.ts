import type { EtcdPicture, LeaseRow, LeasesPicture } from "./assessment.ts";
import { memberName } from "./judge-etcd.ts";
import { blindSince, sourceOf } from "./lease-source.ts";
import { ETCD_LANE, MEMBERS_LANE, withTail } from "./lanes.ts";
import type { ClusterState, Lane, LanePart } from "./state.ts";

/** The lanes up to now: what is settled, and at the end of each what is open yet. */
export function lanesAt(state: ClusterState, leases: LeasesPicture, etcd: EtcdPicture): readonly Lane[] {
  const ofLeases = leases.rows.flatMap((row) => {
    if (row.standing === "orphaned") return [];
    const lane = state.lanes.find((l) => l.subject === row.record.name);
    return lane ? [withTail(lane, tail(row, leases, state))] : [];
  });
  if (etcd.state !== "members") return ofLeases;
  const named = (part: LanePart): LanePart => ({
    ...part,
    who: part.who && memberName(part.who, state.etcd),
  });
  const ofEtcd = state.lanes.flatMap((lane) => {
    if (lane.subject === ETCD_LANE) return [{ ...lane, parts: lane.parts.map(named) }];
    return lane.subject === MEMBERS_LANE ? [lane] : [];
  });
  return [...ofLeases, ...ofEtcd];
}

function tail(row: LeaseRow, leases: LeasesPicture, state: ClusterState): LanePart | undefined {
  const { standing, renewedAt } = row;
  if (standing === "leaderless") return { kind: "gap", who: "", from: renewedAt };
  if (standing === "late") return { kind: "unknown", who: "", from: renewedAt };
  const source = row.freshness === leases.freshness ? state.leaseSource : sourceOf(state, row.key, row);
  if (standing !== "unknown" || source.state === "asking") return undefined;
  const from = blindSince(source);
  return { kind: "unknown", who: "", from };
}
