import type { LeaseRow, Standing } from "../../core/assessment.ts";
import { CONTROL_PLANE } from "../../core/leases/lease.ts";
import type { Sign } from "../text/glyphs.ts";
import type { Line, Span } from "../screen.ts";
import type { PaneView } from "../view.ts";
import { integer, timePart } from "../../output/format.ts";
import { DIM, span } from "../text/lines.ts";

const SIGNS: Readonly<Record<Standing, Sign>> = {
  held: "ok",
  late: "warn",
  leaderless: "bad",
  orphaned: "quiet",
  unknown: "unknown",
};

/** The sign of a lease. */
export function leaseSign({ standing }: LeaseRow): Sign {
  return SIGNS[standing];
}

/** In LEASES and what belongs to it: the lease that is selected, or the first one; undefined: there is none. */
export function selectedLease({ assessment, selected }: PaneView): LeaseRow | undefined {
  const { rows } = assessment.leases;
  return rows.find((row) => row.key === selected) ?? rows[0];
}

/** A component of the control plane without its `kube-`, for narrow places; any other name as it is. */
export function shortName(component: string): string {
  return CONTROL_PLANE.includes(component) ? component.replace(/^kube-/, "") : component;
}

/** The name of a lease: with its namespace where that is not kube-system. */
export function leaseName({ record }: LeaseRow): string {
  return record.namespace === "kube-system" ? record.name : `${record.namespace}/${record.name}`;
}

/** The lease's own renewTime, which every banner shows. */
export function renewTimeWords({ record }: LeaseRow, label = DIM): Line {
  return [span("renewTime ", label), value(record.renewTime && timePart(record.renewTime))];
}

/** The record's own field for the number of transitions: in an annotation it has another name. */
export function transitionsLabel({ kind }: LeaseRow["record"]): string {
  return kind === "Lease" ? "leaseTransitions" : "leaderTransitions";
}

/** Where a record is kept; undefined: in a Lease, as usual. */
export function keptWords({ record }: LeaseRow): string | undefined {
  return record.kind === "Lease" ? undefined : `annotation on ${record.kind}`;
}

/** The lease's own number of transitions, and how many we saw. */
export function transitionsWords({ record, failoversSeen }: LeaseRow, label = DIM): Line {
  const transitions = record.leaseTransitions;
  return [
    span(`${transitionsLabel(record)} `, label),
    value(transitions === undefined ? undefined : integer(transitions)),
    span(` (+${failoversSeen} seen)`, label),
  ];
}

/** A field of the lease; one that the object lacks is `unset`. */
function value(text: string | undefined): Span {
  return text === undefined || text === "" ? span("unset", DIM) : span(text);
}
