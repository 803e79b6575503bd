import type { EtcdMembersSummary, MemberListSummary } from "../../core/assessment.ts";
import type { ManagedService } from "../../core/etcd/managed.ts";
import type { ListedMember } from "../../core/facts/member.ts";
import type { Column } from "../text/columns.ts";
import { chooseColumns, tableHead, tableRow, widest } from "../text/columns.ts";
import type { Glyphs } from "../text/glyphs.ts";
import { sign } from "../text/glyphs.ts";
import type { Line, Style } from "../screen.ts";
import type { Body, Size, View, PaneView } from "../view.ts";
import type { PaneSpec } from "../pane.ts";
import { duration } from "../../output/format.ts";
import { cutBefore } from "../../text/width.ts";
import { listedInOrder } from "../../core/etcd/member-list.ts";
import { oldChip, paneHead, warning } from "./pane-head.ts";
import { ACCENT, BOLD, DIM, KEY, PLAIN, blank, span, strong } from "../text/lines.ts";
import { USUAL_MEMBERS, hiddenRows, howToSee, selectedIndex, visibleRows } from "./visible-rows.ts";

/** Left of the columns: the mark of the selected row or `!`, a blank. */
const MARGIN = 2;

/** MEMBERS: the member list as etcdctl gives it. It has no health: started means only that the member joined once. */
export const MEMBERS: PaneSpec<"members"> = {
  id: "members",
  title: "MEMBERS",
  wants: (view) => 2 + (MEMBERS.rows(view).length || USUAL_MEMBERS),
  render,
  rows: ({ assessment: { etcd } }) =>
    etcd.state === "members" ? listedInOrder(etcd.list.members).map(({ id }) => id) : [],
};

function render(view: PaneView, size: Size): Body {
  const { etcd } = view.assessment;
  if (etcd.state === "members" && etcd.list.members.length > 0) return listed(view, etcd, size);
  const head = paneHead(view, size.width);
  if (etcd.state !== "notConfigured") return { lines: [head, waiting(view, etcd)] };
  return { lines: [head, ...(etcd.managed ? [hidden(view.glyphs, etcd.managed)] : flags(view.glyphs))] };
}

function hidden(glyphs: Glyphs, { short }: ManagedService): Line {
  return [blank(2), sign(glyphs, "quiet"), span(` not visible on ${short}`, DIM)];
}

function waiting({ glyphs }: View, etcd: View["assessment"]["etcd"]): Line {
  const failed =
    etcd.state === "members" && etcd.list.freshness.state === "stale" ? etcd.list.freshness : undefined;
  if (failed) return [blank(2), sign(glyphs, "unknown"), span(` ${failed.failure.text}`)];
  return [
    blank(2),
    sign(glyphs, "quiet"),
    span(etcd.state === "members" ? " reading the member list" : " waiting for etcd", DIM),
  ];
}

/** How to configure etcd. */
function flags(glyphs: Glyphs): readonly Line[] {
  const all = [
    ["--etcd-endpoints", "host:port of each member"],
    ["--etcd-cacert", "with --etcd-cert, --etcd-key"],
    ["ETCDCTL_ENDPOINTS", "and etcdctl's other variables"],
  ] as const;
  return [
    [blank(2), sign(glyphs, "unknown"), span(" etcd not configured. Set:", BOLD)],
    ...all.map(([name, what]): Line => [blank(2), span(name.padEnd(19), ACCENT), span(what)]),
  ];
}

