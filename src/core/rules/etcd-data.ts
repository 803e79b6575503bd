import type { EtcdMembersSummary, MemberRow } from "../assessment.ts";
import type { Finding } from "./finding.ts";
import type { MemberClock } from "../facts/member.ts";
import type { Seconds } from "../facts/time.ts";
import { alarmOf, isAlarm } from "../etcd/alarms.ts";

/** Rules of etcd's own mixin (etcdDatabaseQuotaLowSpace, etcdExcessiveDatabaseGrowth, etcdDatabaseHighFragmentationRatio). */
const FULL_PERCENT = 95n;
const SOON: Seconds = 4 * 3600;
const FRAGMENTED = { leastBytes: 100n * 1024n * 1024n, mostUsed: 2n };
/** As the kubernetes mixin warns of client certificates that end (KubeClientCertificateExpiration). */
const CERTIFICATE: { readonly warning: Seconds; readonly critical: Seconds } = {
  warning: 7 * 86_400,
  critical: 86_400,
};

/** etcd itself warns of more between two members ("high clock drift", rafthttp/probing_status.go). */
const DRIFT: Seconds = 1;

/** Findings on the members' databases, alarms, certificates, versions and clocks. */
export function etcdDataFindings(etcd: EtcdMembersSummary): readonly Finding[] {
  const answering = etcd.rows.filter((row) => row.state === "answers");
  return [
    ...alarms(etcd, answering),
    ...answering.flatMap((row) => [
      ...database(row),
      ...certificate(`etcd ${row.name}`, row.certificateLeft),
    ]),
    ...certificate("etcd client", etcd.clientCertificateLeft),
    ...versions(answering),
    ...clocks(answering),
  ];
}

/** Every member reports the alarms of all: each is one finding, on the member that it is about. */
function alarms(etcd: EtcdMembersSummary, answering: readonly MemberRow[]): readonly Finding[] {
  const reported = new Set(answering.flatMap(({ status }) => status?.errors.filter(isAlarm) ?? []));
  return [...reported].map((alarm) => {
    const { kind, member } = alarmOf(alarm, etcd);
    const [means, advice] = ALARMS[kind] ?? ["", "run `etcdctl alarm list` and see etcd's documentation"];
    return {
      id: "etcd-alarm",
      severity: "critical",
      subject: `etcd ${member}`,
      evidence: `alarm ${kind}${means}`,
      advice,
    };
  });
}

/** What an alarm means, and what to do. */
const ALARMS: Readonly<Record<string, readonly [means: string, advice: string]>> = {
  NOSPACE: [
    ": the cluster rejects writes",
    "compact, run `etcdctl defrag` on each member, then `etcdctl alarm disarm`",
  ],
  CORRUPT: [
    ": data differs from the other members",
    "compare with `kubectl ha etcd hash` and `kubectl ha keys diff --value`, then replace the member",
  ],
};

function database({ name, status, fullIn, growth }: MemberRow): readonly Finding[] {
  if (status === undefined) return [];
  const subject = `etcd ${name}`;
  const { dbSize, dbSizeInUse, dbSizeQuota } = status;
  const found: Finding[] = [];
  if (dbSizeQuota !== undefined && dbSize * 100n > dbSizeQuota * FULL_PERCENT) {
    const evidence = `database is at ${megabytes(dbSize)} of its quota of ${megabytes(dbSizeQuota)}`;
    const advice =
      "compact and run `etcdctl defrag`, or raise --quota-backend-bytes: at the quota etcd rejects writes";
    found.push({ id: "etcd-db-full", severity: "critical", subject, evidence, advice });
  } else if (fullIn !== undefined && fullIn < SOON && growth !== undefined) {
    const rate = `${((growth.perSecond * 60) / 1e6).toFixed(1)} MB per minute`;
    const evidence = `database reaches its quota in ${hours(fullIn)} at ${rate}, measured over ${hours(growth.over)}`;
    found.push({
      id: "etcd-db-full",
      severity: "warning",
      subject,
      evidence,
      advice: "find the resource that grows (API server metric apiserver_storage_objects)",
    });
  }
  if (dbSizeInUse > FRAGMENTED.leastBytes && dbSizeInUse * FRAGMENTED.mostUsed < dbSize) {
    const evidence = `database uses ${megabytes(dbSizeInUse)} of its file of ${megabytes(dbSize)}`;
    const advice = `run \`etcdctl defrag\` member by member, the leader last: it frees ${megabytes(dbSize - dbSizeInUse)} and blocks the member meanwhile`;
    found.push({ id: "etcd-fragmented", severity: "warning", subject, evidence, advice });
  }
  return found;
}

function certificate(subject: string, left: Seconds | undefined): readonly Finding[] {
  if (left === undefined || left >= CERTIFICATE.warning) return [];
  const severity = left < CERTIFICATE.critical ? "critical" : "warning";
  const whose = subject === "etcd client" ? "client certificate" : "server certificate";
  const evidence = left <= 0 ? `${whose} has expired` : `${whose} expires in ${hours(left)}`;
  const advice = "renew it (`kubeadm certs renew`) and restart the components that use it";
  return [{ id: "etcd-certificate", severity, subject, evidence, advice }];
}

function versions(answering: readonly MemberRow[]): readonly Finding[] {
  const of = Map.groupBy(answering, ({ status }) => status?.version ?? "");
  if (of.size < 2) return [];
  const parts = [...of].map(([version, rows]) => `${version} on ${rows.map(({ name }) => name).join(", ")}`);
  const evidence = `members run ${parts.join(", ")}`;
  const advice = "finish the upgrade: etcd supports mixed versions only during an upgrade";
  return [{ id: "etcd-versions", severity: "warning", subject: "etcd", evidence, advice }];
}

/** A row whose clock is known. */
type Timed = MemberRow & { readonly clock: MemberClock };

/** Two clocks that are certainly further apart than that: by them alone it is unknown which one is wrong. */
function clocks(answering: readonly MemberRow[]): readonly Finding[] {
  const timed = answering.filter((row): row is Timed => row.clock !== undefined);
  const by = (of: (clock: MemberClock) => number): readonly Timed[] =>
    timed.toSorted((a, b) => of(b.clock) - of(a.clock));
  const first = by(({ ahead, within }) => ahead - within)[0];
  const last = by(({ ahead, within }) => -ahead - within)[0];
  if (first === undefined || last === undefined) return [];
  const difference = first.clock.ahead - first.clock.within - (last.clock.ahead + last.clock.within);
  if (difference <= DRIFT) return [];
  const evidence = `clock of ${first.name} is at least ${difference.toFixed(1)} s ahead of ${last.name}`;
  const advice = "run `chronyc tracking` on every node: certificates and logs depend on synchronized clocks";
  return [{ id: "clock-skew", severity: "warning", subject: "etcd", evidence, advice }];
}

function megabytes(n: bigint): string {
  return `${n / 1_000_000n} MB`;
}

function hours(seconds: Seconds): string {
  if (seconds < 100 * 60) return `${Math.floor(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
