import type { Assessment, EtcdSummary, Facts } from "./assessment.ts";
import type { ClusterState } from "./state.ts";
import type { Instant } from "./facts/time.ts";
import { findings } from "./rules/findings.ts";
import { summarizeApiServers } from "./servers/judge.ts";
import { summarizeControlPlane } from "./evidence/judge.ts";
import { judgeMembers } from "./etcd/judge.ts";
import { summarizeLeases } from "./leases/judge.ts";
import { historyAt } from "./history.ts";
import { managedBy } from "./etcd/managed.ts";
import { judgeHeadline } from "./headline.ts";
import { secondsBetween } from "./facts/time.ts";

/** Everything that can be said of the cluster at `now`: the one place where facts become judgements. Pure. */
export function assess(state: ClusterState, now: Instant): Assessment {
  const leases = summarizeLeases(state, now);
  const apiServers = summarizeApiServers(state, now);
  const etcd = summarizeEtcd(state, now);
  const facts: Facts = {
    now,
    observedFor: secondsBetween(state.startedAt, now),
    gitVersion: state.gitVersion,
    leases,
    apiServers,
    etcd,
    controlPlane: summarizeControlPlane(state, now),
    history: historyAt(state, leases, etcd),
    headline: judgeHeadline(leases, etcd, now),
  };
  return { ...facts, findings: findings(facts) };
}

function summarizeEtcd({ etcd, gitVersion }: ClusterState, now: Instant): EtcdSummary {
  if (etcd.tried.length > 0)
    return { state: "notConfigured", tried: etcd.tried, managed: managedBy(gitVersion) };
  return etcd.members.size === 0 ? { state: "asking" } : judgeMembers(etcd, now);
}
