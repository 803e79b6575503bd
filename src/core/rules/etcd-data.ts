import { bytes } from "../../text/bytes.ts";
import type { Alarm, EtcdMembersSummary } from "../assessment.ts";
import type { Growth } from "../etcd/growth.ts";
import type { Seconds } from "../facts/time.ts";
import type { Need, Rule, Verdict } from "./rule.ts";
import { fail, pass, unknown } from "./rule.ts";
import type { Thresholds } from "./thresholds.ts";
import { ofEtcd } from "./etcd.ts";
import { eachAnswering } from "./etcd-members.ts";

const NEEDS: readonly Need[] = ["etcd"];

const alarm: Rule = {
  id: "etcd-alarm",
  title: ["alarm", "etcd alarm"],
  severities: ["critical"],
  needs: NEEDS,
  evaluate: ofEtcd(({ alarms, versions }) => {
    if (alarms.length > 0) return alarms.map(alarmVerdict);
    return [versions.length === 0 ? noneAnswers() : pass("etcd", "no alarm")];
  }),
};

function alarmVerdict({ kind, member }: Alarm): Verdict {
  const [means, advice] = ALARMS[kind] ?? ["", "run `etcdctl alarm list` and see etcd's documentation"];
  return fail(`etcd ${member}`, `alarm ${kind}${means}`, advice);
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

function noneAnswers(): Verdict {
  return unknown("etcd", "no member answers");
}

const databaseFull: Rule = {
  id: "etcd-db-full",
  title: ["database nearly full", "etcd nearly full"],
  severities: ["critical", "warning"],
  each: "member",
  needs: NEEDS,
  evaluate: eachAnswering(({ status, quotaUsed, fullIn, growth }, subject, thresholds) => {
    if (status?.dbSizeQuota === undefined || quotaUsed === undefined)
      return unknown(subject, "reports no quota");
    const evidence = `database is at ${bytes(status.dbSize)} of its quota of ${bytes(status.dbSizeQuota)}`;
    if (quotaUsed > thresholds.quotaUsed) return fail(subject, evidence, FREE);
    if (growth === undefined || fullIn === undefined || fullIn >= thresholds.fullIn)
      return pass(subject, evidence);
    return { ...fail(subject, growthWords(growth, fullIn), FIND), severity: "warning" };
  }),
};

const FREE =
  "compact and run `etcdctl defrag`, or raise --quota-backend-bytes: at the quota etcd rejects writes";
const FIND = "find the resource that grows (API server metric apiserver_storage_objects)";

function growthWords({ perSecond, over }: Growth, fullIn: Seconds): string {
  const rate = bytes(BigInt(Math.round(perSecond * 60)));
  return `database reaches its quota in ${hours(fullIn)} at ${rate} per minute, measured over ${hours(over)}`;
}

const fragmented: Rule = {
  id: "etcd-fragmented",
  title: ["fragmented", "etcd fragmented"],
  severities: ["warning"],
  isStanding: true,
  each: "member",
  needs: NEEDS,
  evaluate: eachAnswering(({ status, fileUsed }, subject, thresholds) => {
    if (status === undefined || fileUsed === undefined) return unknown(subject, "reports no size");
    const { dbSize, dbSizeInUse } = status;
    const evidence = `database uses ${bytes(dbSizeInUse)} of its file of ${bytes(dbSize)}`;
    if (dbSizeInUse <= thresholds.fragmentedBytes || fileUsed >= thresholds.fileUsed)
      return pass(subject, evidence);
    const advice = `run \`etcdctl defrag\` member by member, the leader last: it frees ${bytes(dbSize - dbSizeInUse)} and blocks the member meanwhile`;
    return fail(subject, evidence, advice);
  }),
};

const certificate: Rule = {
  id: "etcd-certificate",
  title: ["certificate expires", "cert expires"],
  severities: ["critical", "warning"],
  each: "member",
  needs: NEEDS,
  evaluate: (facts, thresholds) => [
    ...serverCertificates(facts, thresholds),
    ...clientCertificate(facts, thresholds),
  ],
};

const serverCertificates = eachAnswering(({ certificateLeft }, subject, thresholds) =>
  certificateLeft === undefined
    ? unknown(subject, "server certificate not seen")
    : expiry(subject, "server certificate", certificateLeft, thresholds),
);

const clientCertificate = ofEtcd(({ clientCertificateLeft: left }, thresholds) => [
  left === undefined
    ? pass("etcd client", "no client certificate")
    : expiry("etcd client", "client certificate", left, thresholds),
]);

function expiry(subject: string, what: string, left: Seconds, thresholds: Thresholds): Verdict {
  const evidence = left <= 0 ? `${what} has expired` : `${what} expires in ${hours(left)}`;
  if (left >= thresholds.certificateWarning) return pass(subject, evidence);
  const advice = "renew it (`kubeadm certs renew`) and restart the components that use it";
  const severity = left < thresholds.certificateCritical ? "critical" : "warning";
  return { ...fail(subject, evidence, advice), severity };
}

const mixedVersions: Rule = {
  id: "etcd-versions",
  title: ["mixed versions", "mixed versions"],
  severities: ["warning"],
  isStanding: true,
  needs: NEEDS,
  evaluate: ofEtcd(({ versions }) => {
    if (versions.length === 0) return [noneAnswers()];
    const evidence = `members run ${versions.map(versionWords).join(", ")}`;
    if (versions.length === 1) return [pass("etcd", evidence)];
    return [
      fail("etcd", evidence, "finish the upgrade: etcd supports mixed versions only during an upgrade"),
    ];
  }),
};

function versionWords({ version, members }: EtcdMembersSummary["versions"][number]): string {
  return `${version} on ${members.join(", ")}`;
}

function hours(seconds: Seconds): string {
  if (seconds < 100 * 60) return `${Math.floor(seconds / 60)} min`;
  return seconds < 48 * 3600 ? `${Math.floor(seconds / 3600)} h` : `${Math.floor(seconds / 86_400)} d`;
}

/** The rules on the members' alarms, databases, certificates and versions. */
export const ETCD_DATA_RULES: readonly Rule[] = [
  ...[alarm, databaseFull, fragmented, certificate, mixedVersions],
];
