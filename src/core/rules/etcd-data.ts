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

/** What the members' databases, alarms, certificates and versions give reason to say. */
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

/** Every member reports the alarms of all: each is told once, of the member that it is about. */
function alarms(etcd: EtcdMembersSummary, answering: readonly MemberRow[]): readonly Finding[] {
  const reported = new Set(answering.flatMap(({ status }) => status?.errors.filter(isAlarm) ?? []));
  return [...reported].map((alarm) => {
    const { kind, member } = alarmOf(alarm, etcd);
    const advice = ALARM_ADVICE[kind] ?? "see etcd's documentation of that alarm";
    return {
      id: "etcd-alarm",
      severity: "critical",
      subject: `etcd ${member}`,
      evidence: `alarm ${kind}`,
      advice,
    };
  });
}

const ALARM_ADVICE: Readonly<Record<string, string>> = {
  NOSPACE: "no key can be written: compact, defragment each member, then `etcdctl alarm disarm`",
  CORRUPT:
    "its data is not that of the others: `kubectl ha etcd hash` and `keys diff --value` tell more; replace the member",
};

function database({ name, status, fullIn, growth }: MemberRow): readonly Finding[] {
  if (status === undefined) return [];
  const subject = `etcd ${name}`;
  const { dbSize, dbSizeInUse, dbSizeQuota } = status;
  const found: Finding[] = [];
  if (dbSizeQuota !== undefined && dbSize * 100n > dbSizeQuota * FULL_PERCENT) {
    const evidence = `its database has ${megabytes(dbSize)} of the ${megabytes(dbSizeQuota)} that it may have`;
    const advice =
      "compact and defragment, or raise --quota-backend-bytes: at the quota no key can be written";
    found.push({ id: "etcd-db-full", severity: "critical", subject, evidence, advice });
  } else if (fullIn !== undefined && fullIn < SOON && growth !== undefined) {
    const rate = `${((growth.perSecond * 60) / 1e6).toFixed(1)} MB a minute`;
    const evidence = `its database reaches its quota in ${hours(fullIn)} if it grows on at ${rate}, as it did for ${hours(growth.over)}`;
    found.push({
      id: "etcd-db-full",
      severity: "warning",
      subject,
      evidence,
      advice: "see who writes so much",
    });
  }
  if (dbSizeInUse > FRAGMENTED.leastBytes && dbSizeInUse * FRAGMENTED.mostUsed < dbSize) {
    const evidence = `its database uses ${megabytes(dbSizeInUse)} of a file of ${megabytes(dbSize)}`;
    const advice = `\`etcdctl defrag\` gives back ${megabytes(dbSize - dbSizeInUse)}: one member after the other, the leader last, for each stands still meanwhile`;
    found.push({ id: "etcd-fragmented", severity: "warning", subject, evidence, advice });
  }
  return found;
}

function certificate(subject: string, left: Seconds | undefined): readonly Finding[] {
  if (left === undefined || left >= CERTIFICATE.warning) return [];
  const severity = left < CERTIFICATE.critical ? "critical" : "warning";
  const whose = subject === "etcd client" ? "our client certificate" : "its server certificate";
  const evidence = left <= 0 ? `${whose} has expired` : `${whose} is good for ${hours(left)} only`;
  const advice = "renew it (kubeadm certs renew), and restart what has the old one";
  return [{ id: "etcd-certificate", severity, subject, evidence, advice }];
}

function versions(answering: readonly MemberRow[]): readonly Finding[] {
  const of = Map.groupBy(answering, ({ status }) => status?.version ?? "");
  if (of.size < 2) return [];
  const parts = [...of].map(([version, rows]) => `${version} on ${rows.map(({ name }) => name).join(", ")}`);
  const evidence = `members run ${parts.join(", ")}`;
  const advice = "go on with the upgrade: two versions side by side are for its time only";
  return [{ id: "etcd-versions", severity: "warning", subject: "etcd", evidence, advice }];
}

/** A row whose clock is known. */
type Timed = MemberRow & { readonly clock: MemberClock };

/** Two clocks that are certainly further apart than that: whose is wrong, nobody can say by them alone. */
function clocks(answering: readonly MemberRow[]): readonly Finding[] {
  const timed = answering.filter((row): row is Timed => row.clock !== undefined);
  const by = (of: (clock: MemberClock) => number): readonly Timed[] =>
    timed.toSorted((a, b) => of(b.clock) - of(a.clock));
  const first = by(({ ahead, within }) => ahead - within)[0];
  const last = by(({ ahead, within }) => -ahead - within)[0];
  if (first === undefined || last === undefined) return [];
  const difference = first.clock.ahead - first.clock.within - (last.clock.ahead + last.clock.within);
  if (difference <= DRIFT) return [];
  const evidence = `the clock of ${first.name} is at least ${difference.toFixed(1)} s ahead of that of ${last.name}`;
  const advice =
    "see whether time is synchronized (chronyc tracking) on every node: leases and certificates go by it";
  return [{ id: "clock-skew", severity: "warning", subject: "etcd", evidence, advice }];
}

function megabytes(n: bigint): string {
  return `${n / 1_000_000n} MB`;
}

function hours(seconds: Seconds): string {
  if (seconds < 100 * 60) return `${Math.floor(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
