import type { LeaderlessRow, LeaseRow, Headline } from "../../core/assessment.ts";
import type { Forecast } from "../../core/leases/lease.ts";
import type { Banner, Fact, Window } from "./banner.ts";
import { fact, sinceFact } from "./banner.ts";
import { evidenceWords } from "../../core/evidence/words.ts";
import { duration, timeToTenth, window as windowWords, windowLeft } from "../../output/format.ts";
import { leaseName } from "../panes/lease-words.ts";

/** Nobody holds one or more leases: red, until somebody takes them. */
export function nobody(leases: readonly LeaderlessRow[]): Banner | undefined {
  const [worst, ...others] = leases;
  if (worst === undefined) return undefined;
  const { row, lasts, since, forecast, overdue, released } = worst;
  const past = overdue !== undefined;
  const by = `${Math.ceil(forecast.to)} s`;
  return {
    look: { fill: "bad" },
    sign: "bad",
    title: "NOBODY LEADS",
    subject: [leaseName(row)],
    others: others.length,
    count: lasts,
    facts: [
      past
        ? fact("bold", `OVERDUE ${duration(overdue)}`, "OVERDUE")
        : fact("bold", "takeover expected", "takeover due"),
      past
        ? fact("bold", `expected by ${by}`, `due by ${by}`, "")
        : fact("bold", windowLeft(forecast, lasts), ""),
      ...(row.gone ? evidenceFact(row) : [sinceFact("soft", since)]),
    ],
    below: [
      ...andMore(others),
      ...howReleased(row, released),
      ...(row.gone ? [sinceFact("soft", since)] : evidenceFact(row)),
    ],
    lease: row,
    window: barWindow(forecast),
  };
}

/** What else tells of the leader, where something does. */
function evidenceFact({ evidence }: LeaseRow): readonly Fact[] {
  const words = evidenceWords(evidence);
  return words.length === 0 ? [] : [fact("plain", ...words)];
}

function andMore(others: readonly LeaderlessRow[]): readonly Fact[] {
  const [next] = others;
  if (next === undefined) return [];
  const more = `and ${others.length} more: `;
  const name = leaseName(next.row);
  return [
    fact("bold", `${more}${name}, ${duration(next.lasts)}`, `${more}${name}`, `and ${others.length} more`),
  ];
}

/** A release is told; that a lease ran out says itself. */
function howReleased({ lastHolder }: LeaseRow, released: boolean): readonly Fact[] {
  if (!released) return [];
  const host = lastHolder?.host ?? "its holder";
  return [fact("soft", `${host} released it: it stopped in good order`, `${host} released it`)];
}

/** A renewal is late, yet the lease runs: words only, its holder may still lead. */
export function silent(row: LeaseRow): Banner {
  const { status, renewedAgo, renewedAt, forecast } = row;
  const host = status.state === "late" ? status.holder.host : "its holder";
  const ends = status.state === "late" ? duration(status.expiresIn) : "?";
  return {
    look: { tone: "warn" },
    sign: "warn",
    title: "SILENT",
    subject: [leaseName(row)],
    count: renewedAgo,
    facts: [
      fact("bold", `${host} may still lead`, "it may still lead", "may still lead"),
      fact("bold", `lease ends in ${ends}`, `ends in ${ends}`, ""),
      sinceFact("soft", renewedAt),
    ],
    below: [
      ...evidenceFact(row),
      fact(
        "plain",
        `if it is gone: takeover ${windowLeft(forecast, renewedAgo)}`,
        `takeover ${windowLeft(forecast, renewedAgo)}`,
      ),
    ],
    lease: row,
    window: barWindow(forecast),
  };
}

/** Somebody took over: for a minute the count stands still. */
export function tookOver({ row, takeover, ago }: Extract<Headline, { kind: "took-over" }>): Banner {
  const { from, to, gap, expected, silentSince, released } = takeover;
  const since = `${released ? "released at" : "silent since"} ${timeToTenth(silentSince)}`;
  return {
    look: { tone: "ok" },
    sign: "tookOver",
    who: to.host,
    title: "TOOK OVER",
    subject: [leaseName(row)],
    count: gap,
    facts: [
      fact("bold", "without a leader", "nobody led"),
      fact("plain", `expected ${windowWords(expected)}`, `of ${windowWords(expected)}`, ""),
      fact("plain", `${from.host} → ${to.host}`, `→ ${to.host}`),
    ],
    below: [
      ...mayBeTwo(row),
      fact(
        "soft",
        `took over ${duration(ago)} ago, ${since}`,
        `${duration(ago)} ago, ${since}`,
        `${duration(ago)} ago`,
        "",
      ),
    ],
    lease: row,
    window: barWindow(expected),
  };
}

/** Who led before may act beside the new leader. */
function mayBeTwo({ previousLeader }: LeaseRow): readonly Fact[] {
  if (previousLeader === undefined) return [];
  const { host } = previousLeader.holder;
  return [
    fact(
      "bold",
      `${host} still runs, and may act until it notices`,
      `${host} still runs and may act`,
      `${host} may act, too`,
    ),
  ];
}

function barWindow({ from, to }: Forecast): Window {
  return { from, to, fromIs: from > 0 ? "lease ends" : undefined };
}
