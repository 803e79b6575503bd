import type { ProcessRow } from "./protocol.ts";

/** The exports that put a lab into a shell's environment; PATH is put before the shell's own. */
export function shellExports(lab: { env: Record<string, string>; spec: { bin: string } }): string {
  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
  return Object.entries(lab.env)
    .map(
      ([name, value]) =>
        `export ${name}=${name === "PATH" ? `${quote(lab.spec.bin)}:"$PATH"` : quote(value)}\n`,
    )
    .join("");
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
  const seconds =
    row.since === "" ? "" : `${Math.max(0, Math.round((now.getTime() - Date.parse(row.since)) / 1000))}s`;
  const memory = row.residentBytes === undefined ? "" : `${Math.round(row.residentBytes / 1024 / 1024)}Mi`;
  return [row.target, String(row.pid ?? ""), row.state, seconds, String(row.restarts), memory, row.detail];
}
