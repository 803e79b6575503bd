import type { EtcdMembersSummary, EtcdSummary, MemberRow, UnlistedEndpoint, Quorum } from "../assessment.ts";
import type { FailureCode } from "../facts/failure.ts";
import type { Finding } from "./finding.ts";
import { candidateWords } from "../etcd/endpoints.ts";
import { peerFailureFor, peerFailureWords } from "../facts/connection-failure.ts";
import { ETCD_ADVICE } from "../etcd/advice.ts";
import { reachabilityWords } from "../etcd/quorum.ts";
import { etcdDataFindings } from "./etcd-data.ts";

/** A follower further behind than this does not merely wait for the next heartbeat. */
const LAG = 1000n;

/** Findings on etcd. */
export function etcdFindings(etcd: EtcdSummary): readonly Finding[] {
  if (etcd.state === "asking") return [];
  if (etcd.state === "notConfigured") {
    // A managed service gives no access: nothing to do about it.
    if (etcd.managed) return [];
    const tried = etcd.tried.map((t) => `${t.route}: ${t.outcome}`).join("; ");
    return [
      {
        id: "etcd-unknown",
        severity: "unknown",
        subject: "etcd",
        evidence: `etcd not configured (${tried})`,
        advice: "set --etcd-endpoints, --etcd-cacert, --etcd-cert and --etcd-key",
      },
    ];
  }
  // Before the first answers there is no finding, not even an unknown one.
  if (etcd.freshness.state === "asking") return [];
  return [
    ...quorum(etcd.quorum),
    ...arithmetic(etcd.quorum),
    ...elections(etcd),
    ...etcd.rows.flatMap(member),
    ...etcd.endpoints.map(unlistedEndpoint),
    ...list(etcd),
    ...etcdDataFindings(etcd),
  ];
}

const about = (
  id: Finding["id"],
  severity: Finding["severity"],
  evidence: string,
  advice: string,
  subject = "etcd",
): Finding => ({ id, severity, subject, evidence, advice });

function quorum(q: Quorum): readonly Finding[] {
  if (q.state === "unknown") return [about("etcd-unknown", "unknown", ...unknownWords(q))];
  const of = `${votersAnswer(q.answering, q.voters)}, quorum needs ${q.needed}`;
  switch (q.state) {
    case "lost":
      return [about("etcd-quorum-lost", "critical", of, bringBack(q.needed - q.answering))];
    case "election":
      return [
        about(
          "etcd-no-leader",
          "critical",
          `no leader${q.noLeaderFor === undefined ? "" : ` for ${q.noLeaderFor.toFixed(1)} s`}; ${of}`,
          "wait 2 s for the election; then check the network between the members (peer port 2380)",
        ),
      ];
    case "ok":
    case "degraded":
      return [];
  }
}

const CHECK_PEERS = "check its network to the other members (peer port 2380)";

function votersAnswer(answering: number, voters: number): string {
  return `${answering} of ${voters} voters ${answering === 1 ? "answers" : "answer"}`;
}

function bringBack(missing: number): string {
  const [what, where] =
    missing === 1 ? ["1 more member", "its node"] : [`${missing} more members`, "their nodes"];
  return `bring back ${what}: run \`crictl ps -a --name etcd\` on ${where}`;
}

function failures(count: number): string {
  if (count === 0) return "no failure";
  return count === 1 ? "1 failure" : `${count} failures`;
}

function unknownWords(q: Quorum): readonly [evidence: string, advice: string] {
  const [heard] = reachabilityWords(q);
  if (q.reachability.refuse > 0)
    return [heard, "use credentials that may read the status: --etcd-user, or --etcd-cert and --etcd-key"];
  if (q.needed === undefined) return [heard, "name other members with --etcd-endpoints"];
  if (q.leaderId !== undefined && q.reachability.down + q.reachability.unstarted > 0)
    return [
      `${heard}; quorum needs ${q.needed}`,
      "run it again: a leader without quorum steps down within seconds",
    ];
  return [`${heard}, quorum needs ${q.needed}`, "check the network from here to the members"];
}

