import type { Assessment, LeaseRow } from "../core/assessment.ts";
import type { TimelineEvent } from "../core/state.ts";
import { isRenewalOf } from "../core/leases/track.ts";
import type { Cell, Column, Tone } from "./table.ts";
import { tablePrinter } from "./table.ts";

/** One lease, or one that is not there any more. */
export interface LeaseChange {
  readonly row: LeaseRow;
  readonly deleted: boolean;
}

/** Whether a lease changed: how it is judged, where its record is kept, or what that says, but not its renewals. */
function leaseChanged(before: LeaseRow | undefined, after: LeaseRow): boolean {
  return (
    before === undefined ||
    before.status.state !== after.status.state ||
    before.standing !== after.standing ||
    before.record.kind !== after.record.kind ||
    !isRenewalOf(before.record, after.record)
  );
}

/** The leases that changed from one moment to another, and those that are gone. */
export function leaseChanges(before: Assessment, after: Assessment): readonly LeaseChange[] {
  const were = new Map(before.leases.rows.map((row) => [row.key, row]));
  const left = new Set(after.leases.rows.map((row) => row.key));
  return [
    ...after.leases.rows
      .filter((row) => leaseChanged(were.get(row.key), row))
      .map((row) => ({ row, deleted: false })),
    ...before.leases.rows.filter((row) => !left.has(row.key)).map((row) => ({ row, deleted: true })),
  ];
}

/** Whether something of all leases changed. */
export function leadersChanged(before: Assessment, after: Assessment): boolean {
  return (
    before.leases.freshness.state !== after.leases.freshness.state || leaseChanges(before, after).length > 0
  );
}

/** Whether something of everything changed that is no mere count: figures that only grow and ages do not count. */
export function statusChanged(before: Assessment, after: Assessment): boolean {
  return leadersChanged(before, after) || othersSay(before) !== othersSay(after);
}

function othersSay({ gitVersion, apiServers, etcd, controlPlane, leases, findings }: Assessment): string {
  const { pods, nodes, electionEvents } = controlPlane;
  const evidence = [
    [pods, nodes, electionEvents].map(({ freshness }) => freshness.state),
    [pods.items, nodes.items, electionEvents.items],
    leases.rows.map((row) => [row.evidence?.process.state, row.gone, row.previousLeader?.holder.identity]),
  ];
  const servers = apiServers.rows.map((row) => [row.host, row.answer, row.failing, row.failure?.code]);
  const found = findings.map(({ id, subject }) => [id, subject]);
  return JSON.stringify([gitVersion, apiServers.unknown?.code, servers, etcdSays(etcd), evidence, found]);
}

function etcdSays(etcd: Assessment["etcd"]): unknown {
  if (etcd.state === "asking") return [];
  if (etcd.state === "notConfigured") return etcd.tried;
  const { quorum, rows, list } = etcd;
  return [
    [quorum.state, quorum.voters, quorum.answering, quorum.up, quorum.reachability.refuse, quorum.leaderId],
    rows.map((row) => [row.name, row.endpoint, row.state, row.role, row.failure?.code, row.status?.version]),
    rows.map((row) => [row.status?.memberId, row.status?.raftTerm?.toString(), row.status?.errors]),
    rows.map((row) => row.clock !== undefined),
    [list.members, list.agree, list.freshness.state],
  ];
}

const TONES: Readonly<Record<TimelineEvent["tone"], Tone | undefined>> = {
  ok: "good",
  up: "good",
  warn: "look",
  bad: "bad",
  note: undefined,
};

const COLUMNS: readonly Column<TimelineEvent>[] = [
  { head: "TIME", cell: (event) => new Date(event.at.wall).toISOString() },
  { head: "SUBJECT", atLeast: "kube-controller-manager".length, cell: (event) => event.subject },
  { head: "EVENT", cell: text },
];

/** Writes what happened, a line each, as it happens: without heads, since it follows something else. */
export function eventPrinter(colour: boolean): (events: readonly TimelineEvent[]) => string {
  return tablePrinter(COLUMNS, { wide: false, headers: false, colour });
}

function text(event: TimelineEvent): Cell {
  const tone = TONES[event.tone];
  return tone === undefined ? event.text : { text: event.text, tone };
}
