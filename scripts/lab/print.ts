import type { Cut } from "./links.ts";
import type { LinkRecord, ProcessRow } from "./protocol.ts";
import type { LabSpec } from "./topology.ts";

/**
 * The exports that put a lab into a shell's environment; PATH is put before the shell's own. For a veth lab, a
 * comment before them says that this alone does not reach it.
 */
export function shellExports(lab: {
  env: Record<string, string>;
  spec: Pick<LabSpec, "name" | "net" | "bin">;
}): string {
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  const exports = Object.entries(lab.env).map(
    ([name, value]) =>
      `export ${name}=${name === "PATH" ? `${quote(lab.spec.bin)}:"$PATH"` : quote(value)}\n`,
  );
  const hint = ["The addresses of this lab are reachable from within only:", ...waysIn(lab.spec)];
  const comment = lab.spec.net === "veth" ? hint.map((line) => `# ${line}\n`) : [];
  return [...comment, ...exports].join("");
}

/** Commands that run a program, or a shell, where the addresses of a veth lab can be reached. */
export function waysIn(spec: Pick<LabSpec, "name">): string[] {
  const name = spec.name === "default" ? "" : ` --name ${spec.name}`;
  return ["kubectl ha top", "bash"].map((command) => `npm run -s lab -- exec observer${name} -- ${command}`);
}

/** A fault to links as a line, like those of other faults. */
export function linkLine(record: LinkRecord): string {
  return `${record.at} ${record.action} ${record.target} ${extent(record)}`;
}

/** The links that are cut, a line for each partition. */
export function cutLines(cuts: readonly Cut[], now: Date): string {
  return cuts
    .map((cut) => `cut off: ${cut.host} ${extent(cut)}, for ${secondsSince(cut.since, now)}\n`)
    .join("");
}

function extent({ from, direction }: Pick<Cut, "from" | "direction">): string {
  const peers = from === "all" ? "from all" : "from other nodes";
  return direction === "both" ? peers : `${peers}, ${direction === "in" ? "inbound" : "outbound"} only`;
}

function secondsSince(since: string, now: Date): string {
  return `${Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000))}s`;
}

/** The processes of a lab as a table. */
export function processTable(rows: readonly ProcessRow[], now: Date): string {
  const head = ["TARGET", "PID", "STATE", "FOR", "RESTARTS", "MEMORY", "DETAIL"];
  const lines = [head, ...rows.map((row) => cells(row, now))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(
      (line) =>
        `${line
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function cells(row: ProcessRow, now: Date): string[] {
  const seconds = row.since === "" ? "" : secondsSince(row.since, now);
  const memory = row.residentBytes === undefined ? "" : `${Math.round(row.residentBytes / 1024 / 1024)}Mi`;
  return [row.target, String(row.pid ?? ""), row.state, seconds, String(row.restarts), memory, row.detail];
}
