import type {
  Assessment,
  EtcdMembersSummary,
  Freshness,
  JudgedQuorum,
  LeaseRow,
  MemberRow,
  Headline,
} from "../../core/assessment.ts";
import type { Banner, Fact } from "./banner.ts";
import { fact, sinceFact } from "./banner.ts";
import type { PaneView } from "../view.ts";
import { duration } from "../../output/format.ts";
import { noLeader, renewalLate, tookOver } from "./leaderless.ts";
import { selectedLease } from "../panes/lease-words.ts";

/** The banner of the headline; undefined: it is calm, or nothing is known yet. */
export function bannerOf(view: PaneView): Banner | undefined {
  const { headline } = view.assessment;
  switch (headline.kind) {
    case "quorum-lost":
      return quorumLost(view, headline);
    case "leader-unknown":
      return leaderUnknown(view, headline);
    case "no-leader":
      return noLeader(headline.leases);
    case "renewal-late":
      return renewalLate(headline.row);
    case "took-over":
      return tookOver(headline);
    case "calm":
    case "starting":
      return undefined;
  }
}

type Kind<K extends Headline["kind"]> = Extract<Headline, { kind: K }>;

function quorumLost(view: PaneView, { quorum, lasts, since }: Kind<"quorum-lost">): Banner {
  const { assessment } = view;
  return {
    look: { fill: "bad" },
    sign: "bad",
    title: "QUORUM LOST",
    subject: [
      `${quorum.answering} of ${quorum.voters} ${quorum.answering === 1 ? "answers" : "answer"}, ${quorum.needed} needed`,
      `${quorum.answering} of ${quorum.voters}`,
    ],
    count: lasts,
    facts: [
      fact("bold", "no writes, no renewals", "no writes"),
      leasesEnd(assessment.leases.rows),
      sinceFact("soft", since),
    ],
    below: [...(assessment.etcd.state === "members" ? wayBack(assessment.etcd, quorum) : [])],
    lease: selectedLease(view),
    window: undefined,
  };
}

/** How old the newest data of the leases is. */
function seenFact(freshness: Freshness): Fact {
  if (freshness.state === "stale" && freshness.age === undefined) return fact("plain", "no data yet");
  const age = freshness.state === "asking" ? freshness.waited : (freshness.age ?? 0);
  return fact("plain", `last seen ${duration(age)} ago`, `${duration(age)} old`);
}

/** When the leases expire that cannot be renewed. */
function leasesEnd(rows: readonly LeaseRow[]): Fact {
  const left = rows
    .filter((r) => r.record.holderIdentity !== "")
    .map((r) => r.duration - r.renewedAgo)
    .filter((s) => s > 0);
  if (rows.length === 0) return fact("bold", "leaders unknown");
  if (left.length === 0) return fact("bold", "all leases expired", "leases expired");
  const [first, last] = [Math.min(...left), Math.max(...left)];
  if (left.length === 1)
    return fact("bold", `last lease ends in ${duration(first)}`, `ends in ${duration(first)}`);
  const ends = `end in ${first.toFixed(1)} to ${last.toFixed(1)} s`;
  return fact("bold", `leases ${ends}`, ends);
}

/** The members that stopped answering, and how many of them bring quorum back. */
function wayBack({ rows }: EtcdMembersSummary, quorum: JudgedQuorum): readonly Fact[] {
  const failed = rows
    .filter((r) => r.state === "failed")
    .sort((a, b) => (b.failedFor ?? 0) - (a.failedFor ?? 0));
  if (failed.length === 0) return [];
  const names = failed.map((r) => r.name);
  const missing = quorum.needed - quorum.answering;
  const who =
    missing >= names.length
      ? listed(names, "and")
      : missing === 1
        ? listed(names, "or")
        : `${missing} of ${names.join(", ")}`;
  const failing = failed.map(failedSince).join(", ");
  return [
    fact("bold", `bring back ${who} to regain quorum`, `bring back ${who}`),
    fact("soft", `no answer: ${failing}`, `no answer: ${names.join(", ")}`),
  ];
}

function failedSince({ name, failedFor }: MemberRow): string {
  return failedFor === undefined ? name : `${name} for ${duration(failedFor)}`;
}

function listed(names: readonly string[], word: "and" | "or"): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1) ?? ""}`;
}

function leaderUnknown(view: PaneView, { lasts, since, failure }: Kind<"leader-unknown">): Banner {
  const { apiServers, etcd } = view.assessment;
  const answers = apiServers.rows.some((r) => r.answer === "ready" || r.answer === "not ready");
  // Of another failure, as without a kubeconfig, the text says whether anybody was asked.
  const isRejected = ["forbidden", "unauthorized", "tls", "unavailable", "other"].includes(failure.code);
  return {
    look: { fill: "warn" },
    sign: "unknown",
    title: "LEADER UNKNOWN",
    subject:
      answers || isRejected
        ? ["leases cannot be read", "leases unreadable"]
        : ["no API server answers", "no API server"],
    count: lasts,
    facts: [
      view.assessment.leases.rows.length > 0
        ? fact("bold", "leaders may have changed", "may have changed")
        : fact("bold", "leaders never seen", "never seen"),
      sinceFact("plain", since),
      seenFact(view.assessment.leases.freshness),
    ],
    below: [etcdFact(etcd), { ...fact("plain", failure.text), wraps: true }],
    lease: selectedLease(view),
    window: undefined,
  };
}

/** The state of etcd itself, while the leaders are unknown. */
function etcdFact(etcd: Assessment["etcd"]): Fact {
  if (etcd.state === "asking") return fact("bold", "etcd: connecting");
  if (etcd.state === "notConfigured")
    return etcd.managed
      ? fact("soft", `etcd not visible on ${etcd.managed.short}`, "etcd not visible")
      : fact("bold", "etcd not configured");
  const { state, reachability } = etcd.quorum;
  const of = `${reachability.answer} of ${reachability.asked} up`;
  if (state === "ok" || state === "degraded") return fact("bold", `etcd has quorum, ${of}`);
  return fact(
    "bold",
    state === "election" ? `etcd has no leader, ${of}` : `etcd quorum unknown, ${of}`,
    `etcd: ${of}`,
  );
}
