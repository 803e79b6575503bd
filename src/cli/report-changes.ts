import type { Assessment } from "../core/assessment.ts";
import type { TimelineEvent } from "../core/state.ts";
import type { OutputFormat } from "./args/command.ts";
import type { Look } from "./follow.ts";
import type { Io } from "./io.ts";
import { mayColour, print } from "./io.ts";
import { statusChanged, eventPrinter } from "../output/changes.ts";

/** Writes what a look brought. */
export type Report = (look: Look) => Promise<void>;

/** What is written after the first answer with -w: as JSON or YAML whole documents, else a line for each event. */
export function changesAfter(
  first: Look,
  output: OutputFormat,
  encode: (assessment: Assessment) => string | Promise<string>,
  io: Io,
): Report {
  return output === "json" || output === "yaml" ? documents(first, encode, io) : lines(first, io);
}

/** From now on, a whole document whenever something changed. */
function documents(
  first: Look,
  encode: (assessment: Assessment) => string | Promise<string>,
  io: Io,
): Report {
  let last = first.assessment;
  return async ({ assessment }) => {
    if (!statusChanged(last, assessment)) return;
    last = assessment;
    await print(io.stdout, await encode(assessment));
  };
}

/** From now on, a line for each thing that happens. What happened before is in the first answer. */
function lines(first: Look, io: Io): Report {
  let reported = new Set<TimelineEvent>(first.state.events);
  const begun = first.assessment.now.mono;
  const write = eventPrinter(mayColour(io, io.stdout));
  return async ({ state }) => {
    const news = state.events.filter((event) => !reported.has(event) && event.at.mono > begun).toReversed();
    if (news.length === 0) return;
    reported = new Set(state.events);
    await print(io.stdout, write(news));
  };
}
