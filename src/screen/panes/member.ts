import type { EtcdMembersSummary, MemberRow } from "../../core/assessment.ts";
import type { MemberStatus } from "../../core/facts/member.ts";
import { saysAll } from "../../core/facts/member.ts";
import type { Line } from "../screen.ts";
import type { Body, Size, PaneView } from "../view.ts";
import type { SidePane } from "../pane.ts";
import { errorWords } from "../../core/etcd/alarms.ts";
import { duration, integer, latency, percent } from "../../output/format.ts";
import { bytes } from "../../text/bytes.ts";
import { fit, DIM, PLAIN, blank, span, strong } from "../text/lines.ts";
import { oldChip, paneHead } from "./pane-head.ts";
import { selectedIndex } from "./visible-rows.ts";

const MARGIN = 2;
/** Wide enough for the longest name of a field, `raftAppliedIndex`. */
const LABEL = 17;

type Field = readonly [label: string, value: string];

/** Below ETCD when it is zoomed: the whole status of the selected member, each number with all its digits. */
export const MEMBER: SidePane<"member", "etcd"> = { id: "member", of: "etcd", render };

function render(view: PaneView, { width }: Size): Body {
  const { etcd } = view.assessment;
  const row = etcd.state === "members" ? etcd.rows[selectedMember(view, etcd)] : undefined;
  if (etcd.state !== "members" || row === undefined) return { lines: [] };
  const old = row.state !== "answers" && row.age !== undefined;
  const head = paneHead(view, width, {
    title: row.name,
    beside: old ? oldChip(duration(row.age)) : [],
    right: [[span(row.endpoint, DIM)]],
  });
  const value = row.state === "answers" ? PLAIN : DIM;
  const lines = fields(row, etcd).map(([label, text]): Line => [
    blank(MARGIN),
    ...fit([span(label, DIM)], LABEL),
    span(text, label === "errors" ? strong("warn") : value),
  ]);
  return { lines: [head, ...why(row), ...lines] };
}

/** The row of ETCD that is selected. */
export function selectedMember({ selected }: PaneView, { rows }: EtcdMembersSummary): number {
  return selectedIndex(
    selected,
    rows.map(({ key }) => key),
  );
}

function why({ failure }: MemberRow): readonly Line[] {
  return failure === undefined ? [] : [[blank(MARGIN), span(failure.text, strong("bad"))]];
}

function fields(row: MemberRow, etcd: EtcdMembersSummary): readonly Field[] {
  const { status, took, lag } = row;
  if (status === undefined) return [];
  const leader = etcd.rows.find((r) => r.status?.memberId === status.leaderId)?.name;
  const names: readonly Field[] = [
    ["memberId", status.memberId],
    ["leaderId", status.leaderId === undefined ? "none" : `${status.leaderId}${leader ? `, ${leader}` : ""}`],
    ["version", versions(status)],
    ["isLearner", status.isLearner ? "yes" : "no"],
  ];
  const raft: readonly Field[] = [
    ["raftTerm", status.raftTerm === undefined ? "?" : integer(status.raftTerm)],
    [
      "raftIndex",
      integer(status.raftIndex) +
        (lag === undefined || lag === 0n ? "" : `, ${integer(lag)} behind the highest`),
    ],
    ["raftAppliedIndex", integer(status.raftAppliedIndex)],
    ["revision", integer(status.revision)],
  ];
  const errors: readonly Field[] =
    status.errors.length === 0
      ? []
      : [["errors", status.errors.map((error) => errorWords(error, etcd)).join(", ")]];
  const answer: readonly Field[] = took === undefined ? [] : [["answered in", latency(took)]];
  return [...names, ...raft, ...sizes(status), ...answer, ...clock(row), ...errors];
}

/** Its Date header is cut to seconds, so the clock is known to half a second at best. */
function clock({ clock: is }: MemberRow): readonly Field[] {
  if (is === undefined) return [];
  const by = `${Math.abs(is.ahead).toFixed(1)} s ${is.ahead < 0 ? "behind" : "ahead of"} this machine`;
  const text = Math.abs(is.ahead) <= is.within ? "same as this machine" : by;
  return [["clock", `${text} (within ${is.within.toFixed(1)} s)`]];
}

function versions({ version, storageVersion }: MemberStatus): string {
  return storageVersion === undefined ? version : `${version}, storage ${storageVersion}`;
}

function sizes(status: MemberStatus): readonly Field[] {
  const { dbSize, dbSizeInUse, dbSizeQuota } = status;
  const of = (part: bigint, whole: bigint, words: string): string => {
    const share = percent(part, whole);
    return share === undefined ? "" : `, ${share} ${words}`;
  };
  const exact = (n: bigint): string => `${integer(n)} bytes, ${bytes(n)}`;
  return [
    ["dbSize", exact(dbSize) + (dbSizeQuota === undefined ? "" : of(dbSize, dbSizeQuota, "of the quota"))],
    ["dbSizeInUse", exact(dbSizeInUse) + of(dbSizeInUse, dbSize, "of dbSize")],
    ["dbSizeQuota", dbSizeQuota === undefined ? noQuota(status) : exact(dbSizeQuota)],
  ];
}

function noQuota(status: MemberStatus): string {
  return saysAll(status) ? "none" : "unknown before 3.6";
}