function listed(view: PaneView, { list, rows, quorum }: EtcdMembersSummary, { width, height }: Size): Body {
  const members = listedInOrder(list.members);
  const keys = MEMBERS.rows(view);
  const columns = chooseColumns(memberColumns(list), width - MARGIN);
  const selected = selectedIndex(view.selected, keys);
  const seen = visibleRows(members.length, selected, height - 2);
  const old = list.freshness.state === "stale";
  const lines = members.slice(seen.first, seen.first + seen.count).map((member, i) =>
    memberLine(view.glyphs, columns, {
      member,
      list,
      old,
      selected: view.focused && seen.first + i === selected,
    }),
  );
  const learnerGone = columns.every((c) => c.id !== "learner");
  const led = quorum.state !== "lost" && quorum.state !== "election";
  const from = led ? agreement(list, rows.length) : "no leader";
  const right = [[span(learnerGone ? `${from}, no learner` : from, DIM)], [span(from, DIM)]];
  return {
    lines: [
      paneHead(view, width, { beside: beside(list), right }),
      ...(seen.count > 0 ? [[blank(MARGIN), ...tableHead(columns)]] : []),
      ...lines,
      ...(seen.hidden > 0
        ? [
            hiddenRows(seen, {
              what: "members",
              how: howToSee(view),
              loud: members.some((m) => m.name === ""),
            }),
          ]
        : []),
    ],
    list: { line: 2, keys: keys.slice(seen.first, seen.first + seen.count) },
  };
}

function beside({ freshness, agree }: MemberListSummary): Line {
  if (freshness.state === "stale") return freshness.age === undefined ? [] : oldChip(duration(freshness.age));
  return agree ? [] : warning("member lists differ");
}

/** Each member is asked for its own list: which ones agree. */
function agreement({ from, agree }: MemberListSummary, asked: number): string {
  if (!agree) return "";
  if (from.length === asked && asked > 1) return `all ${asked} agree`;
  return from.length < 2 ? `from ${from.join()}` : `${from.join(", ")} agree`;
}

type MemberColumn = "name" | "status" | "id" | "peer" | "client" | "learner";

function memberColumns(list: MemberListSummary): readonly Column<MemberColumn>[] {
  const { members } = list;
  const wide = (least: number, of: (m: ListedMember) => string): number => widest(members.map(of), least);
  const learner: Column<MemberColumn> = { id: "learner", head: "LEARNER", width: 7 };
  return [
    { id: "name", head: "NAME", width: wide(10, (m) => nameOf(m, list).join("")) },
    { id: "status", head: "STATUS", width: wide(7, statusOf) },
    { id: "id", head: "ID", width: 16, goes: 1 },
    { id: "peer", head: "PEER URL", width: wide(22, (m) => m.peerUrls.join(",")), goes: 4 },
    { id: "client", head: "CLIENT URL", width: wide(22, (m) => m.clientUrls.join(",")), goes: 3 },
    members.some((m) => m.isLearner) ? learner : { ...learner, goes: 2 },
  ];
}

function statusOf(member: ListedMember): string {
  return member.name === "" ? "unstarted" : "started";
}

/** The name of the member, and a word after it that must not be cut. */
function nameOf(
  { name, id }: ListedMember,
  { leaderId, freshness }: MemberListSummary,
): [name: string, how: string] {
  const leads = id === leaderId && freshness.state !== "stale";
  return [name === "" ? "no name" : name, leads ? " leads" : ""];
}

interface MemberLine {
  readonly member: ListedMember;
  readonly list: MemberListSummary;
  readonly old: boolean;
  readonly selected: boolean;
}

function memberLine(
  glyphs: Glyphs,
  columns: readonly Column<MemberColumn>[],
  { member, list, old, selected }: MemberLine,
): Line {
  const started = member.name !== "";
  const ground = old ? DIM : PLAIN;
  const loud = (style: Style): Style => (old ? DIM : style);
  const urls = (all: readonly string[]): Line => [
    all.length > 0 ? span(all.join(","), ground) : span("none yet", DIM),
  ];
  const nameWidth = columns.find((c) => c.id === "name")?.width ?? 0;
  const mark = started ? span(" ") : span(glyphs.warn, strong("warn"));
  return [
    selected ? span(glyphs.selected, KEY) : mark,
    blank(1),
    ...tableRow(columns, {
      name: [
        span(
          cutBefore(...nameOf(member, list), nameWidth),
          member.id === list.leaderId ? loud(BOLD) : ground,
        ),
      ],
      status: [span(statusOf(member), started ? ground : loud(strong("warn")))],
      id: [span(member.id, ground)],
      peer: urls(member.peerUrls),
      client: urls(member.clientUrls),
      learner: [span(member.isLearner ? "yes" : "no", member.isLearner ? loud(BOLD) : ground)],
    }),
  ];
}
