import type { EtcdApi, EtcdCall } from "../../transport/etcd-api.ts";
import type { EtcdTarget } from "../../core/etcd/address.ts";
import type { EndpointKnowledge, ResolvedCluster, ResolvedMember } from "../../core/etcd/resolve.ts";
import { endpointsToAsk, resolveMembers } from "../../core/etcd/resolve.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { RequestError, failureOf } from "../../core/facts/failure.ts";
import type { AnswerHeader, MemberList, MemberStatus } from "../../core/facts/member.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { EtcdAccess } from "../etcd/etcd.ts";
import type { KeyMember } from "./key-member.ts";
import { NoMember, isAnswering } from "./key-member.ts";
import { pause } from "../async/clock.ts";
import { Scope } from "../async/scope.ts";

/** Once somebody has answered, the others are not waited for longer than this, unless the answer needs them. */
const OTHERS: Seconds = 0.5;

/** Whether the members that are known will do. */
export type IsEnough = (members: readonly KeyMember[]) => boolean;

/** What an endpoint has said of itself. `asking`: undefined while it was not asked. */
interface Told {
  readonly api: EtcdApi;
  status: MemberStatus | undefined;
  header: AnswerHeader | undefined;
  list: MemberList | undefined;
  failure: Failure | undefined;
  settled: boolean;
  asking: Promise<void> | undefined;
}

/**
 * The members of a cluster, each over a connection of its own: those given, and those that they list. Dispose it when
 * nobody is asked any more.
 */
export class KeyMembers implements Disposable {
  readonly #etcd: Extract<EtcdAccess, { found: true }>;
  readonly #timeout: Seconds;
  readonly #answers = new Map<string, Told>();
  readonly #namedUnlisted = new Set<string>();

  constructor(etcd: EtcdAccess, timeout: Seconds) {
    if (!etcd.found) {
      const [tried] = etcd.tried;
      const why = tried === undefined ? "" : `: ${tried.route} ${tried.outcome}`;
      throw new RequestError({ code: "other", text: `etcd is not configured${why}` });
    }
    this.#etcd = etcd;
    this.#timeout = timeout;
  }

  /**
   * Asks those who were given, then those that they list, who they are: one that hangs holds nobody up for longer than
   * half a second, and nobody is asked any more once those that are known are enough. Of those that have not answered
   * only an address is known until `settled`. Throws NoMember if nobody answers.
   */
  async find(signal: AbortSignal, isEnough: IsEnough = nothingIsEnough): Promise<readonly KeyMember[]> {
    await this.#askAll(signal, isEnough);
    return this.#answering();
  }

  /** The members once each has answered or timed out. Throws NoMember if none answers. */
  async settled(signal: AbortSignal): Promise<readonly KeyMember[]> {
    await this.#askAll(signal);
    await this.#settled();
    // Who was slow may have known of others.
    await this.#askAll(signal);
    await this.#settled();
    signal.throwIfAborted();
    return this.#answering();
  }

  /** Endpoints that were given, at which nothing answers and which no member lists: no members. Each is named once. */
  unlisted(): readonly { readonly endpoint: string; readonly failure: Failure }[] {
    return this.#resolve().unlisted.flatMap(({ endpoint, failure }) => {
      if (failure === undefined || this.#namedUnlisted.has(endpoint)) return [];
      this.#namedUnlisted.add(endpoint);
      return [{ endpoint, failure }];
    });
  }

  [Symbol.dispose](): void {
    for (const { api } of this.#answers.values()) api.close();
  }

  #answering(): readonly KeyMember[] {
    const members = this.#members();
    if (members.some(isAnswering)) return members;
    throw new NoMember(members);
  }

  #members(): readonly KeyMember[] {
    return this.#resolve().members.map(memberFrom);
  }

  #resolve(): ResolvedCluster<Told> {
    for (const target of this.#targets()) this.#toldAt(target);
    const all = [...this.#answers].map(([endpoint, source]) => ({
      ...{ endpoint, identity: source.header ?? source.list?.by, failure: source.failure, source },
      list: source.list && { members: source.list.members, at: 0, isCurrent: true },
    }));
    return resolveMembers(all);
  }

  /** First those given, then those that they list. */
  async #askAll(signal: AbortSignal, isEnough: IsEnough = nothingIsEnough): Promise<void> {
    for (let unasked = this.#unasked(); unasked.length > 0; unasked = this.#unasked()) {
      using scope = new Scope(signal);
      const asking = unasked.map((target) => this.#askOne(target, signal));
      const first = this.#someoneAnswered() ? Promise.resolve() : Promise.any(asking).catch(() => undefined);
      const late = first.then(() => pause(OTHERS, scope.signal));
      await Promise.race([Promise.allSettled(asking), late]);
      signal.throwIfAborted();
      if (isEnough(this.#members())) return;
    }
  }

  #targets(): readonly EtcdTarget[] {
    return endpointsToAsk(this.#etcd.targets, this.#knowledge());
  }

  #unasked(): readonly EtcdTarget[] {
    return this.#targets().filter(({ endpoint }) => this.#answers.get(endpoint)?.asking === undefined);
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#answers.values()].flatMap(({ asking }) => asking ?? []));
  }

  /** What was heard there; nothing so far, and nobody is asked for it. */
  #toldAt(target: EtcdTarget): Told {
    const before = this.#answers.get(target.endpoint);
    if (before !== undefined) return before;
    const nothing = { status: undefined, header: undefined, list: undefined, failure: undefined };
    const reported = { api: this.#etcd.open(target), ...nothing, settled: false, asking: undefined };
    this.#answers.set(target.endpoint, reported);
    return reported;
  }

  /** Rejects if it said nothing at all. */
  async #askOne(target: EtcdTarget, signal: AbortSignal): Promise<void> {
    const reported = this.#toldAt(target);
    reported.asking = hear(reported, { signal, timeout: this.#timeout });
    await reported.asking;
    if (reported.status === undefined && reported.list === undefined) throw new Error("silent");
  }

  #knowledge(): ReadonlyMap<string, EndpointKnowledge> {
    return new Map(
      [...this.#answers].map(([endpoint, { status, header, list, settled }]) => [
        endpoint,
        // One that timed out is settled, too.
        {
          settled: settled || this.#someoneAnswered(),
          answers: header !== undefined,
          memberId: header?.memberId,
          leaderId: status?.leaderId,
          list: list?.members,
        },
      ]),
    );
  }

  #someoneAnswered(): boolean {
    return [...this.#answers.values()].some(({ settled, list }) => settled && list !== undefined);
  }
}

const nothingIsEnough: IsEnough = () => false;

/** Asks an endpoint who it is, and who the members are. Rejects for a mistake of ours only. */
async function hear(reported: Told, call: EtcdCall): Promise<void> {
  const listing = reported.api.memberList(call).then(
    (list) => (reported.list = list),
    () => undefined,
  );
  try {
    reported.header = reported.status = await reported.api.status(call);
  } catch (error) {
    if (call.signal.aborted) return;
    reported.failure = failureOf(error);
    // Who it is, and how far it has come, is no secret.
    if (reported.failure.code === "forbidden")
      reported.header = await reported.api.header(call).catch(() => undefined);
  }
  await listing;
  reported.settled = true;
}

function memberFrom({ name, memberId, addresses, facts, mismatch }: ResolvedMember<Told>): KeyMember {
  const { api, status, header, failure } = facts?.source ?? NOT_REACHED;
  return { name, memberId, addresses, api, status, header, failure: mismatch ?? failure };
}

/** Of a member that no address leads to. */
const NOT_REACHED = { api: undefined, status: undefined, header: undefined, failure: undefined };
