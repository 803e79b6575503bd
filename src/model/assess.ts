import type { Assessment, EtcdPicture, Facts } from "./assessment.ts";
import { findings } from "./findings.ts";
import { apiServersPicture } from "./judge-api-servers.ts";
import { controlPlanePicture } from "./judge-evidence.ts";
import { judgeMembers } from "./judge-members.ts";
import { leasesPicture } from "./judge-leases.ts";
import { lanesAt } from "./lanes-at.ts";
import { managedBy } from "./managed.ts";
import { judgeStage } from "./stage.ts";
import type { ClusterState } from "./state.ts";
import type { Instant } from "./time.ts";

/** Everything that can be said of the cluster at `now`: the one place where facts become judgements. Pure. */
export function assess(state: ClusterState, now: Instant): Assessment {
  const leases = leasesPicture(state, now);
  const apiServers = apiServersPicture(state, now);
  const etcd = etcdPicture(state, now);
  const facts: Facts = {
    now,
    gitVersion: state.gitVersion,
    leases,
    apiServers,
    etcd,
    controlPlane: controlPlanePicture(state, now),
    lanes: lanesAt(state, leases, etcd),
    stage: judgeStage(leases, etcd, now),
  };
  return { ...facts, findings: findings(facts) };
}

function etcdPicture({ etcd, gitVersion }: ClusterState, now: Instant): EtcdPicture {
  if (etcd.tried.length > 0) return { state: "no-way", tried: etcd.tried, managed: managedBy(gitVersion) };
  return etcd.members.size === 0 ? { state: "asking" } : judgeMembers(etcd, now);
}
