import type { ProcessEnd, ProcessReport } from "./evidence.ts";
import type { LeaseRecord } from "./lease.ts";

/** What became of the process that a lease names, or named last. */
export type JudgedProcess =
  | { readonly state: "runs"; readonly startedAt: string }
  | { readonly state: "ended"; readonly end: ProcessEnd }
  | {
      readonly state: "restarted";
      readonly startedAt: string | undefined;
      readonly end: ProcessEnd | undefined;
    };

/**
 * Sets the report of a component's container on the holder's host beside the lease. Both times are of the same host's
 * clock, and only one process of a component runs there at a time; an identity is new with each process. So the holder's
 * process had started when it acquired the lease, and what started or ended after that shows that it is gone. The
 * report's times are cut to whole seconds: what is not certain is undefined.
 */
export function judgeProcess(record: LeaseRecord, report: ProcessReport): JudgedProcess | undefined {
  const renewed = Date.parse(record.renewTime ?? "");
  // Under coordinated election there is no acquireTime.
  const acquired = Date.parse(record.acquireTime ?? record.renewTime ?? "");
  if (Number.isNaN(renewed) || Number.isNaN(acquired)) return undefined;
  const isNewer = (time: string | undefined): boolean => Date.parse(time ?? "") > acquired;
  // Who renews later than that cannot be the one that is told of.
  const isPast = (time: string): boolean => renewed < Date.parse(time) + 1000;
  if (report.state === "runs") {
    const { startedAt, lastEnd } = report;
    if (!isNewer(startedAt)) return { state: "runs", startedAt };
    if (!isPast(startedAt)) return undefined;
    const end = lastEnd && !isNewer(lastEnd.startedAt) && isPast(lastEnd.finishedAt) ? lastEnd : undefined;
    return { state: "restarted", startedAt, end };
  }
  if (report.state === "unknown") return undefined;
  const { end } = report;
  const released = record.holderIdentity === "";
  const endedAfter = released ? isPast(end.finishedAt) : isNewer(end.finishedAt);
  if (!endedAfter || !isPast(end.finishedAt)) return undefined;
  return isNewer(end.startedAt)
    ? { state: "restarted", startedAt: end.startedAt, end: undefined }
    : { state: "ended", end };
}
