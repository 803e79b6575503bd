import type { Assessment, EtcdMembersSummary } from "../../../core/assessment.ts";
import type { Session } from "../../session.ts";
import type { Report } from "../../report-changes.ts";
import { changesAfter } from "../../report-changes.ts";
import type { EtcdStatusCommand } from "../../args/command.ts";
import type { Io } from "../../io.ts";
import { print } from "../../io.ts";
import { FirstMembers } from "../../../sources/etcd/first-members.ts";
import type { TableStyle } from "../../../output/table.ts";
import { encodeAnswer } from "../../answer.ts";
import {
  etcdMembersDocument,
  etcdMembersTable,
  etcdStatusDocument,
  etcdStatusTable,
} from "../../../output/etcd-status.ts";
import { notConfigured } from "./look.ts";
import { follow, lookOnce } from "../../follow.ts";
import { MemberChoice } from "./member-choice.ts";
import { problem, silentMembers } from "./silent-members.ts";

/** What each member of etcd says of itself, or of all; with -w, then whatever changes. No API server is asked. */
export async function etcdStatus(command: EtcdStatusCommand, session: Session, io: Io): Promise<number> {
  const choice = new MemberChoice(command.names);
  const { found } = await session.etcd();
  if (command.watch && found) await watch(command, session, choice, io);
  else await begin(command, await lookOnce(session.look("etcd", io.interrupted), session), choice, io);
  return 0;
}

async function watch(
  command: EtcdStatusCommand,
  session: Session,
  choice: MemberChoice,
  io: Io,
): Promise<void> {
  const answers = new FirstMembers();
  let tell: Report | undefined;
  for await (const look of follow(session.observe("etcd", io.interrupted), session)) {
    answers.add(look.seen);
    if (tell !== undefined) await tell(choice.of(look));
    else if (answers.complete) {
      await begin(command, look.assessment, choice, io);
      tell = changesAfter(
        choice.of(look),
        command.output,
        (assessment) => encode(command, assessment, io),
        io,
      );
    }
  }
}

/** Writes the first answer. Throws UserError if it lacks a member; with -w only if it lacks all of them. */
async function begin(
  command: EtcdStatusCommand,
  all: Assessment,
  choice: MemberChoice,
  io: Io,
): Promise<void> {
  if (io.interrupted.aborted) return;
  if (all.etcd.state === "members") choice.check(all.etcd);
  const { assessment } = choice.of({ assessment: all });
  await print(io.stdout, await encode(command, assessment, io));
  const { etcd } = assessment;
  if (etcd.state === "notConfigured") throw notConfigured(etcd.tried);
  if (etcd.state !== "members" || all.etcd.state !== "members") return;
  if (command.kind === "etcd members") failIfUnlisted(etcd);
  else failIfSilent(etcd, all.etcd, command.watch);
}

/** As etcdctl: it fails if a member does not answer, after the answers of the others were written. */
function failIfSilent({ rows }: EtcdMembersSummary, all: EtcdMembersSummary, goesOn: boolean): void {
  if (goesOn && rows.some((row) => row.state === "answers")) return;
  const failed = silentMembers(rows, all);
  if (failed) throw failed;
}

/** The members' own lists need no quorum: one of them is enough. */
function failIfUnlisted({ list, rows }: EtcdMembersSummary): void {
  if (list.members.length > 0) return;
  const why = list.silent.map(({ failure }) => failure);
  const texts =
    why.length > 0 ? why.map(({ text }) => text) : [`no answer from ${rows[0]?.endpoint ?? "etcd"} in time`];
  throw problem(`no etcd member returned its member list: ${[...new Set(texts)].join("; ")}`, why);
}

function encode(command: EtcdStatusCommand, assessment: Assessment, io: Io): Promise<string> {
  const { toTable, toDocument } = FACES[command.kind];
  const table = (style: TableStyle): string => toTable(assessment, style);
  return encodeAnswer({ table, document: () => toDocument(assessment) }, command, io);
}

const FACES = {
  "etcd status": { toTable: etcdStatusTable, toDocument: etcdStatusDocument },
  "etcd members": { toTable: etcdMembersTable, toDocument: etcdMembersDocument },
} as const;
