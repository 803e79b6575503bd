import type { EtcdApi, EtcdCall } from "../../transport/etcd-api.ts";
import type { Route, RouteKey } from "../../core/facts/route.ts";
import type { ResolvedCluster, ResolvedMember } from "../../core/etcd/resolve.ts";
import { resolveMembers } from "../../core/etcd/resolve.ts";
import type { RouteKnowledge } from "../../core/etcd/routes.ts";
import { endpointOf, routeFor, routesToAsk } from "../../core/etcd/routes.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { RequestError, failureOf } from "../../core/facts/failure.ts";
import type { AnswerHeader, MemberList, MemberStatus } from "../../core/facts/member.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { EtcdAccess, EtcdTransports } from "../etcd/access.ts";
import { firstRoutes, openRoute } from "../etcd/access.ts";
import type { KeyMember } from "./key-member.ts";
import { NoMember, isAnswering } from "./key-member.ts";
import { pause } from "../async/clock.ts";
import { Scope } from "../async/scope.ts";

/** Once somebody has answered, the others are not waited for longer than this, unless the answer needs them. */
const OTHERS: Seconds = 0.5;

/** Whether the members that are known will do. */
export type IsEnough = (members: readonly KeyMember[]) => boolean;

/** What was said over a route. `asking`: undefined while it was not asked. */
interface Told {
  readonly route: Route;
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
  readonly #transports: EtcdTransports;
  readonly #timeout: Seconds;
  #offered: Promise<readonly Route[]> | undefined;
  #routes: readonly Route[] = [];
  readonly #answers = new Map<RouteKey, Told>();
  readonly #namedUnlisted = new Set<string>();

  constructor(etcd: EtcdAccess, timeout: Seconds) {
    if (!etcd.found) {
      const [tried] = etcd.tried;
      const why = tried === undefined ? "" : `: ${tried.route} ${tried.outcome}`;
      throw new RequestError({ code: "other", text: `etcd is not configured${why}` });
    }
    this.#transports = etcd.transports;
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
    return this.#resolve().unlisted.flatMap(({ route, failure }) => {
      const endpoint = endpointOf(route);
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
    for (const route of this.#wanted()) this.#toldAt(route);
    const all = [...this.#answers.values()].map((source) => ({
      ...{ route: source.route, identity: source.header ?? source.list?.by },
      ...{ failure: source.failure, source },
      list: source.list && { members: source.list.members, at: 0, isCurrent: true },
    }));
    return resolveMembers(all);
  }

  /** First those given, then those that they list. */
  async #askAll(signal: AbortSignal, isEnough: IsEnough = nothingIsEnough): Promise<void> {
    this.#offered ??= firstRoutes(this.#transports, signal);
    this.#routes = await this.#offered;
    for (let unasked = this.#unasked(); unasked.length > 0; unasked = this.#unasked()) {
      using scope = new Scope(signal);
      const asking = unasked.map((route) => this.#askOne(route, signal));
      const first = this.#someoneAnswered() ? Promise.resolve() : Promise.any(asking).catch(() => undefined);
      const late = first.then(() => pause(OTHERS, scope.signal));
      await Promise.race([Promise.allSettled(asking), late]);
      signal.throwIfAborted();
      if (isEnough(this.#members())) return;
    }
  }

  #wanted(): readonly Route[] {
    return routesToAsk(this.#routes, this.#knowledge());
  }

  #unasked(): readonly Route[] {
    return this.#wanted().filter(({ key }) => this.#answers.get(key)?.asking === undefined);
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#answers.values()].flatMap(({ asking }) => asking ?? []));
  }

  /** What was heard there; nothing so far, and nobody is asked for it. */
  #toldAt(route: Route): Told {
    const before = this.#answers.get(route.key);
    if (before !== undefined) return before;
    const nothing = { status: undefined, header: undefined, list: undefined, failure: undefined };
    const api = openRoute(this.#transports, route);
    const reported = { route, api, ...nothing, settled: false, asking: undefined };
    this.#answers.set(route.key, reported);
    return reported;
  }

  /** Rejects if it said nothing at all. */
  async #askOne(route: Route, signal: AbortSignal): Promise<void> {
    const reported = this.#toldAt(route);
    reported.asking = hear(reported, { signal, timeout: this.#timeout });
    await reported.asking;
    if (reported.status === undefined && reported.list === undefined) throw new Error("silent");
  }

  #knowledge(): ReadonlyMap<RouteKey, RouteKnowledge> {
    return new Map(
      [...this.#answers].map(([key, { api, status, header, list, settled }]) => [
        key,
        // One that timed out is settled, too.
        {
          can: api.can,
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

function memberFrom(member: ResolvedMember<Told>): KeyMember {
  const { name, memberId, addresses, routes, facts, mismatch } = member;
  const { status, header, failure } = facts?.source ?? NOT_REACHED;
  const usable = routes.map(({ source }) => ({
    api: source.api,
    can: source.api.can,
    answers: source.header !== undefined && source.failure === undefined,
  }));
  const api = routeFor("list", usable)?.api;
  return { name, memberId, addresses, api, status, header, failure: mismatch ?? failure };
}

/** Of a member that no route leads to. */
const NOT_REACHED = { status: undefined, header: undefined, failure: undefined };
