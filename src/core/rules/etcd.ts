import type { EtcdMembersSummary, EtcdSummary, MemberRow, UnlistedEndpoint, Quorum } from "../assessment.ts";
import type { FailureCode } from "../facts/failure.ts";
import type { Finding } from "./finding.ts";
import { candidateWords } from "../etcd/endpoints.ts";
import { silenceFor, silenceWords } from "../facts/connection-failure.ts";
import { ETCD_ADVICE } from "../etcd/advice.ts";
import { reachabilityWords } from "../etcd/quorum.ts";
import { etcdDataFindings } from "./etcd-data.ts";

/** A follower further behind than this does not merely wait for the next heartbeat. */
const LAG = 1000n;

/** What etcd gives reason to say. */
export function etcdFindings(etcd: EtcdSummary): readonly Finding[] {
  if (etcd.state === "asking") return [];
  if (etcd.state === "no-way") {
    // What nobody can change is no finding.
    if (etcd.managed) return [];
    const tried = etcd.tried.map((t) => `${t.route}: ${t.outcome}`).join("; ");
    return [
      {
        id: "etcd-unknown",
        severity: "unknown",
        subject: "etcd",
        evidence: `no way to it (${tried})`,
        advice: "give --etcd-endpoints, --etcd-cacert, --etcd-cert and --etcd-key",
      },
    ];
  }
  // Before the first answers there is nothing to say, not even that it is unknown.
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
  const of = `${q.answering} of ${q.voters} answer, ${q.needed} are needed`;
  switch (q.state) {
    case "lost":
      return [about("etcd-quorum-lost", "critical", of, `bring back ${q.needed - q.answering} more`)];
    case "election":
      return [
        about(
          "etcd-no-leader",
          "critical",
          `no member is named leader${q.noLeaderFor === undefined ? "" : ` for ${q.noLeaderFor.toFixed(1)} s`}; ${of}`,
          "an election takes a second or two; if it lasts, look at the network between the members",
        ),
      ];
    case "ok":
    case "degraded":
      return [];
  }
}

function unknownWords(q: Quorum): readonly [evidence: string, advice: string] {
  const [heard] = reachabilityWords(q);
  if (q.reachability.refuse > 0)
    return [heard, "see why they do; who leads is told to those that they let ask"];
  if (q.needed === undefined) return [heard, "name other members with --etcd-endpoints"];
  if (q.leaderId !== undefined && q.reachability.down + q.reachability.unstarted > 0)
    return [
      `${heard}; ${q.needed} are needed`,
      "look again: a leader without a majority gives up within seconds",
    ];
  return [`${heard}, ${q.needed} are needed`, "see why the members cannot be reached from here"];
}

/** What follows from the number of voters alone, and from how many of them are up. */
function arithmetic(q: Quorum): readonly Finding[] {
  if (q.state === "unknown") return [];
  if (q.voters === 1) {
    return [
      about("etcd-single", "warning", "there is one member", "add two more: one alone may not be lost"),
    ];
  }
  const found: Finding[] = [];
  if (q.voters % 2 === 0 && q.voters > 0) {
    const bears = q.voters - q.needed;
    const evidence = `${q.voters} voters need ${q.needed}: they bear the loss of ${bears}, as ${q.voters - 1} would`;
    const advice =
      q.voters === 2
        ? "add a third: two bear the loss of none, so they are worse than one"
        : "add one or remove one: the even one only adds a way to fail";
    found.push(about("etcd-even", "warning", evidence, advice));
  }
  if ((q.state === "ok" || q.state === "degraded") && q.failureTolerance === 0 && q.up < q.voters) {
    found.push(
      about(
        "etcd-no-spare",
        "warning",
        `${q.up} of ${q.voters} ${q.up < q.answering ? "take part" : "answer"}: one more lost is quorum lost`,
        "bring back what does not answer before touching another member",
      ),
    );
  }
  return found;
}

/** So many changes in a quarter of an hour, as etcd's mixin has it (etcdHighNumberOfLeaderChanges). */
const OFTEN = 4;

function elections({ leaderChanges: { recent, lastAgo } }: EtcdMembersSummary): readonly Finding[] {
  if (recent < OFTEN) return [];
  const evidence = `${recent} changes of leader in the last 15 minutes, the last one ${(lastAgo ?? 0).toFixed(1)} s ago`;
  return [about("etcd-flapping", "warning", evidence, "see the members' disks and the network between them")];
}

function member(row: MemberRow): readonly Finding[] {
  const subject = `etcd ${row.name}`;
  const found: Finding[] = [];
  const silence = silenceFor(row.failure, row.failedFor);
  if (row.state === "failed")
    found.push(about("etcd-member-silent", "warning", silence, silenceAdvice(row), subject));
  if (row.state === "refuses")
    found.push(about("etcd-member-refuses", "unknown", silence, silenceAdvice(row), subject));
  if (row.partitioned && row.role !== "old leader") {
    const evidence = `answers, but does not know the leader that the others have (its term is ${row.status?.raftTerm ?? "?"})`;
    found.push(
      about("etcd-member-apart", "warning", evidence, "see whether it reaches the other members", subject),
    );
  }
  if (row.role === "old leader") {
    const evidence = `still says it leads, in term ${row.status?.raftTerm ?? "?"}, which is over`;
    found.push(
      about("etcd-two-leaders", "warning", evidence, "see whether it reaches the other members", subject),
    );
  }
  if (row.lag !== undefined && row.lag > LAG) {
    const evidence = `${row.lag.toLocaleString("en-US")} raft entries behind the first`;
    found.push(about("etcd-lag", "warning", evidence, "see its disk and its network", subject));
  }
  return found;
}

function unlistedEndpoint({ endpoint, failure, candidates }: UnlistedEndpoint): Finding {
  const evidence = `no member lists it, and it ${silenceWords(failure, endpoint)}${candidateWords(candidates)}`;
  const advice = "correct --etcd-endpoints or ETCDCTL_ENDPOINTS: it is counted among no members";
  return about("etcd-endpoint", "warning", evidence, advice, `etcd ${endpoint}`);
}

/** It may be ourselves: who we are, and by which name and certificates it is known to us. */
function silenceAdvice({ failure, memberId, endpointMismatch, name, endpoint }: MemberRow): string {
  if (endpointMismatch && name === endpoint) return "leave it out of --etcd-endpoints";
  if (endpointMismatch) return "name its own address with --etcd-endpoints";
  // An address that answers something else, and that no member lists.
  if (memberId === undefined && (failure?.code === "other" || failure?.code === "unsupported"))
    return "see --etcd-endpoints: whether it is etcd, at the port of its clients";
  const own = failure && OURS.includes(failure.code) ? ETCD_ADVICE[failure.code] : undefined;
  return own ?? "see whether it runs, and its log";
}

const OURS: readonly FailureCode[] = ["forbidden", "unauthorized", "tls", "unresolved"];

function list({ list: { members, agree, from } }: EtcdMembersSummary): readonly Finding[] {
  const found = members
    .filter((m) => m.name === "")
    .map((m) =>
      about(
        "etcd-unstarted",
        "warning",
        `member ${m.id} (${m.peerUrls.join(", ")}) was added and never started`,
        m.isLearner
          ? "start it or remove it: as a learner it has no vote"
          : "start it or remove it: it counts for the quorum as one that is down",
      ),
    );
  if (agree) return found;
  const evidence = `${from.join(", ")} hold different member lists`;
  return [
    ...found,
    about("etcd-lists-differ", "warning", evidence, "compare `etcdctl member list` on each of them"),
  ];
}
