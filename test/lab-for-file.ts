import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { startLab } from "../scripts/lab/lab.ts";
import type { Lab, LabOptions } from "../scripts/lab/lab.ts";

/** How long a lab may take to come up and down while both cores are busy. */
const LAB_MS = 180_000;
/** Where the logs of the last run stay, one folder a test file: for reading after a failure. */
const LOGS = ".lab-logs";

/**
 * One lab for all tests of the file that calls this, up before the first and gone after the last. Its leases last 6 s, or
 * as kubeadm has them (`timing: "upstream"`: 15/10/2 s).
 */
export function labForFile({ timing, ...options }: LabOptions & { timing?: "upstream" } = {}): () => Lab {
  let lab: Lab | undefined;
  beforeAll(async () => {
    lab = await startLab(timing === "upstream" ? options : { leaseDuration: 6, ...options });
  }, LAB_MS);
  afterAll(async () => {
    if (lab === undefined) return;
    const logs = join(LOGS, basename(expect.getState().testPath ?? lab.name, ".test.ts"));
    rmSync(logs, { recursive: true, force: true });
    lab.keepLogs(logs);
    await lab.down();
  }, LAB_MS);
  return () => {
    if (lab === undefined) throw new Error("the lab did not come up, see the error before this one");
    return lab;
  };
}
