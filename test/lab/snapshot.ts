import type { Lab } from "../../scripts/lab/lab.ts";
import type { Assessment, LeaseRow } from "../../src/core/assessment.ts";
import type { Monitor } from "../../src/screen/monitor.ts";
import { startMonitor } from "../../src/screen/monitor.ts";
import type { Watcher } from "./watcher.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assess } from "../../src/core/assess.ts";
import { update } from "../../src/screen/update.ts";

/** What the program makes of what was observed up to one moment. */
export interface Snapshot {
  readonly monitor: Monitor;
  readonly assessment: Assessment;
}

/** The first picture since `since` for which `holds`; fails with `what` after `seconds`, as Watcher.first does. */
export async function pictureOf(
  watcher: Watcher,
  what: string,
  holds: (assessment: Assessment) => boolean,
  since = 0,
  seconds = 40,
): Promise<Snapshot> {
  let monitor: Monitor | undefined;
  let found: Snapshot | undefined;
  await watcher.first(what, seconds, 0, (observation) => {
    const { at } = observation;
    for (const seen of [{ at, kind: "tick" } as const, observation]) {
      const before = monitor ?? startMonitor({ cluster: "lab", server: undefined }, at);
      monitor = update(before, { kind: "observed", observation: seen }).monitor;
    }
    if (monitor === undefined || at.wall < since) return false;
    const assessment = assess(monitor.state, at);
    if (!holds(assessment)) return false;
    found = { monitor, assessment };
    return true;
  });
  if (found === undefined) throw new Error(`${what}: there is no picture`);
  return found;
}

/** The row of a lease, by its name. */
export function rowOf({ leases }: Assessment, name: string): LeaseRow | undefined {
  return leases.rows.find((row) => row.record.name === name);
}

/** Makes objects by `kubectl create`, which takes them from a file. */
export async function create(lab: Lab, ...objects: readonly object[]): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "objects-"));
  try {
    const file = join(dir, "list.json");
    writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
    await lab.kubectl(["create", "-f", file]);
  } finally {
    rmSync(dir, { recursive: true });
  }
}
