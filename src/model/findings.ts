import type { Facts } from "./assessment.ts";
import type { Finding, Severity } from "./finding.ts";
import { etcdFindings } from "./findings-etcd.ts";
import { leaseFindings } from "./findings-leases.ts";
import { serverFindings } from "./findings-servers.ts";

const RANK: Record<Severity, number> = { critical: 0, unknown: 1, warning: 2 };

/** All findings of one moment, the worst first. Pure: they follow from what is assessed and from nothing else. */
export function findings(facts: Facts): readonly Finding[] {
  return [...leaseFindings(facts), ...etcdFindings(facts.etcd), ...serverFindings(facts)].sort(
    (a, b) => RANK[a.severity] - RANK[b.severity],
  );
}
