import type { AlarmNames } from "../core/etcd/alarms.ts";
import { errorWords } from "../core/etcd/alarms.ts";
import type { MemberRow } from "../core/assessment.ts";
import type { Attempt } from "../core/facts/observation.ts";
import type { ListedMember, MemberStatus } from "../core/facts/member.ts";
import { saysAll } from "../core/facts/member.ts";
import type { Cell, Column, Tone } from "./table.ts";
import { NONE, UNKNOWN } from "./table.ts";
import { duration, integer, latency, percent } from "./format.ts";
import { bytes } from "../text/bytes.ts";

const ROLES: Readonly<Record<MemberRow["role"], Tone>> = {
  leader: "good",
  follower: "good",
  learner: "good",
  "old leader": "look",
  "no leader": "bad",
  unknown: "look",
};

const STATES: Readonly<Record<MemberRow["state"], Tone>> = {
  answers: "good",
  accessDenied: "look",
  failed: "bad",
  asking: "look",
};

function stateWord(state: MemberRow["state"]): string {
  return state === "accessDenied" ? "access denied" : state;
}

/** The columns of `etcdctl endpoint status`, and the name, the lag behind the highest index, and the time taken. */
export const memberColumns = (names: AlarmNames): readonly Column<MemberRow>[] => [
  { head: "MEMBER", cell: (row) => row.name },
  { head: "ENDPOINT", cell: (row) => row.endpoint },
  { head: "ID", cell: (row) => row.memberId ?? UNKNOWN },
  { head: "STATE", cell: (row) => ({ text: stateWord(row.state), tone: STATES[row.state] }) },
  { head: "ROLE", cell: (row) => ({ text: row.role, tone: ROLES[row.role] }) },
  { head: "VERSION", cell: answer((status) => status.version) },
  { head: "STORAGE VERSION", wide: true, cell: answer((status) => status.storageVersion ?? absent(status)) },
  { head: "DB SIZE", cell: answer((status) => bytes(status.dbSize)) },
  { head: "IN USE", wide: true, cell: answer((status) => bytes(status.dbSizeInUse)) },
  { head: "PERCENTAGE NOT IN USE", wide: true, cell: answer(notInUse) },
  {
    head: "QUOTA",
    wide: true,
    cell: answer((s) => (s.dbSizeQuota === undefined ? absent(s) : bytes(s.dbSizeQuota))),
  },
  { head: "IS LEADER", wide: true, cell: answer((s) => String(s.memberId === s.leaderId)) },
  { head: "IS LEARNER", wide: true, cell: answer((s) => String(s.isLearner)) },
  { head: "RAFT TERM", cell: answer((s) => (s.raftTerm === undefined ? UNKNOWN : integer(s.raftTerm))) },
  { head: "RAFT INDEX", cell: answer((s) => integer(s.raftIndex)) },
  { head: "RAFT APPLIED INDEX", wide: true, cell: answer((s) => integer(s.raftAppliedIndex)) },
  { head: "REVISION", wide: true, cell: answer((s) => integer(s.revision)) },
  { head: "LAG", cell: (row) => (row.lag === undefined ? UNKNOWN : integer(row.lag)) },
  {
    head: "TOOK",
    cell: (row) => (row.state !== "answers" || row.took === undefined ? UNKNOWN : latency(row.took)),
  },
  {
    head: "FULL IN",
    wide: true,
    cell: (row) => (row.fullIn === undefined ? UNKNOWN : duration(row.fullIn)),
  },
  { head: "CERTIFICATE", wide: true, cell: certificate },
  { head: "ERRORS", cell: (row) => errors(row, names) },
  { head: "DOWNGRADE TARGET VERSION", wide: true, cell: answer(downgradeTarget) },
  {
    head: "DOWNGRADE ENABLED",
    wide: true,
    cell: answer((s) => (s.downgrade === undefined ? absent(s) : String(s.downgrade.enabled))),
  },
];

/** The columns of `etcdctl member list`. */
export const LISTED_COLUMNS: readonly Column<ListedMember>[] = [
  { head: "ID", cell: (member) => member.id },
  { head: "STATUS", cell: (member) => (member.name === "" ? "unstarted" : "started") },
  { head: "NAME", cell: (member) => member.name || NONE },
  { head: "PEER ADDRS", cell: (member) => member.peerUrls.join(",") || NONE },
  { head: "CLIENT ADDRS", cell: (member) => member.clientUrls.join(",") || NONE },
  { head: "IS LEARNER", cell: (member) => String(member.isLearner) },
];

/** What was tried to reach etcd, where nothing led there. */
export const ATTEMPT_COLUMNS: readonly Column<Attempt>[] = [
  { head: "ROUTE", cell: (attempt) => attempt.route },
  { head: "OUTCOME", cell: (attempt) => attempt.outcome },
];

/** A member that does not answer now has no figures of now. */
function answer(of: (status: MemberStatus) => string): (row: MemberRow) => Cell {
  return (row) => (row.state === "answers" && row.status !== undefined ? of(row.status) : UNKNOWN);
}

function notInUse(status: MemberStatus): string {
  return percent(status.dbSize - status.dbSizeInUse, status.dbSize) ?? NONE;
}

function downgradeTarget(status: MemberStatus): string {
  const target = status.downgrade?.targetVersion ?? "";
  return target === "" ? absent(status) : target;
}

/** Before 3.6 a member does not say its storage version, quota and downgrade, which it may have. */
function absent(status: MemberStatus): string {
  return saysAll(status) ? NONE : UNKNOWN;
}

/** For how long its server certificate is still good. */
function certificate({ certificateLeft }: MemberRow): Cell {
  if (certificateLeft === undefined) return UNKNOWN;
  return certificateLeft <= 0 ? { text: "expired", tone: "bad" } : duration(certificateLeft);
}

function errors(row: MemberRow, names: AlarmNames): Cell {
  if (row.failure !== undefined) return { text: row.failure.text, tone: "bad" };
  if (row.status === undefined) return UNKNOWN;
  return row.status.errors.length === 0
    ? NONE
    : { text: row.status.errors.map((error) => errorWords(error, names)).join(", "), tone: "bad" };
}
