import type { Assessment } from "../../model/assessment.ts";
import { Failed } from "../../model/failed.ts";
import type { TimelineEvent } from "../../model/state.ts";
import type { Seconds } from "../../model/time.ts";
import { secondsBetween } from "../../model/time.ts";
import { FirstAnswers } from "../../observe/first-answers.ts";
import { observe, observeOnce } from "../../observe/observe.ts";
import type { Sources } from "../../observe/observe.ts";
import { statusChanged } from "../../view/changes.ts";
import { toJson, toYaml } from "../../view/encode.ts";
import { eventPrinter } from "../../view/events-table.ts";
import { statusDocument } from "../../view/status-document.ts";
import { statusTable } from "../../view/status-table.ts";
import type { StatusCommand } from "../command.ts";
import type { Look } from "../follow.ts";
import { follow, lookOnce } from "../follow.ts";
import type { Io } from "../io.ts";
import { mayColour, print } from "../io.ts";
import { openSources } from "../sources.ts";

/** With -w, the first picture waits no longer than this for all of it. */
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
  const answers = new FirstAnswers(true);
  let tell: ((look: Look) => Promise<void>) | undefined;
  for await (const look of follow((signal) => observe(sources, signal), io)) {
    answers.add(look.seen);
    if (tell !== undefined) await tell(look);
    else if (answers.complete || secondsBetween(begun, look.seen.at) > LONGEST) {
      await print(io.stdout, await encode(command, look.assessment, io));
      failIfBlind(look.assessment);
      const isDocument = command.output === "json" || command.output === "yaml";
      tell = isDocument ? documents(command, look, io) : lines(look, io);
    }
  }
}

/** Fails if nothing of what was asked for could be had: neither leases nor anything of etcd. */
function failIfBlind({ leases, etcd }: Assessment): void {
  const { freshness } = leases;
  if (
    freshness.state === "live" ||
    (etcd.state === "members" && etcd.rows.some((row) => row.state === "answers"))
  )
    return;
  const why =
    freshness.state === "stale"
      ? freshness.failure
      : ({ code: "timeout", text: "no answer in time" } as const);
  throw new Failed({ code: why.code, text: `neither leases nor etcd could be read: ${why.text}` });
}

/** From now on, a whole document whenever something changed. */
function documents(command: StatusCommand, first: Look, io: Io): (look: Look) => Promise<void> {
  let last = first.assessment;
  return async ({ assessment }) => {
    if (!statusChanged(last, assessment)) return;
    last = assessment;
    await print(io.stdout, await encode(command, assessment, io));
  };
}

/** From now on, a line for each thing that happens. What happened before is in the first answer. */
function lines(first: Look, io: Io): (look: Look) => Promise<void> {
  let told = new Set<TimelineEvent>(first.state.events);
  const begun = first.assessment.now.mono;
  const write = eventPrinter(mayColour(io, io.stdout));
  return async ({ state }) => {
    const news = state.events.filter((event) => !told.has(event) && event.at.mono > begun).toReversed();
    if (news.length === 0) return;
    told = new Set(state.events);
    await print(io.stdout, write(news));
  };
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
