import type { Assessment } from "../../core/assessment.ts";
import type { Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Sources } from "../../sources/observe.ts";
import { observe, observeOnce } from "../../sources/observe.ts";
import type { Report } from "../report-changes.ts";
import { changesAfter } from "../report-changes.ts";
import type { StatusCommand } from "../args/command.ts";
import type { Io } from "../io.ts";
import { mayColour, print } from "../io.ts";
import { RequestError } from "../../core/facts/failure.ts";
import { FirstAnswers } from "../../sources/first-answers.ts";
import { toJson, toYaml } from "../../output/encode.ts";
import { statusDocument, statusTable } from "../../output/status.ts";
import { follow, lookOnce } from "../follow.ts";
import { openSources } from "../sources.ts";

/** With -w, the first picture waits no longer than this for all of it, once something of it is there. */
const LONGEST: Seconds = 2;

/** One look at everything; with -w, then whatever changes. What cannot be had costs its own part only. */
export async function status(command: StatusCommand, io: Io): Promise<number> {
  const sources = await openSources(command, io);
  try {
    await (command.watch ? watch(command, sources, io) : once(command, sources, io));
  } finally {
    sources.kube.close();
  }
  return 0;
}

async function once(command: StatusCommand, sources: Sources, io: Io): Promise<void> {
  const assessment = await lookOnce(observeOnce(sources, io.interrupted), io);
  await print(io.stdout, await encode(command, assessment, io));
  failIfBlind(assessment);
}

async function watch(command: StatusCommand, sources: Sources, io: Io): Promise<void> {
  const begun = io.clock();
  const answers = new FirstAnswers();
  let tell: Report | undefined;
  for await (const look of follow((signal) => observe(sources, signal), io)) {
    answers.add(look.seen);
    if (tell !== undefined) await tell(look);
    else if (
      answers.complete ||
      (secondsBetween(begun, look.seen.at) > LONGEST && hasBegun(look.assessment))
    ) {
      await print(io.stdout, await encode(command, look.assessment, io));
      failIfBlind(look.assessment);
      tell = changesAfter(look, command.output, (assessment) => encode(command, assessment, io), io);
    }
  }
}

/** Whether anything answered or failed: each source says so within its own deadline, but this process may be slow. */
function hasBegun({ leases, etcd }: Assessment): boolean {
  return leases.freshness.state !== "asking" || isAnswering(etcd);
}

function isAnswering(etcd: Assessment["etcd"]): boolean {
  return etcd.state === "members" && etcd.rows.some((row) => row.state === "answers");
}

/** Fails if nothing of what was asked for could be had: neither leases nor anything of etcd. */
function failIfBlind({ leases, etcd }: Assessment): void {
  const { freshness } = leases;
  if (freshness.state === "live" || isAnswering(etcd)) return;
  const why =
    freshness.state === "stale"
      ? freshness.failure
      : ({ code: "timeout", text: "no answer in time" } as const);
  throw new RequestError({ code: why.code, text: `neither leases nor etcd could be read: ${why.text}` });
}

async function encode(command: StatusCommand, assessment: Assessment, io: Io): Promise<string> {
  const { output, watch, headers } = command;
  switch (output) {
    case "table":
    case "wide":
      return statusTable(assessment, { wide: output === "wide", headers, colour: mayColour(io, io.stdout) });
    case "json":
      return toJson(statusDocument(assessment), watch);
    case "yaml":
      return toYaml(statusDocument(assessment), watch);
  }
}
