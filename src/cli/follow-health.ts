import type { EtcdMembersSummary } from "../model/assessment.ts";
import type { HealthSummary, QuorumRead } from "../model/health.ts";
import { judgeHealth } from "../model/health.ts";
import type { Seconds } from "../model/time.ts";
import { secondsBetween } from "../model/time.ts";
import { quorumRead, targetOf } from "../observe/ask-member.ts";
import type { EtcdAccess } from "../observe/etcd.ts";
import { observeEtcd } from "../observe/etcd.ts";
import { Loops } from "../observe/loops.ts";
import type { Emit } from "../observe/merge.ts";
import { channel } from "../observe/merge.ts";
import { pause } from "../observe/pause.ts";
import { follow } from "./follow.ts";
import type { Io } from "./io.ts";

/** From one read to the next, by way of one member. */
const INTERVAL: Seconds = 1;

/** How the members are reached, and how long the answers to both questions may take. */
export interface HealthSource {
  readonly etcd: Extract<EtcdAccess, { found: true }>;
  readonly status: Seconds;
  readonly read: Seconds;
}

type News =
  | { readonly etcd: EtcdMembersSummary }
  /** undefined: it is a learner, which is not asked */
  | { readonly endpoint: string; readonly read: QuorumRead | undefined };

/**
 * The health of all members whenever something of it is heard, once each has been asked. Each is asked in a loop of its
 * own: one that hangs holds nobody up. Ends when the user breaks off.
 */
export async function* followHealth(source: HealthSource, io: Io): AsyncGenerator<HealthSummary, void, void> {
  const reads = new Map<string, QuorumRead | undefined>();
  let etcd: Pick<EtcdMembersSummary, "rows" | "endpoints"> = { rows: [], endpoints: [] };
  const opened = (emit: Emit<News>, interrupted: AbortSignal): Promise<void> =>
    new Health(source, emit, { ...io, interrupted }).run();
  for await (const news of channel(io.interrupted, opened)) {
    if ("etcd" in news) etcd = news.etcd;
    else reads.set(news.endpoint, news.read);
    const { rows, endpoints } = etcd;
    if (rows.length > 0 && rows.every(({ endpoint }) => reads.has(endpoint)))
      yield { rows: rows.map((member) => judgeHealth(member, reads.get(member.endpoint))), endpoints };
  }
}

/** What the members say of themselves, and beside it a loop for each that reads through the majority. */
class Health {
  readonly #source: HealthSource;
  readonly #emit: Emit<News>;
  readonly #io: Io;
  readonly #loops: Loops<string>;
  #latest: EtcdMembersSummary | undefined;

  constructor(source: HealthSource, emit: Emit<News>, io: Io) {
    this.#source = source;
    this.#emit = emit;
    this.#io = io;
    this.#loops = new Loops(io.interrupted);
  }

  async run(): Promise<void> {
    await Promise.all([this.#look(), this.#loops.ended()]);
  }

  async #look(): Promise<void> {
    const { etcd, status: timeout } = this.#source;
    const source = { etcd, timeout, clock: this.#io.clock };
    for await (const { assessment } of follow((signal) => observeEtcd(source, signal), this.#io)) {
      if (assessment.etcd.state !== "members") continue;
      this.#latest = assessment.etcd;
      this.#emit({ etcd: assessment.etcd });
      // Whether it is a learner is known once it has answered.
      const known = assessment.etcd.rows.filter(({ state }) => state !== "asking");
      this.#loops.keep(
        known.map(({ endpoint }) => endpoint),
        (endpoint, signal) => this.#ask(endpoint, signal),
      );
    }
  }

  async #ask(endpoint: string, signal: AbortSignal): Promise<void> {
    const { etcd, read: timeout } = this.#source;
    const { clock } = this.#io;
    const member = etcd.open(targetOf(endpoint, etcd.targets, this.#latest?.list.members ?? []));
    try {
      while (!signal.aborted) {
        const asked = clock();
        const read = this.#isLearner(endpoint)
          ? undefined
          : await quorumRead(member, { signal, timeout }, clock);
        this.#emit({ endpoint, read });
        await pause(INTERVAL - secondsBetween(asked, clock()), signal);
      }
    } finally {
      member.close();
    }
  }

  #isLearner(endpoint: string): boolean {
    return this.#latest?.rows.find((row) => row.endpoint === endpoint)?.role === "learner";
  }
}
