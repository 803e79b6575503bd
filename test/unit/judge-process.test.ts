import type { ProcessEnd, ProcessReport } from "../../src/core/facts/evidence.ts";
import { exitWords } from "../../src/core/evidence/words.ts";
import { judgeProcess } from "../../src/core/evidence/judge.ts";
import { lease } from "./model-kit.ts";

const at = (seconds: number): string =>
  new Date(Date.parse("2026-11-22T13:51:00Z") + seconds * 1000).toISOString().replace(".000Z", "Z");

const end = (startedAt: number, finishedAt: number): ProcessEnd => ({
  ...{ exitCode: 137, signal: undefined, reason: "Error" },
  ...{ startedAt: at(startedAt), finishedAt: at(finishedAt) },
});
const runs = (startedAt: number, lastEnd?: ProcessEnd): ProcessReport => ({
  ...{ state: "runs", startedAt: at(startedAt), restarts: 0, lastEnd },
});
const ended = (startedAt: number, finishedAt: number): ProcessReport => ({
  ...{ state: "ended", end: end(startedAt, finishedAt), restarts: 0, waiting: undefined },
});

/** Acquired at 10.4 s, last renewed at 39.676 s, by the clock of the holder's host. */
const record = lease("cp-1", 39.676, { acquireTime: "2026-11-22T13:51:10.400000Z" });

test.each<[what: string, report: ProcessReport, judged: string | undefined]>([
  ["the holder's process runs", runs(9), "runs"],
  ["it started in the second in which it acquired the lease", runs(10), "runs"],
  ["it ended in the second of its last renewal, whose fraction is cut off", ended(9, 39), "ended"],
  ["it ended later", ended(9, 45), "ended"],
  ["it had ended before the holder acquired the lease: another one leads", ended(2, 9), undefined],
  ["it ended in the second of the acquisition: before or after?", ended(2, 10), undefined],
  ["it ended, and yet the lease was renewed a second later", ended(9, 38), undefined],
  ["another process runs there since", runs(40, end(9, 39)), "restarted"],
  ["another one started in the second of the last renewal", runs(39, end(9, 39)), "restarted"],
  ["another one started, and yet the lease was renewed a second later", runs(38, end(9, 38)), undefined],
  ["another one started and ended there since", ended(41, 42), "restarted"],
  ["nothing is reported", { state: "unknown", restarts: undefined, waiting: "ContainerCreating" }, undefined],
])("the process of a holder: %s", (_what, report, judged) => {
  expect(judgeProcess(record, report)?.state).toBe(judged);
});

test("how the holder's own process ended is reported also when another one runs; of one before it nothing is", () => {
  expect(judgeProcess(record, runs(40, end(9, 39)))).toEqual({
    ...{ state: "restarted", startedAt: at(40), end: end(9, 39) },
  });
  expect(judgeProcess(record, runs(45, end(41, 44)))).toMatchObject({ state: "restarted", end: undefined });
});

test.each<[what: string, more: Parameters<typeof lease>[2], judged: string | undefined]>([
  ["without acquireTime, by the renewal", { acquireTime: undefined }, "ended"],
  ["without renewTime", { renewTime: undefined }, undefined],
  ["with times that are none", { renewTime: "soon", acquireTime: "" }, undefined],
  ["renewed in the year 9999", { renewTime: "9999-12-31T23:59:59Z" }, undefined],
  [
    "released, in the second in which it ended",
    { holderIdentity: "", acquireTime: at(42), renewTime: at(42) },
    "ended",
  ],
  ["released later", { holderIdentity: "", acquireTime: at(44), renewTime: at(44) }, undefined],
])("a process that ended, and a lease %s", (_what, more, judged) => {
  expect(judgeProcess({ ...record, ...more }, ended(9, 42))?.state).toBe(judged);
});

test.each<[Partial<ProcessEnd>, string]>([
  [{}, "exit 137 (SIGKILL)"],
  [{ exitCode: 143 }, "exit 143 (SIGTERM)"],
  [{ exitCode: 137, reason: "OOMKilled" }, "exit 137 (OOMKilled)"],
  [{ exitCode: 0, reason: "Completed" }, "exit 0"],
  [{ exitCode: 1 }, "exit 1"],
  [{ exitCode: 255, signal: 9 }, "exit 255 (SIGKILL)"],
  [{ exitCode: undefined }, "exit code unknown"],
  [{ exitCode: -1e300 }, "exit -1e+300"],
])("how a process ended: %j is %s", (more, words) => {
  expect(exitWords({ ...end(0, 1), ...more })).toBe(words);
});
