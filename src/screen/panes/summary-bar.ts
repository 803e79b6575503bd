import type { ApiServersSummary, Assessment, EtcdSummary, LeaseRow, Quorum } from "../../core/assessment.ts";
import type { Contents } from "../contents.ts";
import type { Fill, Line, Style } from "../screen.ts";
import type { Sign } from "../text/glyphs.ts";
import { sign, signStyle } from "../text/glyphs.ts";
import type { View, Body, Size } from "../view.ts";
import type { SidePane } from "../pane.ts";
import { reachabilityWords } from "../../core/etcd/quorum.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import { duration, timeOfDay } from "../../output/format.ts";
import { shortName } from "./lease-words.ts";
import { textWidth } from "../../text/width.ts";
import { firstThatFits, fit, BOLD, DIM, PLAIN, blank, filled, span } from "../text/lines.ts";

/**
 * One of the four answers in the two top rows. `short` where `text` has no room; `tiny` on a small screen,
 * where they share one row without labels. `block`: it is the cause, or the data is old; a
 * consequence is words only.
 */
export interface SummaryItem {
  readonly label: "LEADERS" | "QUORUM" | "API SERVERS" | "DATA";
  readonly sign: Sign;
  readonly text: string;
  readonly short: string;
  readonly tiny: string;
  readonly block?: Fill | undefined;
}

type Answer = Omit<SummaryItem, "label" | "block">;

/** The four answers: leaders, quorum of etcd, API servers, and the age of the data. */
export function summaryItems({ assessment, monitor, now }: View): readonly SummaryItem[] {
  const { etcd, apiServers, headline } = assessment;
  const sourceDown = headline.kind === "leader-unknown";
  const noneAnswers = apiServers.ready === 0 && apiServers.rows.some((r) => r.answer !== undefined);
  const managed = etcd.state === "notConfigured" && etcd.managed !== undefined;
  const data = dataAnswer(assessment, monitor, secondsBetween(assessment.now, now));
  return [
    {
      label: "LEADERS",
      ...leadersAnswer(assessment),
      block: headline.kind === "no-leader" ? "bad" : undefined,
    },
    { label: "QUORUM", ...quorumAnswer(etcd), block: quorumBlock(etcd) },
    {
      label: "API SERVERS",
      ...serversAnswer(apiServers, managed),
      block: sourceDown && noneAnswers ? "bad" : undefined,
    },
    { label: "DATA", ...data, block: monitor.paused || (sourceDown && !noneAnswers) ? "warn" : undefined },
  ];
}

function answer(sign: Sign, text: string, short = text, tiny = short): Answer {
  return { sign, text, short, tiny };
}

function leadersAnswer(assessment: Assessment): Answer {
  const { freshness, rows, held, total } = assessment.leases;
  if (freshness.state === "asking") return answer("quiet", "asking");
  if (freshness.state === "stale") return staleLeaders(rows, freshness.age);
  if (total === 0) return answer("quiet", "no leases found", "no leases");
  const by = (a: LeaseRow, b: LeaseRow): number => b.renewedAgo - a.renewedAgo;
  const leaderless = rows.filter(({ standing }) => standing === "leaderless").sort(by);
  const late = rows.filter(({ standing }) => standing === "late").sort(by);
  const worst = leaderless.length > 0 ? leaderless : late;
  const [first] = worst;
  if (first === undefined) return answer("ok", `${held} of ${total} held`);
  const who = worst.length > 1 ? `${worst.length} of ${total}` : shortName(first.record.name);
  const age = duration(first.renewedAgo);
  const about = age.split(" ").slice(0, 2).join(" ");
  if (leaderless.length === 0)
    return answer("warn", `${who}: late, gap ${age}`, `late, gap ${age}`, `gap ${about}`);
  // After a release the time without a leader counts, else the gap since the last renewal.
  return first.status.state === "vacant"
    ? answer("bad", `${who}: none for ${age}`, `none ${age}`, `none ${about}`)
    : answer("bad", `${who}: none, gap ${age}`, `gap ${age}`, `gap ${about}`);
}

function staleLeaders(rows: readonly LeaseRow[], age: number | undefined): Answer {
  if (age === undefined || rows.length === 0) return answer("unknown", "unknown");
  const named = rows.filter((r) => r.record.holderIdentity !== "").length;
  return answer(
    "unknown",
    `${named} held ${duration(age)} ago`,
    `${named}, ${duration(age)} ago`,
    `${named} held?`,
  );
}

function quorumAnswer(etcd: EtcdSummary): Answer {
  if (etcd.state === "asking") return answer("quiet", "asking", "asking", "etcd: asking");
  if (etcd.state === "notConfigured" && etcd.managed) {
    const { short } = etcd.managed;
    return answer("quiet", `not visible on ${short}`, "not visible", `etcd: ${short}`);
  }
  if (etcd.state === "notConfigured")
    return answer("unknown", "unknown: not configured", "not configured", "etcd unknown");
  if (etcd.freshness.state === "asking") return answer("quiet", "asking", "asking", "etcd: asking");
  const q = etcd.quorum;
  const up = `${q.reachability.answer} of ${q.reachability.asked}`;
  switch (q.state) {
    case "ok":
    case "degraded": {
      const sign = q.state === "ok" ? "ok" : "warn";
      if (q.failureTolerance === undefined)
        return answer(sign, `${up} up, has leader`, `${up}, has leader`, `etcd ${up}`);
      return answer(
        sign,
        `${up} up, tolerance ${q.failureTolerance}`,
        `${up}, tolerance ${q.failureTolerance}`,
        `etcd ${up}`,
      );
    }
    case "lost":
      return answer("bad", `LOST: ${up}, needs ${q.needed}`, `LOST: ${up}`, `etcd LOST`);
    case "election":
      return answer("bad", `${noLeader(q)}, ${up} up`, noLeader(q), "etcd elects");
    case "unknown":
      return answer("unknown", `unknown, ${reachabilityWords(q)[1]}`, up);
  }
}

