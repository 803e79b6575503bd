import type { EtcdMembersSummary } from "../../../core/assessment.ts";
import type { HealthRow, HealthSummary } from "../../../core/etcd/health.ts";
import { alarmWords, healthChanges, isRead, judgeHealth } from "../../../core/etcd/health.ts";
import type { Session } from "../../session.ts";
import type { Io } from "../../io.ts";
import { mayColour, print } from "../../io.ts";
import type { Failure } from "../../../core/facts/failure.ts";
import { UserError } from "../../../core/facts/failure.ts";
import type { EtcdHealthCommand } from "../../args/command.ts";
import { follow, lookOnce } from "../../follow.ts";
import { unlistedWords } from "../../../core/etcd/endpoints.ts";
import type { TableStyle } from "../../../output/table.ts";
import { encodeAnswer } from "../../answer.ts";
import { eventPrinter } from "../../../output/changes.ts";
import { healthDocument, healthTable } from "../../../output/etcd-health.ts";
import { notConfigured } from "./look.ts";
import { problem } from "./silent-members.ts";

const ALARM_ADVICE = "run 'kubectl ha etcd status -o wide' for advice";

/** Whether each member serves what needs the quorum; all are asked at once. With -w, then whatever changes. */
export async function etcdHealth(command: EtcdHealthCommand, session: Session, io: Io): Promise<number> {
  return command.watch ? watch(command, session, io) : once(command, session, io);
}

/** As etcdctl it fails if a member is not healthy. */
async function once(command: EtcdHealthCommand, session: Session, io: Io): Promise<number> {
  const etcd = await session.etcd();
  if (!etcd.found) throw notConfigured(etcd.tried);
  const assessment = await lookOnce(session.look("etcd health", io.interrupted), session);
  if (io.interrupted.aborted || assessment.etcd.state !== "members") return 0;
  const summary = healthOf(assessment.etcd);
  await print(io.stdout, await encode(command, summary, session, io));
  failIfIll(summary);
  return 0;
}

function healthOf({ rows, endpoints }: EtcdMembersSummary): HealthSummary {
  return { rows: rows.map(judgeHealth), endpoints };
}

/** Who is not healthy, why, and what to try; alarms are the same on all members. */
function failIfIll({ rows, endpoints }: HealthSummary): void {
  const ill = rows.filter(({ healthy }) => healthy === false);
  if (ill.length === 0 && endpoints.length === 0) return;
  const why = new Set(ill.map(({ failure, alarms }) => failure?.text ?? alarmWords(alarms, rows)));
  const count = `${ill.length} of ${rows.length} etcd members ${ill.length === 1 ? "is" : "are"} unhealthy`;
  const members = ill.length === 0 ? [] : [`${count}: ${[...why].join("; ")}`];
  const failures = [...ill.flatMap(whatFailed), ...endpoints.map(({ failure }) => failure)];
  const said = [...members, ...endpoints.map(unlistedWords)].join("; ");
  throw failures.length > 0 ? problem(said, failures) : new UserError(`${said}; ${ALARM_ADVICE}`, 1);
}

/** A member that tells of itself and does not answer the read is not silent: it finds no majority. */
function whatFailed({ failure, member }: HealthRow): readonly Failure[] {
  if (failure === undefined) return [];
  return [
    member.state === "answers" && failure.code === "timeout" ? { ...failure, code: "unavailable" } : failure,
  ];
}

/** It continues until the user interrupts it, whether the members are healthy or not. */
async function watch(command: EtcdHealthCommand, session: Session, io: Io): Promise<number> {
  const etcd = await session.etcd();
  if (!etcd.found) throw notConfigured(etcd.tried);
  const write = eventPrinter(mayColour(io, io.stdout));
  const isDocument = command.output === "json" || command.output === "yaml";
  let before: HealthSummary | undefined;
  for await (const { assessment } of follow(session.observe("etcd health", io.interrupted), session)) {
    const { etcd: members } = assessment;
    if (members.state !== "members" || members.rows.length === 0 || !members.rows.every(isRead)) continue;
    const summary = healthOf(members);
    // A table has the members; what else there is comes below it.
    const was = before ?? { rows: summary.rows, endpoints: [] };
    const changes = healthChanges(was, summary, session.clock());
    const isNew = before === undefined || (isDocument && changes.length > 0);
    if (isNew) await print(io.stdout, await encode(command, summary, session, io));
    if (!isDocument && changes.length > 0) await print(io.stdout, write(changes));
    before = summary;
  }
  return 0;
}

function encode(
  command: EtcdHealthCommand,
  summary: HealthSummary,
  session: Session,
  io: Io,
): Promise<string> {
  const table = (style: TableStyle): string => healthTable(summary.rows, style);
  return encodeAnswer({ table, document: () => healthDocument(session.clock(), summary) }, command, io);
}
