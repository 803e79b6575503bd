import type { Finding, FindingId, Severity } from "../../core/rules/finding.ts";
import type { Sign } from "../text/glyphs.ts";
import { shortName } from "./lease-words.ts";

/** The sign of a finding. */
export const FINDING_SIGNS: Readonly<Record<Severity, Sign>> = {
  critical: "bad",
  warning: "warn",
  unknown: "unknown",
};

/** A finding in a word or two: after its subject, and without it. No figures: the words do not change while it lasts. */
const WORDS: Readonly<Record<FindingId, readonly [after: string, alone: string]>> = {
  "no-leader": ["no leader", "no leader"],
  "renewals-late": ["renewal late", "renewal late"],
  "split-brain-possible": ["two leaders possible", "split brain?"],
  flapping: ["leader changes often", "leader flapping"],
  "leases-unknown": ["cannot be read", "leaders unknown"],
  "clock-skew": ["clock skew", "clock skew"],
  "leaders-on-one-node": ["holds all leases", "all on one node"],
  "etcd-quorum-lost": ["quorum lost", "quorum lost"],
  "etcd-no-leader": ["no leader", "etcd: no leader"],
  "etcd-no-failure-tolerance": ["no failure tolerance", "etcd tolerance 0"],
  "etcd-even-voters": ["even number of voters", "etcd even voters"],
  "etcd-single": ["single member", "etcd: 1 member"],
  "etcd-member-silent": ["does not answer", "etcd: no answer"],
  "etcd-member-access-denied": ["access denied", "etcd: denied"],
  "etcd-endpoint": ["not in member list", "unlisted endpoint"],
  "etcd-member-partitioned": ["partitioned", "etcd partitioned"],
  "etcd-two-leaders": ["claims to lead", "two etcd leaders"],
  "etcd-lag": ["lags", "etcd lags"],
  "etcd-alarm": ["alarm", "etcd alarm"],
  "etcd-db-full": ["database nearly full", "etcd nearly full"],
  "etcd-fragmented": ["fragmented", "etcd fragmented"],
  "etcd-certificate": ["certificate expires", "cert expires"],
  "etcd-versions": ["mixed versions", "mixed versions"],
  "etcd-flapping": ["leader changes often", "etcd flapping"],
  "etcd-lists-differ": ["member lists differ", "lists differ"],
  "etcd-unstarted": ["member not started", "not started"],
  "etcd-unknown": ["unknown", "etcd unknown"],
  "api-server-silent": ["does not answer", "API: no answer"],
  "api-server-not-ready": ["not ready", "API not ready"],
  "node-not-ready": ["not ready", "node not ready"],
};

/** A finding in a few words: in full, and short. */
export function findingWords({ id, subject }: Finding): readonly [long: string, short: string] {
  const [after, alone] = WORDS[id];
  return [`${shortName(subject)}: ${after}`, alone];
}
