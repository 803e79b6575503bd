import type {
  ApiServersSummary,
  Assessment,
  EtcdSummary,
  Freshness,
  LeasesSummary,
  Quorum,
} from "../core/assessment.ts";
import type { Cell } from "./table.ts";
import { reachabilityWords } from "../core/etcd/quorum.ts";
import { duration } from "./format.ts";

/** The answers that people look for first, each as a few words. */
export interface Answer {
  readonly subject: "LEADERS" | "QUORUM" | "API SERVERS" | "DATA";
  readonly words: Cell;
}

/** The four answers at the top of `status`, the same that stand at the top of the screen. */
export function answers(assessment: Assessment): readonly Answer[] {
  return [
    { subject: "LEADERS", words: leaders(assessment.leases) },
    { subject: "QUORUM", words: quorum(assessment.etcd) },
    { subject: "API SERVERS", words: apiServers(assessment.apiServers) },
    { subject: "DATA", words: data(assessment) },
  ];
}

function leaders({ freshness, rows, held, total }: LeasesSummary): Cell {
  if (freshness.state !== "live") return { text: unknownBecause(freshness), tone: "look" };
  if (total === 0) return { text: "no leader election leases found", tone: "look" };
  const missing = rows.filter(({ standing }) => standing === "leaderless");
  const late = rows.filter(({ standing }) => standing === "late");
  const count = `${held} of ${total} held`;
  if (missing.length > 0) return { text: `${count}; no leader: ${names(missing)}`, tone: "bad" };
  if (late.length > 0) return { text: `${count}; renewal late: ${names(late)}`, tone: "look" };
  return { text: count, tone: "good" };
}

function names(rows: LeasesSummary["rows"]): string {
  return rows.map((row) => row.record.name).join(", ");
}

/** Whether etcd has its quorum, and how much it can bear. */
export function quorum(etcd: EtcdSummary): Cell {
  if (etcd.state === "asking") return { text: "unknown: no answer yet", tone: "look" };
  if (etcd.state === "notConfigured") return { text: "unknown: etcd is not configured", tone: "look" };
  return quorumWords(etcd.quorum);
}

function quorumWords(q: Quorum): Cell {
  if (q.state === "unknown") return { text: `unknown: ${reachabilityWords(q)[0]}`, tone: "look" };
  // One that answers but is cut off from the others is none of theirs.
  const answering = `${q.up} of ${q.voters} members ${q.up < q.answering ? "are active" : "answer"}`;
  const spare = toleranceWords(q.failureTolerance);
  switch (q.state) {
    case "ok":
      return { text: `ok: ${answering}, ${spare}`, tone: "good" };
    case "degraded":
      return { text: `degraded: ${answering}, ${spare}`, tone: "look" };
    case "election":
      return { text: `no leader: ${answering}, quorum is ${q.needed}`, tone: "bad" };
    case "lost":
      return { text: `lost: ${answering}, quorum is ${q.needed}`, tone: "bad" };
  }
}

function toleranceWords(tolerance: Quorum["failureTolerance"]): string {
  if (tolerance === undefined) return "but a leader is reported";
  return `tolerates ${tolerance === 0 ? "no" : tolerance} ${tolerance > 1 ? "failures" : "failure"}`;
}

function apiServers({ unknown, rows, ready }: ApiServersSummary): Cell {
  const asked = rows.filter((row) => row.answer !== undefined);
  if (asked.length === 0)
    return { text: `unknown: ${unknown?.text ?? "no API server could be asked directly"}`, tone: "look" };
  const text = `${ready} of ${rows.length} ready`;
  const unasked = rows.length - asked.length;
  if (ready < asked.length) return { text, tone: "bad" };
  return unasked > 0 ? { text: `${text}, ${unasked} not asked`, tone: "look" } : { text, tone: "good" };
}

function data({ now, leases, etcd }: Assessment): Cell {
  const at = new Date(now.wall).toISOString();
  const old = [
    ...oldSource("leases", leases.freshness),
    ...(etcd.state === "members" ? oldSource("etcd", etcd.freshness) : []),
  ];
  return old.length === 0
    ? { text: `live, ${at}`, tone: "good" }
    : { text: `${old.join(", ")}, ${at}`, tone: "look" };
}

function oldSource(name: string, fresh: Freshness): string[] {
  if (fresh.state === "live") return [];
  if (fresh.state === "asking") return [`${name} not read yet`];
  return [fresh.age === undefined ? `${name} never read` : `${name} ${duration(fresh.age)} old`];
}

function unknownBecause(fresh: Exclude<Freshness, { state: "live" }>): string {
  return fresh.state === "asking" ? "unknown: no answer yet" : `unknown: ${fresh.failure.text}`;
}
