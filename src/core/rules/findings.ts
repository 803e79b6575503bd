import type { Facts } from "../assessment.ts";
import type { Finding, FindingId, Severity } from "./finding.ts";
import { etcdFindings } from "./etcd.ts";
import { leaseFindings } from "./leases.ts";
import { serverFindings } from "./servers.ts";

const RANK: Record<Severity, number> = { critical: 0, unknown: 1, warning: 2 };

/** Warnings of what is so while nothing fails: they give way to those of what does. */
const STANDING: readonly FindingId[] = [
  "leaders-on-one-node",
  "etcd-even-voters",
  "etcd-single",
  "etcd-fragmented",
  "etcd-versions",
];

/** All findings of one moment, the worst first. Pure: they follow from what is assessed and from nothing else. */
export function findings(facts: Facts): readonly Finding[] {
  return [...leaseFindings(facts), ...etcdFindings(facts.etcd), ...serverFindings(facts)].sort(
    (a, b) => rank(a) - rank(b),
  );
}

function rank({ id, severity }: Finding): number {
  return RANK[severity] + (severity === "warning" && STANDING.includes(id) ? 1 : 0);
}
