import type { MemberRow } from "../../../core/assessment.ts";
import type { Failure } from "../../../core/facts/failure.ts";
import type { HashRow } from "../../../core/etcd/hash.ts";
import { judgeHashes, planHash } from "../../../core/etcd/hash.ts";
import type { Seconds } from "../../../core/facts/time.ts";
import type { HashReport } from "../../../output/etcd-hash.ts";
import { hashCost, hashDocument, hashTable } from "../../../output/etcd-hash.ts";
import type { EtcdHashCommand } from "../../args/command.ts";
import type { Io } from "../../io.ts";
import type { Session } from "../../session.ts";
import { print } from "../../io.ts";
import { unlistedWords } from "../../../core/etcd/endpoints.ts";
import { askHash } from "../../../sources/etcd/ask-hash.ts";
import type { TableStyle } from "../../../output/table.ts";
import { encodeAnswer } from "../../answer.ts";
import { EXIT } from "../../exit-codes.ts";
import { lookAtEtcd } from "./look.ts";
import { adviceFor } from "./silent-members.ts";

/** Seconds to wait for one hash: a second or two for a million keys, and a slow disk. */
const LONGEST: Seconds = 60;
/** How often the comparison starts over because its revision was compacted meanwhile. */
const TRIES = 3;
const CODES = { identical: EXIT.ok, diverged: EXIT.no, inconclusive: EXIT.noAnswer } as const;

/** Whether all members have the same data: each is asked for its hash, one after the other. */
export async function etcdHash(command: EtcdHashCommand, session: Session, io: Io): Promise<number> {
  let report = await hashAll(command, session, io);
  for (let tries = 1; report.verdict.again && tries < TRIES && !io.interrupted.aborted; tries += 1)
    report = await hashAll(command, session, io);
  await print(io.stdout, await encode(command, report, io));
  const advice = adviceFor(whatFailed(report));
  if (advice.length > 0) await print(io.stderr, `note: ${advice.join("; ")}\n`);
  return CODES[report.verdict.state];
}

/** What kept voters from being compared. */
function whatFailed({ rows, verdict }: HashReport): readonly Failure[] {
  if (verdict.state !== "inconclusive") return [];
  return rows.flatMap(({ answer, member }) =>
    answer.state === "hashed" || member.role === "learner" ? [] : [answer.failure],
  );
}

async function hashAll(command: EtcdHashCommand, session: Session, io: Io): Promise<HashReport> {
  const { etcd, asking } = await lookAtEtcd(session, io.interrupted);
  const { rows: all, revision, ask, skipped } = planHash(etcd);
  for (const one of etcd.endpoints) await print(io.stderr, `note: not compared: ${unlistedWords(one)}\n`);
  const answers = new Map<MemberRow, HashRow>(skipped.map((row) => [row.member, row]));
  if (revision !== undefined) {
    await print(io.stderr, hashCost(ask, revision));
    for (const member of ask) {
      const answer = await askHash(asking(member, command.requestTimeout ?? LONGEST), revision);
      answers.set(member, { member, answer });
    }
  }
  const rows = all.flatMap((member) => answers.get(member) ?? []);
  return { now: session.clock(), revision, rows, verdict: judgeHashes(rows, revision) };
}

function encode(command: EtcdHashCommand, report: HashReport, io: Io): Promise<string> {
  const table = (style: TableStyle): string => hashTable(report, style);
  return encodeAnswer({ table, document: () => hashDocument(report) }, command, io);
}
