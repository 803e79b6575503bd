import type { MemberRow } from "../assessment.ts";
import type { FailureCode } from "../facts/failure.ts";
import type { Need, Rule, Verdict } from "./rule.ts";
import { fail, pass, unknown } from "./rule.ts";
import type { Thresholds } from "./thresholds.ts";
import { ofEtcd } from "./etcd.ts";
import { candidateWords } from "../etcd/endpoints.ts";
import { peerFailureFor, peerFailureWords } from "../facts/connection-failure.ts";
import { ETCD_ADVICE } from "../etcd/advice.ts";

const NEEDS: readonly Need[] = ["etcd"];

type JudgeMember = (row: MemberRow, subject: string, thresholds: Thresholds) => Verdict;

/** A verdict on each member. */
function eachMember(judge: JudgeMember): Rule["evaluate"] {
  return ofEtcd(({ rows }, thresholds) => rows.map((row) => judge(row, memberName(row), thresholds)));
}

/** A verdict on each member that answers. */
export function eachAnswering(judge: JudgeMember): Rule["evaluate"] {
  return eachMember((row, subject, thresholds) =>
    row.state === "answers" ? judge(row, subject, thresholds) : unknown(subject, notAnswering(row)),
  );
}

function memberName({ name }: MemberRow): string {
  return `etcd ${name}`;
}

function notAnswering({ failure }: MemberRow): string {
  return failure?.text ?? "no answer yet";
}

function answeredIn({ took }: MemberRow): string {
  return took === undefined ? "" : `answered in ${(took * 1000).toFixed(1)} ms`;
}

const memberSilent: Rule = {
  id: "etcd-member-silent",
  title: ["does not answer", "etcd: no answer"],
  severities: ["warning"],
  each: "member",
  needs: NEEDS,
  evaluate: eachMember((row, subject) => {
    if (row.state === "asking") return unknown(subject, notAnswering(row));
    if (row.state !== "failed") return pass(subject, answeredIn(row));
    return fail(subject, peerFailureFor(row.failure, row.failedFor), failureAdvice(row));
  }),
};

const accessDenied: Rule = {
  id: "etcd-member-access-denied",
  title: ["access denied", "etcd: denied"],
  severities: ["unknown"],
  each: "member",
  needs: NEEDS,
  evaluate: eachMember((row, subject) => {
    if (row.state === "answers") return pass(subject, answeredIn(row));
    if (row.state !== "accessDenied") return unknown(subject, notAnswering(row));
    return unknown(subject, peerFailureFor(row.failure, row.failedFor), failureAdvice(row));
  }),
};

/** The cause may be on this side: our credentials, or the name and certificates by which we reach it. */
function failureAdvice({ failure, memberId, endpointMismatch, name, endpoint }: MemberRow): string {
  if (endpointMismatch && name === endpoint) return "remove it from --etcd-endpoints";
  if (endpointMismatch) return "set an address that leads to it with --etcd-endpoints";
  // An address that answers something else, and that no member lists.
  if (memberId === undefined && (failure?.code === "other" || failure?.code === "unsupported"))
    return "check --etcd-endpoints: it must be a client URL of etcd (port 2379)";
  const own = failure && OURS.includes(failure.code) ? ETCD_ADVICE[failure.code] : undefined;
  return own ?? "check whether it runs (`crictl ps -a --name etcd` on its node), and its log";
}

const OURS: readonly FailureCode[] = ["forbidden", "unauthorized", "tls", "unresolved"];

const CHECK_PEERS = "check its network to the other members (peer port 2380)";

const partitioned: Rule = {
  id: "etcd-member-partitioned",
  title: ["partitioned", "etcd partitioned"],
  severities: ["warning"],
  each: "member",
  // A leader without a majority steps down within so many seconds: see majorityAt.
  needs: [...NEEDS, { for: 5 }],
  evaluate: eachAnswering((row, subject) => {
    if (row.role === "old leader") return unknown(subject, "claims to lead");
    if (!row.partitioned)
      return row.role === "no leader" ? unknown(subject, "knows no leader") : pass(subject, termOf(row));
    const evidence = `answers, but does not know the leader of the others (${termOf(row)})`;
    return fail(subject, evidence, CHECK_PEERS);
  }),
};

