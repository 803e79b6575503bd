import type { EtcdMembersSummary, MemberRow } from "../../../core/assessment.ts";
import type { HealthSummary, QuorumRead, HealthRow } from "../../../core/etcd/health.ts";
import { judgeHealth, alarmWords, healthChanges } from "../../../core/etcd/health.ts";
import type { Seconds } from "../../../core/facts/time.ts";
import { secondsBetween } from "../../../core/facts/time.ts";
import type { EtcdApi } from "../../../transport/etcd-api.ts";
import type { Route } from "../../../core/facts/route.ts";
import type { EtcdAccess } from "../../../sources/etcd/access.ts";
import { openRoute } from "../../../sources/etcd/access.ts";
import type { Session } from "../../session.ts";
import type { Emit } from "../../../sources/async/channel.ts";
import { channel } from "../../../sources/async/channel.ts";
import type { Io } from "../../io.ts";
import { mayColour, print } from "../../io.ts";
import type { Failure } from "../../../core/facts/failure.ts";
import { UserError } from "../../../core/facts/failure.ts";
import type { EtcdHealthCommand } from "../../args/command.ts";
import { askQuorumRead, notServed, quorumRead, servingRoute } from "../../../sources/etcd/ask-member.ts";
import { Loops } from "../../../sources/async/loops.ts";
import { pause } from "../../../sources/async/clock.ts";
import { follow } from "../../follow.ts";
import { unlistedWords } from "../../../core/etcd/endpoints.ts";
import type { TableStyle } from "../../../output/table.ts";
import { encodeAnswer } from "../../answer.ts";
import { eventPrinter } from "../../../output/changes.ts";
import { healthDocument, healthTable } from "../../../output/etcd-health.ts";
import { lookAtEtcd, notConfigured } from "./look.ts";
import { problem } from "./silent-members.ts";

/** From one read to the next, by way of one member. */
const INTERVAL: Seconds = 1;

/** How the members are reached, and how long the answers to both questions may take. */
export interface HealthSource {
  readonly session: Session;
  readonly etcd: Extract<EtcdAccess, { found: true }>;
  readonly read: Seconds;
}

type News =
  | { readonly etcd: EtcdMembersSummary }
  /** of the member with a row of this key; undefined: it is a learner, which is not asked */
  | { readonly key: string; readonly read: QuorumRead | undefined };

/**
 * The health of all members whenever something of it is heard, once each has been asked. Each is asked in a loop of its
 * own: one that hangs delays no other. Ends when the user interrupts it.
 */
export async function* followHealth(
  source: HealthSource,
  interrupted: AbortSignal,
): AsyncGenerator<HealthSummary, void, void> {
  const reads = new Map<string, QuorumRead | undefined>();
  let etcd: Pick<EtcdMembersSummary, "rows" | "endpoints"> = { rows: [], endpoints: [] };
  const opened = (emit: Emit<News>, signal: AbortSignal): Promise<void> =>
    new Health(source, emit, signal).run();
  for await (const news of channel(interrupted, opened)) {
    if ("etcd" in news) etcd = news.etcd;
    else reads.set(news.key, news.read);
    const { rows, endpoints } = etcd;
    if (rows.length > 0 && rows.every(({ key }) => reads.has(key)))
      yield { rows: rows.map((member) => judgeHealth(member, reads.get(member.key))), endpoints };
  }
}

/** What the members say of themselves, and beside it a loop for each that reads through the majority. */
class Health {
  readonly #source: HealthSource;
  readonly #emit: Emit<News>;
  readonly #interrupted: AbortSignal;
  readonly #loops: Loops<string>;
  #latest: EtcdMembersSummary | undefined;

  constructor(source: HealthSource, emit: Emit<News>, interrupted: AbortSignal) {
    this.#source = source;
    this.#emit = emit;
    this.#interrupted = interrupted;
    this.#loops = new Loops(interrupted);
  }

  async run(): Promise<void> {
    await Promise.all([this.#look(), this.#loops.ended()]);
  }

  async #look(): Promise<void> {
    const { session } = this.#source;
    for await (const { assessment } of follow(session.observe("etcd", this.#interrupted), session)) {
      if (assessment.etcd.state !== "members") continue;
      this.#latest = assessment.etcd;
      this.#emit({ etcd: assessment.etcd });
      // Whether it is a learner is known once it has answered.
      const known = assessment.etcd.rows.filter(({ state }) => state !== "asking");
      this.#loops.keep(
        known.map(({ key }) => key),
        (key, signal) => this.#ask(key, signal),
      );
    }
  }

  async #ask(key: string, signal: AbortSignal): Promise<void> {
    const { etcd, session } = this.#source;
    const { clock } = session;
    let route: Route | undefined;
    let member: EtcdApi | undefined;
    try {
      while (!signal.aborted) {
        const asked = clock();
        const row = this.#latest?.rows.find((one) => one.key === key);
        const serving = row && servingRoute("linearizable", row.routes, etcd.transports);
        if (serving?.key !== route?.key) {
          member?.close();
          member = serving && openRoute(etcd.transports, serving);
          route = serving;
        }
        this.#emit({ key, read: row && (await this.#read(row, member, signal)) });
        await pause(INTERVAL - secondsBetween(asked, clock()), signal);
      }
    } finally {
      member?.close();
    }
  }

  /** Undefined: it is not asked, because it is a learner, or its address leads to another member. */
  async #read(
    row: MemberRow,
    member: EtcdApi | undefined,
    signal: AbortSignal,
  ): Promise<QuorumRead | undefined> {
    if (row.role === "learner" || row.endpointMismatch) return undefined;
    if (member === undefined) return { took: 0, failure: notServed("linearizable", row.name) };
    return quorumRead(member, { signal, timeout: this.#source.read }, this.#source.session.clock);
  }
}

/** Seconds in all, as etcdctl's --command-timeout: an election may be over by then. */
const LONGEST: Seconds = 5;

const ALARM_ADVICE = "run 'kubectl ha etcd status -o wide' for advice";

/** Whether each member serves what needs the quorum; all are asked at once. With -w, then whatever changes. */
export async function etcdHealth(command: EtcdHealthCommand, session: Session, io: Io): Promise<number> {
  return command.watch ? watch(command, session, io) : once(command, session, io);
}

/** As etcdctl it fails if a member is not healthy. */
async function once(command: EtcdHealthCommand, session: Session, io: Io): Promise<number> {
  const begun = session.clock();
  const { etcd, asking } = await lookAtEtcd(session, io.interrupted);
  const left = command.requestTimeout ?? Math.max(1, LONGEST - secondsBetween(begun, session.clock()));
  const rows = await Promise.all(
    etcd.rows.map(async (member) => {
      if (member.role === "learner" || member.endpointMismatch) return judgeHealth(member, undefined);
      return judgeHealth(member, await askQuorumRead(asking(member, left)));
    }),
  );
  if (io.interrupted.aborted) return 0;
  const summary = { rows, endpoints: etcd.endpoints };
  await print(io.stdout, await encode(command, summary, session, io));
  failIfIll(summary);
  return 0;
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
  const source = {
    session,
    etcd,
    read: command.requestTimeout ?? LONGEST,
  };
  const write = eventPrinter(mayColour(io, io.stdout));
  const isDocument = command.output === "json" || command.output === "yaml";
  let before: HealthSummary | undefined;
  for await (const summary of followHealth(source, io.interrupted)) {
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
