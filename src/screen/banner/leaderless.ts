import type { LeaderlessRow, LeaseRow, Headline } from "../../core/assessment.ts";
import type { Forecast } from "../../core/leases/lease.ts";
import type { Banner, Fact, Window } from "./banner.ts";
import { fact, sinceFact } from "./banner.ts";
import { evidenceWords } from "../../core/evidence/words.ts";
import { duration, timeToTenth, window as windowWords, windowLeft } from "../../output/format.ts";
import { leaseName } from "../panes/lease-words.ts";

/** One or more leases have no leader: red, until a takeover. */
export function noLeader(leases: readonly LeaderlessRow[]): Banner | undefined {
  const [worst, ...others] = leases;
  if (worst === undefined) return undefined;
  const { row, lasts, since, forecast, overdue, released } = worst;
  const by = `${Math.ceil(forecast.to)} s`;
  const started = sinceFact("soft", since, released ? "released" : "renewed");
  return {
    look: { fill: "bad" },
    sign: "bad",
    title: "NO LEADER",
    subject: [leaseName(row)],
    others: others.length,
    count: lasts,
    facts: [
      overdue === undefined
        ? fact("bold", "takeover expected", "takeover due")
        : fact("bold", `OVERDUE ${duration(overdue)}`, "OVERDUE"),
      overdue === undefined
        ? fact("bold", windowLeft(forecast, lasts))
        : fact("bold", `expected by ${by}`, `due by ${by}`),
      ...(row.gone ? evidenceFact(row) : [started]),
    ],
    below: [...andMore(others), ...releasedBy(row, released), ...(row.gone ? [started] : evidenceFact(row))],
    lease: row,
    window: barWindow(forecast),
  };
}

/** What pod and node show of the leader, if anything. */
function evidenceFact({ evidence }: LeaseRow): readonly Fact[] {
  const [full, short] = evidenceWords(evidence);
  return full === undefined ? [] : [fact("plain", full, short)];
}

function andMore(others: readonly LeaderlessRow[]): readonly Fact[] {
  const [next] = others;
  if (next === undefined) return [];
  const more = `and ${others.length} more`;
  return [fact("bold", `${more}: ${leaseName(next.row)}, ${duration(next.lasts)}`, more)];
}

/** A release has its own line; an expired lease is the usual case. */
function releasedBy({ lastHolder }: LeaseRow, released: boolean): readonly Fact[] {
  return released && lastHolder !== undefined ? [fact("soft", `released by ${lastHolder.host}`)] : [];
}

/** A renewal is late while the lease runs: words only, its holder may still lead. */
export function renewalLate(row: LeaseRow): Banner {
  const { status, renewedAgo, renewedAt, forecast } = row;
  const host = status.state === "late" ? status.holder.host : "its holder";
  const ends = status.state === "late" ? duration(status.expiresIn) : "?";
  const takeover = `takeover ${windowLeft(forecast, renewedAgo)}`;
  return {
    look: { tone: "warn" },
    sign: "warn",
    title: "RENEWAL LATE",
    subject: [leaseName(row)],
    count: renewedAgo,
    facts: [
      fact("bold", `${host} may still lead`, "may still lead"),
      fact("bold", `lease ends in ${ends}`, `ends in ${ends}`),
      sinceFact("soft", renewedAt, "renewed"),
    ],
    below: [...evidenceFact(row), fact("plain", `${takeover} if ${host} is gone`, takeover)],
    lease: row,
    window: barWindow(forecast),
  };
}

/** A takeover: for a minute the count stands still. */
export function tookOver({ row, takeover, ago }: Extract<Headline, { kind: "took-over" }>): Banner {
  const { from, to, gap, expected, lastLedAt, released } = takeover;
  const since = `${released ? "released" : "last renewal"} ${timeToTenth(lastLedAt)}`;
  const window = windowWords(expected);
  return {
    look: { tone: "ok" },
    sign: "tookOver",
    who: to.host,
    title: "TOOK OVER",
    subject: [leaseName(row)],
    count: gap,
    facts: [
      released ? fact("bold", "without a leader", "no leader") : fact("bold", "gap between renewals", "gap"),
      fact("plain", `expected ${window}`, window),
      fact("plain", `${from.host} → ${to.host}`, `→ ${to.host}`),
    ],
    below: [
      ...splitBrain(row),
      fact("soft", `took over ${duration(ago)} ago, ${since}`, `took over ${duration(ago)} ago`),
    ],
    lease: row,
    window: barWindow(expected),
  };
}

/** The previous leader may act beside the new one. */
function splitBrain({ previousLeader }: LeaseRow): readonly Fact[] {
  if (previousLeader === undefined) return [];
  const { host } = previousLeader.holder;
  return [fact("bold", `${host} still runs: two leaders possible`, `${host} may still lead`)];
}

function barWindow({ from, to }: Forecast): Window {
  return { from, to, fromIs: from > 0 ? "lease ends" : undefined };
}