/** What follows from the number of voters alone, and from how many of them are up. */
function arithmetic(q: Quorum): readonly Finding[] {
  if (q.state === "unknown") return [];
  if (q.voters === 1) {
    return [
      about(
        "etcd-single",
        "warning",
        "single-member cluster: tolerates no failure",
        "add two (`etcdctl member add`)",
      ),
    ];
  }
  const found: Finding[] = [];
  if (q.voters % 2 === 0 && q.voters > 0) {
    const less = `${q.voters - 1} ${q.voters === 2 ? "voter does" : "voters do"}`;
    const evidence = `${q.voters} voters need a quorum of ${q.needed} and tolerate ${failures(q.voters - q.needed)}, no more than ${less}`;
    const advice =
      q.voters === 2
        ? "add a third (`etcdctl member add`): two voters are worse than one"
        : "add or remove one (`etcdctl member add`, `etcdctl member remove`)";
    found.push(about("etcd-even-voters", "warning", evidence, advice));
  }
  if ((q.state === "ok" || q.state === "degraded") && q.failureTolerance === 0 && q.up < q.voters) {
    found.push(
      about(
        "etcd-no-failure-tolerance",
        "warning",
        `${q.up < q.answering ? `${q.up} of ${q.voters} voters follow the leader` : votersAnswer(q.up, q.voters)}: no failure tolerance`,
        "bring the failed member back before you restart another one",
      ),
    );
  }
  return found;
}

/** So many changes in a quarter of an hour, as etcd's mixin has it (etcdHighNumberOfLeaderChanges). */
const OFTEN = 4;

function elections({ leaderChanges: { recent, lastAgo } }: EtcdMembersSummary): readonly Finding[] {
  if (recent < OFTEN) return [];
  const evidence = `${recent} leader changes in 15 minutes, the last ${(lastAgo ?? 0).toFixed(1)} s ago`;
  return [
    about(
      "etcd-flapping",
      "warning",
      evidence,
      "check the members' disks (metric etcd_disk_wal_fsync_duration_seconds) and the network between them",
    ),
  ];
}

function member(row: MemberRow): readonly Finding[] {
  const subject = `etcd ${row.name}`;
  const found: Finding[] = [];
  const failure = peerFailureFor(row.failure, row.failedFor);
  if (row.state === "failed")
    found.push(about("etcd-member-silent", "warning", failure, failureAdvice(row), subject));
  if (row.state === "accessDenied")
    found.push(about("etcd-member-access-denied", "unknown", failure, failureAdvice(row), subject));
  if (row.partitioned && row.role !== "old leader") {
    const evidence = `answers, but does not know the leader of the others (raftTerm ${row.status?.raftTerm ?? "?"})`;
    found.push(about("etcd-member-partitioned", "warning", evidence, CHECK_PEERS, subject));
  }
  if (row.role === "old leader") {
    const evidence = `claims to lead in raftTerm ${row.status?.raftTerm ?? "?"}, another member leads in a newer one`;
    found.push(about("etcd-two-leaders", "warning", evidence, CHECK_PEERS, subject));
  }
  if (row.lag !== undefined && row.lag > LAG) {
    const evidence = `raft index ${row.lag.toLocaleString("en-US")} entries behind the highest`;
    found.push(
      about(
        "etcd-lag",
        "warning",
        evidence,
        "check its disk (metric etcd_disk_wal_fsync_duration_seconds) and its network",
        subject,
      ),
    );
  }
  return found;
}

function unlistedEndpoint({ endpoint, failure, candidates }: UnlistedEndpoint): Finding {
  const evidence = `not in the member list and ${peerFailureWords(failure, endpoint)}${candidateWords(candidates)}`;
  const advice = "correct --etcd-endpoints or ETCDCTL_ENDPOINTS";
  return about("etcd-endpoint", "warning", evidence, advice, `etcd ${endpoint}`);
}

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

function list({ list: { members, agree, from } }: EtcdMembersSummary): readonly Finding[] {
  const found = members
    .filter((m) => m.name === "")
    .map((m) =>
      about(
        "etcd-unstarted",
        "warning",
        `member ${m.id} (${m.peerUrls.join(", ")}) was added but never started`,
        m.isLearner
          ? `start it or run \`etcdctl member remove ${m.id}\`: a learner has no vote`
          : `start it or run \`etcdctl member remove ${m.id}\`: it counts as a failed voter`,
      ),
    );
  if (agree) return found;
  const evidence = `member lists of ${from.join(", ")} differ`;
  return [
    ...found,
    about("etcd-lists-differ", "warning", evidence, "compare `etcdctl member list` of each of them"),
  ];
}
