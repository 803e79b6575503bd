import type { Finding, FindingId, Severity } from "../../core/rules/finding.ts";
import type { Sign } from "../text/glyphs.ts";

/** The sign of a finding. */
export const FINDING_SIGNS: Readonly<Record<Severity, Sign>> = {
  critical: "bad",
  warning: "warn",
  unknown: "unknown",
};

/** What a finding is in a word or two: behind its subject, and by itself. Without figures, so that it stands still. */
const WORDS: Readonly<Record<FindingId, readonly [behind: string, alone: string]>> = {
  "no-leader": ["nobody leads", "nobody leads"],
  "renewals-late": ["renewals late", "renewals late"],
  "leader-may-be-two": ["two may lead", "two may lead"],
  flapping: ["leader changes often", "leaders flap"],
  "leases-unknown": ["cannot be read", "leaders unknown"],
  "clock-skew": ["clock differs", "clocks differ"],
  "leaders-on-one-node": ["leads all", "all on one node"],
  "etcd-quorum-lost": ["quorum lost", "quorum lost"],
  "etcd-no-leader": ["no leader", "etcd: no leader"],
  "etcd-no-spare": ["no member to spare", "no etcd spare"],
  "etcd-even": ["even number of voters", "etcd: even"],
  "etcd-single": ["a single member", "etcd: one member"],
  "etcd-member-silent": ["does not answer", "etcd silent"],
  "etcd-member-refuses": ["refuses us", "etcd refuses us"],
  "etcd-endpoint": ["nobody's endpoint", "nobody's endpoint"],
  "etcd-member-apart": ["apart from the others", "etcd member apart"],
  "etcd-two-leaders": ["still says it leads", "two etcd leaders"],
  "etcd-lag": ["lags", "etcd lags"],
  "etcd-alarm": ["alarm", "etcd alarm"],
  "etcd-db-full": ["database nearly full", "etcd nearly full"],
  "etcd-fragmented": ["defragment it", "defragment etcd"],
  "etcd-certificate": ["certificate ends", "certificate ends"],
  "etcd-versions": ["several versions", "etcd versions"],
  "etcd-flapping": ["leader changes often", "etcd leader flaps"],
  "etcd-lists-differ": ["member lists differ", "lists differ"],
  "etcd-unstarted": ["member not started", "not started"],
  "etcd-unknown": ["unknown", "etcd unknown"],
  "api-server-silent": ["does not answer", "server silent"],
  "api-server-not-ready": ["not ready", "server not ready"],
  "node-not-ready": ["not ready", "node not ready"],
};

/** A finding in a few words, the longest form first. */
export function findingWords({ id, subject }: Finding): readonly [long: string, short: string] {
  const [behind, alone] = WORDS[id];
  return [`${subject}: ${behind}`, alone];
}