function termOf({ status }: MemberRow): string {
  return `raftTerm ${status?.raftTerm ?? "?"}`;
}

const twoLeaders: Rule = {
  id: "etcd-two-leaders",
  title: ["claims to lead", "two etcd leaders"],
  severities: ["warning"],
  each: "member",
  needs: NEEDS,
  evaluate: eachAnswering((row, subject) => {
    if (row.role !== "old leader") return pass(subject, `${row.role} in ${termOf(row)}`);
    const evidence = `claims to lead in ${termOf(row)}, another member leads in a newer one`;
    return fail(subject, evidence, CHECK_PEERS);
  }),
};

const lag: Rule = {
  id: "etcd-lag",
  title: ["lags", "etcd lags"],
  severities: ["warning"],
  each: "member",
  needs: NEEDS,
  evaluate: eachAnswering((row, subject, { raftLag }) => {
    if (row.lag === undefined) return unknown(subject, "raft index unknown");
    const evidence = `raft index ${row.lag.toLocaleString("en-US")} entries behind the highest`;
    if (row.lag <= raftLag) return pass(subject, evidence);
    const advice = "check its disk (metric etcd_disk_wal_fsync_duration_seconds) and its network";
    return fail(subject, evidence, advice);
  }),
};

const unlistedEndpoint: Rule = {
  id: "etcd-endpoint",
  title: ["not in member list", "unlisted endpoint"],
  severities: ["warning"],
  needs: NEEDS,
  evaluate: ofEtcd(({ endpoints }) => {
    if (endpoints.length === 0) return [pass("etcd")];
    return endpoints.map(({ endpoint, failure, candidates }) => {
      const evidence = `not in the member list and ${peerFailureWords(failure, endpoint)}${candidateWords(candidates)}`;
      return fail(`etcd ${endpoint}`, evidence, "correct --etcd-endpoints or ETCDCTL_ENDPOINTS");
    });
  }),
};

const unstarted: Rule = {
  id: "etcd-unstarted",
  title: ["member not started", "not started"],
  severities: ["warning"],
  needs: NEEDS,
  evaluate: ofEtcd(({ list: { members } }) => {
    const found = members.filter((m) => m.name === "");
    if (found.length === 0)
      return [members.length === 0 ? noList() : pass("etcd", `${members.length} started`)];
    return found.map(({ id, peerUrls, isLearner }) => {
      const counts = isLearner ? "a learner has no vote" : "it counts as a failed voter";
      return fail(
        `etcd ${id}`,
        `${peerUrls.join(", ")} was added but never started`,
        `start it or run \`etcdctl member remove ${id}\`: ${counts}`,
      );
    });
  }),
};

function noList(): Verdict {
  return unknown("etcd", "member list unknown");
}

const listsDiffer: Rule = {
  id: "etcd-lists-differ",
  title: ["member lists differ", "lists differ"],
  severities: ["warning"],
  needs: NEEDS,
  evaluate: ofEtcd(({ list: { members, agree, from, silent } }) => {
    const evidence = `member lists of ${from.join(", ")} differ`;
    if (!agree) return [fail("etcd", evidence, "compare `etcdctl member list` of each of them")];
    if (members.length === 0) return [noList()];
    const names = from.join(", ");
    return [
      from.length < 2 && silent.length > 0
        ? unknown("etcd", `the list of ${names} only is known`)
        : pass("etcd", `same list on ${names}`),
    ];
  }),
};

/** The rules on etcd's members and their list. */
export const ETCD_MEMBER_RULES: readonly Rule[] = [
  ...[memberSilent, accessDenied, partitioned, twoLeaders, lag],
  ...[unlistedEndpoint, unstarted, listsDiffer],
];
