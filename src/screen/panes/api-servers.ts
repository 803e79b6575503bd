import type { ApiServerRow } from "../../core/assessment.ts";
import type { Column } from "../text/columns.ts";
import { COLUMN_GAP, tableHead, tableRow } from "../text/columns.ts";
import type { Line } from "../screen.ts";
import type { Sign } from "../text/glyphs.ts";
import { sign, signStyle } from "../text/glyphs.ts";
import type { View, PaneView } from "../view.ts";
import { failureWord } from "../../output/failure-words.ts";
import { latency, shortDuration } from "../../output/format.ts";
import { firstThatFits, spread, DIM, PLAIN, blank, span } from "../text/lines.ts";
import { hiddenRows, howToSee, visibleRows } from "./visible-rows.ts";

type ServerColumn = "server" | "host" | "renewed" | "answer";

/** `ready` and how long it took, side by side. */
const WIDE_ANSWER = 12;

/** How many lines the API servers want below the leases. */
export function apiServerLines({ assessment }: View): number {
  const { rows } = assessment.apiServers;
  return rows.length === 0 ? 0 : rows.length + 1;
}

/**
 * The API servers below the leases: their columns stand below those of the leases, under heads of their own. Where
 * not all fit into `height` lines, the last line says so.
 */
export function apiServerRows(
  view: PaneView,
  leaseColumns: readonly Column<string>[],
  height: number,
): readonly Line[] {
  const lines = drawRows(view, leaseColumns);
  if (lines.length <= height) return lines;
  const { rows } = view.assessment.apiServers;
  const window = visibleRows(rows.length, 0, Math.max(0, height - 1));
  const loud = rows.some((row) => signOf(row) === "bad");
  // Zoomed, no other pane can give them its room; the selection does not go to them.
  const how = view.zoomed ? "enlarge the terminal" : howToSee(view);
  const shown = window.count === 0 ? [] : lines.slice(0, 1 + window.count);
  return [...shown, hiddenRows(window, { what: "API servers", how, loud })];
}

function drawRows({ glyphs, assessment }: View, leaseColumns: readonly Column<string>[]): readonly Line[] {
  const { rows, freshness } = assessment.apiServers;
  if (rows.length === 0) return [];
  const columns = serverColumns(leaseColumns);
  const room = columns.at(-1)?.width ?? 0;
  const heads = room < WIDE_ANSWER ? {} : { answer: `READYZ${" ".repeat(room - 10)}TOOK` };
  const lines = rows.map((row): Line => {
    const what = signOf(row);
    const known = what === "quiet" || freshness.state === "stale" ? DIM : PLAIN;
    return [
      blank(2),
      sign(glyphs, what),
      blank(1),
      ...tableRow(columns, {
        server: [span(row.server ?? "kube-apiserver", known)],
        host: [span(row.host, known)],
        renewed: [row.renewedAgo === undefined ? span("?", DIM) : span(shortDuration(row.renewedAgo), known)],
        answer: answer(row, what, room),
      }),
    ];
  });
  return [[blank(4), ...tableHead(columns, heads)], ...lines];
}

/**
 * The bar and ENDS IN make one column here, so that a reason has room; the others keep their places. Without those
 * two, whether a server is ready is worth more than when its lease was renewed.
 */
function serverColumns(leaseColumns: readonly Column<string>[]): readonly Column<ServerColumn>[] {
  const width = (id: string): number => leaseColumns.find((c) => c.id === id)?.width ?? 0;
  const [bar, renewed] = [width("bar"), width("renewed")];
  const names: readonly Column<ServerColumn>[] = [
    { id: "server", head: "API SERVER", width: width("name") },
    { id: "host", head: "HOST", width: width("holder") },
  ];
  if (width("ends") === 0) return [...names, { id: "answer", head: "READYZ", width: renewed }];
  return [
    ...names,
    { id: "renewed", head: "RENEWED", width: renewed, right: true },
    { id: "answer", head: "READYZ", width: bar > 0 ? bar + COLUMN_GAP + width("ends") : width("ends") },
  ];
}

/** One that never answered from here is no trouble: it may only be unreachable from here. */
function signOf(row: ApiServerRow): Sign {
  switch (row.answer) {
    case "ready":
      return "ok";
    case "not ready":
    case "failed":
      return "bad";
    case undefined:
      return "quiet";
  }
}

/** The full words if they fit, else the short ones. */
function answer(row: ApiServerRow, what: Sign, width: number): Line {
  const style = what === "ok" ? PLAIN : signStyle(what);
  if (row.answer === "ready") {
    const took = row.took === undefined ? [] : [span(latency(row.took))];
    return width < WIDE_ANSWER ? [span("ready")] : spread([span("ready")], took, width);
  }
  return firstThatFits(
    answerWords(row).map((text) => [span(text, style)]),
    width,
  );
}

function answerWords({ server, answer: said, failing, failure, failedFor }: ApiServerRow): readonly string[] {
  if (said === "not ready")
    return [failing.length === 0 ? "not ready" : `not ready: ${failing.join(", ")}`, "unready"];
  if (failure === undefined) return [server === undefined ? "not asked" : "asking", "?"];
  const word = failureWord(failure);
  const short = failure.code === "timeout" ? "timeout" : "failed";
  return [failedFor === undefined ? word : `${word}, ${shortDuration(failedFor)}`, short];
}