function noLeader(q: Quorum): string {
  return q.noLeaderFor === undefined ? "no leader" : `no leader ${duration(q.noLeaderFor)}`;
}

function quorumBlock(etcd: EtcdSummary): Fill | undefined {
  const down = etcd.state === "members" && (etcd.quorum.state === "lost" || etcd.quorum.state === "election");
  return down ? "bad" : undefined;
}

function serversAnswer({ rows, ready, unknown, freshness }: ApiServersSummary, managed: boolean): Answer {
  const all = rows.length;
  if (all === 0 && managed) return answer("quiet", "not visible");
  if (all === 0) return unknown ? answer("unknown", "unknown") : answer("quiet", "asking");
  const reached = rows.filter((r) => r.answer !== undefined);
  if (reached.length === 0) {
    const sign = freshness.state === "asking" || unknown ? "quiet" : "unknown";
    const asking = rows.some(({ server }) => server !== undefined);
    return answer(asking ? "quiet" : sign, `${all}, ${asking ? "asking" : "not asked"}`, `${all}`);
  }
  const of = `${ready} of ${all}`;
  if (ready === all) return answer("ok", `${of} ready`, of);
  if (ready > 0) return answer("warn", `${of} ready`, of);
  const noneAnswers = reached.every((r) => r.answer === "failed");
  return answer("bad", noneAnswers ? `${of} answer` : `${of} ready`, of);
}

function dataAnswer({ leases, etcd }: Assessment, { paused }: Contents, pausedFor: number): Answer {
  if (paused) {
    const age = duration(pausedFor);
    return answer("warn", `PAUSED for ${age}`, `PAUSED ${age}`, "PAUSED");
  }
  const { freshness } = leases;
  if (freshness.state === "asking") {
    return answer("quiet", `none yet, ${duration(freshness.waited)}`, "none yet");
  }
  if (freshness.state === "stale") return old("leases", freshness.age);
  const members = etcd.state === "members" ? etcd.freshness : undefined;
  if (members?.state === "stale") return old("etcd", members.age);
  const age = Math.max(freshness.age, members?.state === "live" ? members.age : 0);
  return answer("ok", `live, ${duration(age)}`, `live, ${duration(age)}`, "live");
}

function old(what: string, age: number | undefined): Answer {
  if (age === undefined) return answer("warn", `no ${what} yet`, `no ${what} yet`, "none yet");
  return answer("warn", `${what} ${duration(age)} old`, `${what} ${duration(age)}`, "old");
}

/** The two top rows, or one where there is no room: the four answers, always in the same place. */
export const SUMMARY: SidePane<"summary", never> = { id: "summary", render };

function render(view: View, { width, height }: Size): Body {
  const shown = summaryItems(view).filter((t) => width >= 100 || t.label !== "API SERVERS");
  return { lines: height < 2 ? [oneRow(view, shown, width)] : twoRows(view, shown, width) };
}

function oneRow(view: View, shown: readonly SummaryItem[], width: number): Line {
  const name = span(` ${view.monitor.cluster} `, BOLD);
  const answers = (tiny: readonly SummaryItem["label"][]): Line =>
    shown.map((item) => {
      const style = item.block ? filled(item.block, "bold") : signStyle(item.sign);
      const text = tiny.includes(item.label) ? item.tiny : item.short;
      return span(` ${sign(view.glyphs, item.sign).text} ${text} `, style);
    });
  const forms = [[], ["QUORUM"], ["QUORUM", "LEADERS", "DATA"]] as const;
  const lines = forms.map(answers);
  return firstThatFits([...lines.map((line) => [name, ...line]), ...lines], width);
}

/** Shares of the width, after the cluster's name. */
const SHARES = { three: [0.34, 0.37, 0.29], four: [0.314, 0.27, 0.198, 0.218] };

function twoRows(view: View, shown: readonly SummaryItem[], width: number): readonly Line[] {
  const { monitor, assessment } = view;
  const nameWidth = width >= 120 ? Math.round(width * 0.15) : 14;
  const above = [fit([span(` ${monitor.cluster}`, BOLD)], nameWidth)];
  const below = [fit([span(` ${timeOfDay(assessment.now)} UTC`, DIM)], nameWidth)];
  const shares = shown.length === 4 ? SHARES.four : SHARES.three;
  shown.forEach((item, i) => {
    const cells = Math.floor((width - nameWidth) * (shares[i] ?? 0)) - 1;
    above.push(labelOf(item, cells), [blank(1)]);
    below.push(answerOf(view, item, cells), [blank(1)]);
  });
  return [above.flat(), below.flat()];
}

function labelOf(item: SummaryItem, width: number): Line {
  const style = item.block ? filled(item.block, "soft") : DIM;
  return fit([span(` ${item.label}`, style)], width, item.block ? filled(item.block) : PLAIN);
}

function answerOf({ glyphs }: View, item: SummaryItem, width: number): Line {
  const fill = item.block && filled(item.block, "bold");
  const glyph = sign(glyphs, item.sign);
  const words: Style = fill ?? (item.sign === "ok" ? BOLD : signStyle(item.sign));
  const text = textWidth(item.text) + 4 <= width ? item.text : item.short;
  const line = [span(" ", fill), span(glyph.text, fill ?? glyph.style), span(` ${text}`, words)];
  return fit(line, width, item.block ? filled(item.block) : PLAIN);
}
