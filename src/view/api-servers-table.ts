import type { ApiServerRow } from "../model/assessment.ts";
import { duration, latency } from "./format.ts";
import type { Cell, Column } from "./table.ts";
import { NONE, UNKNOWN } from "./table.ts";

/** One row an API server: what it answered when it was asked by itself, and how old its identity lease is. */
export const API_SERVER_COLUMNS: readonly Column<ApiServerRow>[] = [
  { head: "API SERVER", cell: (row) => row.host },
  { head: "ADDRESS", cell: (row) => row.server ?? UNKNOWN },
  { head: "READYZ", cell: readyz },
  { head: "TOOK", cell: (row) => (row.failure || row.took === undefined ? UNKNOWN : latency(row.took)) },
  {
    head: "LEASE RENEWED",
    cell: (row) => (row.renewedAgo === undefined ? NONE : `${duration(row.renewedAgo)} ago`),
  },
  { head: "REASON", cell: reason },
];

function readyz(row: ApiServerRow): Cell {
  switch (row.answer) {
    case "ready":
      return { text: "ready", tone: "good" };
    case "not ready":
      return { text: "not ready", tone: "bad" };
    case "failed":
      return { text: "failed", tone: "bad" };
    case undefined:
      return { text: "unknown", tone: "look" };
  }
}

function reason(row: ApiServerRow): string {
  if (row.failure !== undefined) return row.failure.text;
  if (row.answer === undefined) return "not asked by itself: its address is not known here";
  return row.failing.length > 0 ? `failed: ${row.failing.join(", ")}` : NONE;
}
