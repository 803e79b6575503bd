import type { EtcdMembersSummary, EtcdSummary, JudgedQuorum, Quorum } from "../assessment.ts";
import type { Need, Rule, Verdict } from "./rule.ts";
import { fail, pass, unknown } from "./rule.ts";
import type { Thresholds } from "./thresholds.ts";
import { unmet } from "./needs.ts";
import { reachabilityWords } from "../etcd/quorum.ts";
import { RECENT } from "../recent.ts";

const NEEDS: readonly Need[] = ["etcd"];

/** Verdicts on etcd's members; `needs` "etcd" has it that they are known. */
export function ofEtcd(
  judge: (etcd: EtcdMembersSummary, thresholds: Thresholds) => readonly Verdict[],
): Rule["evaluate"] {
  return ({ etcd }, thresholds) => (etcd.state === "members" ? judge(etcd, thresholds) : []);
}

/** A verdict on the quorum, where it can be judged. */
function ofQuorum(
  judge: (quorum: JudgedQuorum, answer: string, thresholds: Thresholds) => Verdict,
): Rule["evaluate"] {
  return ofEtcd(({ quorum: q }, thresholds) => {
    if (q.state === "unknown") return [unknown("etcd", reachabilityWords(q)[0])];
    return [judge(q, `${votersAnswer(q.answering, q.voters)}, quorum needs ${q.needed}`, thresholds)];
  });
}

function votersAnswer(answering: number, voters: number): string {
  return `${answering} of ${voters} voters ${answering === 1 ? "answers" : "answer"}`;
}

const quorumLost: Rule = {
  id: "etcd-quorum-lost",
  title: ["quorum lost", "quorum lost"],
  severities: ["critical"],
  needs: NEEDS,
  evaluate: ofQuorum(({ state, needed, answering }, answer) =>
    state === "lost" ? fail("etcd", answer, bringBack(needed - answering)) : pass("etcd", answer),
  ),
};

function bringBack(missing: number): string {
  const [what, where] =
    missing === 1 ? ["1 more member", "its node"] : [`${missing} more members`, "their nodes"];
  return `bring back ${what}: run \`crictl ps -a --name etcd\` on ${where}`;
}

const noLeader: Rule = {
  id: "etcd-no-leader",
  title: ["no leader", "etcd: no leader"],
  severities: ["critical"],
  needs: NEEDS,
  evaluate: ofQuorum(({ state, noLeaderFor = 0 }, answer, { electionTime }) => {
    if (state === "lost") return unknown("etcd", `no quorum: ${answer}`);
    if (state !== "election") return pass("etcd", answer);
    const lasts = noLeaderFor < 0.05 ? "" : ` for ${noLeaderFor.toFixed(1)} s`;
    if (noLeaderFor > electionTime)
      return fail("etcd", `members answer clients but elect no leader${lasts}; ${answer}`, CHECK_ELECTION);
    return fail(
      "etcd",
      `no leader${lasts}; ${answer}`,
      `an election takes 1 to 2 s; after that, ${CHECK_ELECTION}`,
    );
  }),
};

const CHECK_ELECTION =
  "check the network between the members (peer port 2380), their peer certificates, and etcd's log";

const quorumUnknown: Rule = {
  id: "etcd-unknown",
  title: ["unknown", "etcd unknown"],
  severities: ["unknown"],
  needs: [],
  evaluate: (facts, thresholds) => {
    const missing = unmet("etcd", facts);
    return missing === undefined
      ? knownQuorum(facts, thresholds)
      : [{ ...missing, advice: configureAdvice(facts.etcd) }];
  },
};

/** A managed service gives no access: nothing to do about it. */
function configureAdvice(etcd: EtcdSummary): string {
  return etcd.state === "notConfigured" && etcd.managed === undefined
    ? "set --etcd-endpoints, --etcd-cacert, --etcd-cert and --etcd-key"
    : "";
}

const knownQuorum = ofEtcd(({ quorum }) => [
  quorum.state === "unknown"
    ? unknown("etcd", ...unknownWords(quorum))
    : pass("etcd", reachabilityWords(quorum)[0]),
]);

function unknownWords(q: Quorum): [evidence: string, advice: string] {
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

const noFailureTolerance: Rule = {
  id: "etcd-no-failure-tolerance",
  title: ["no failure tolerance", "etcd tolerance 0"],
  severities: ["warning"],
  needs: NEEDS,
  evaluate: ofQuorum(({ state, failureTolerance, up, answering, voters }, answer) => {
    if (state === "lost" || state === "election") return unknown("etcd", `no leader: ${answer}`);
    if (failureTolerance === undefined) return unknown("etcd", answer);
    // A single member, or two, have none by their number: other rules are on that.
    if (failureTolerance > 0 || up >= voters) return pass("etcd", `tolerates ${failures(failureTolerance)}`);
    const who = up < answering ? `${up} of ${voters} voters follow the leader` : votersAnswer(up, voters);
    const advice = "bring the failed member back before you restart another one";
    return fail("etcd", `${who}: no failure tolerance`, advice);
  }),
};

function failures(count: number): string {
  if (count === 0) return "no failure";
  return count === 1 ? "1 failure" : `${count} failures`;
}

const evenVoters: Rule = {
  id: "etcd-even-voters",
  title: ["even number of voters", "etcd even voters"],
  severities: ["warning"],
  isStanding: true,
  needs: NEEDS,
  evaluate: ofQuorum(({ voters, needed }) => {
    if (voters % 2 === 1 || voters === 0) return pass("etcd", `${voters} voters`);
    const less = `${voters - 1} ${voters === 2 ? "voter does" : "voters do"}`;
    const evidence = `${voters} voters need a quorum of ${needed} and tolerate ${failures(voters - needed)}, no more than ${less}`;
    const advice =
      voters === 2
        ? "add a third (`etcdctl member add`): two voters are worse than one"
        : "add or remove one (`etcdctl member add`, `etcdctl member remove`)";
    return fail("etcd", evidence, advice);
  }),
};

const singleMember: Rule = {
  id: "etcd-single",
  title: ["single member", "etcd: 1 member"],
  severities: ["warning"],
  isStanding: true,
  needs: NEEDS,
  evaluate: ofQuorum(({ voters }) =>
    voters === 1
      ? fail("etcd", "single-member cluster: tolerates no failure", "add two (`etcdctl member add`)")
      : pass("etcd", `${voters} voters`),
  ),
};

const flapping: Rule = {
  id: "etcd-flapping",
  title: ["leader changes often", "etcd flapping"],
  severities: ["warning"],
  needs: ["etcd", { for: RECENT }],
  evaluate: ofEtcd(({ leaderChanges: { recent, lastAgo } }, { etcdLeaderChanges }) => {
    const changes = `${recent} leader changes in 15 minutes`;
    if (recent < etcdLeaderChanges) return [pass("etcd", changes)];
    const advice =
      "check the members' disks (metric etcd_disk_wal_fsync_duration_seconds) and the network between them";
    return [fail("etcd", `${changes}, the last ${(lastAgo ?? 0).toFixed(1)} s ago`, advice)];
  }),
};

/** The rules on etcd's quorum and its leader. */
export const ETCD_RULES: readonly Rule[] = [
  ...[quorumLost, noLeader, quorumUnknown, noFailureTolerance, evenVoters, singleMember, flapping],
];
