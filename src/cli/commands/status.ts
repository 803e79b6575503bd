import type { Assessment } from "../../core/assessment.ts";
import type { Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Report } from "../report-changes.ts";
import { changesAfter } from "../report-changes.ts";
import type { StatusCommand } from "../args/command.ts";
import type { Io } from "../io.ts";
import { print } from "../io.ts";
import { RequestError } from "../../core/facts/failure.ts";
import { FirstAnswers } from "../../sources/first-answers.ts";
import type { TableStyle } from "../../output/table.ts";
import { encodeAnswer } from "../answer.ts";
import { statusDocument, statusTable } from "../../output/status.ts";
import { follow, lookOnce } from "../follow.ts";
import type { Session } from "../session.ts";

/** With -w, the first picture waits no longer than this for all of it, once something of it is there. */
const LONGEST: Seconds = 2;

/** One look at everything; with -w, then whatever changes. What cannot be had costs its own part only. */
export async function status(command: StatusCommand, session: Session, io: Io): Promise<number> {
  await session.prepare("everything");
  await (command.watch ? watch(command, session, io) : once(command, session, io));
  return 0;
}

async function once(command: StatusCommand, session: Session, io: Io): Promise<void> {
  const assessment = await lookOnce(session.look("everything", io.interrupted), session);
  await print(io.stdout, await encode(command, assessment, io));
  failIfBlind(assessment);
}

async function watch(command: StatusCommand, session: Session, io: Io): Promise<void> {
  const begun = session.clock();
  const answers = new FirstAnswers();
  let tell: Report | undefined;
  for await (const look of follow(session.observe("everything", io.interrupted), session)) {
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
  throw new RequestError({ code: why.code, text: `cannot read the leases or etcd: ${why.text}` });
}

function encode(command: StatusCommand, assessment: Assessment, io: Io): Promise<string> {
  const table = (style: TableStyle): string => statusTable(assessment, style);
  return encodeAnswer({ table, document: () => statusDocument(assessment) }, command, io);
}
