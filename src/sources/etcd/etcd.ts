import type { EtcdApi } from "../../transport/etcd-api.ts";
import type { MemberIdentity } from "../../core/facts/member.ts";
import type { Observation } from "../../core/facts/observation.ts";
import type { Route, RouteKey } from "../../core/facts/route.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { pause } from "../async/clock.ts";
import type { EtcdAccess } from "./access.ts";
import { followRoutes, openRoute } from "./access.ts";
import { followClock } from "./member-clock.ts";
import type { Question, RouteKnowledge } from "../../core/etcd/routes.ts";
import { routesToAsk } from "../../core/etcd/routes.ts";
import type { Emit } from "../async/channel.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { isSameList } from "../../core/etcd/member-list.ts";
import { Loops } from "../async/loops.ts";
import { isOver, Scope } from "../async/scope.ts";

/** Which members are asked. `timeout`: deadline of each call; `also`: what else is asked of them, by somebody else. */
export interface EtcdSource {
  readonly also?: readonly Question[] | undefined;
  readonly etcd: EtcdAccess;
  readonly timeout: Seconds;
  readonly clock: Clock;
}

const STATUS_INTERVAL: Seconds = 1;
const LIST_INTERVAL: Seconds = 5;
/** While a member does not answer, the others, of which no more may be lost, are asked this often. */
const WATCHFUL_INTERVAL: Seconds = 0.3;
/** While something is under way (another leader, a member that stops answering) all of them are asked this often. */
const HURRIED: { readonly interval: Seconds; readonly lasts: Seconds } = { interval: 0.25, lasts: 4 };

/**
 * Each member's own status every second, oftener in trouble, and its own member list every five, or when its leader changed. Each is asked
 * in its own loop: one that hangs costs its own row only. Nothing that is asked needs quorum.
 */
export async function observeEtcd(
  source: EtcdSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { etcd, clock } = source;
  if (etcd.found) await new EtcdLoops({ ...source, etcd }, emit, signal).run();
  else emit({ at: clock(), kind: "etcd-not-configured", tried: etcd.tried });
}

/** What is known of a route, and which member answered there last. */
type Learned = RouteKnowledge & { readonly identity: MemberIdentity | undefined };

class EtcdLoops {
  readonly #etcd: EtcdAccess & { found: true };
  readonly #also: readonly Question[];
  readonly #timeout: Seconds;
  readonly #clock: Clock;
  readonly #emit: Emit<Observation>;
  readonly #signal: AbortSignal;
  readonly #loops: Loops<RouteKey>;
  #offered: readonly Route[] = [];
  /** the member at each route that is asked, in their order */
  #members: ReadonlyMap<RouteKey, EtcdApi> = new Map();
  readonly #known = new Map<RouteKey, Learned>();
  #hurried: Instant | undefined;
  /** when one member's list was another than before: the others' are asked for after that */
  #listChanged: Instant | undefined;
  /** those that wait until they are asked again */
  readonly #resting = new Set<Scope>();

  constructor(
    { etcd, also = [], timeout, clock }: EtcdSource & { readonly etcd: { readonly found: true } },
    emit: Emit<Observation>,
    signal: AbortSignal,
  ) {
    this.#etcd = etcd;
    this.#also = also;
    this.#timeout = timeout;
    this.#clock = clock;
    this.#emit = emit;
    this.#signal = signal;
    this.#loops = new Loops(signal);
  }

  async run(): Promise<void> {
    const tell = (routes: readonly Route[]): void => {
      this.#offered = routes;
      this.#choose();
    };
    await Promise.all([followRoutes(this.#etcd.transports, tell, this.#signal), this.#loops.ended()]);
  }

  /** Says which routes are asked if that has changed, and sees to it. */
  #choose(): void {
    const routes = routesToAsk(this.#offered, this.#known, this.#also);
    const keys = routes.map(({ key }) => key);
    if (keys.join() === [...this.#members.keys()].join()) return;
    for (const gone of [...this.#members.keys()].filter((key) => !keys.includes(key))) this.#forget(gone);
    const { transports, clientCertificateEnds } = this.#etcd;
    const members = routes.map((route) => ({
      route,
      member: this.#members.get(route.key) ?? openRoute(transports, route),
    }));
    this.#members = new Map(members.map(({ route, member }) => [route.key, member]));
    const asked = members.map(({ route, member: { can } }) => ({
      ...{ route, can },
      expected: this.#known.get(route.key)?.identity,
    }));
    this.#emit({ at: this.#clock(), kind: "etcd-routes", routes: asked, clientCertificateEnds });
    this.#loops.keep(keys, (key, signal) => this.#follow(key, signal));
  }

  async #follow(route: RouteKey, signal: AbortSignal): Promise<void> {
    const member = this.#members.get(route);
    if (member === undefined) return;
    const about = { timeout: this.#timeout, clock: this.#clock, emit: this.#emit };
    await Promise.all([
      this.#ask({ route, member }, signal),
      member.can.clock && followClock({ route, member }, about, signal),
    ]);
    member.close();
  }

  /** Of an offered route it stays known which member it leads to: else it would be asked again. */
  #forget(key: RouteKey): void {
    const known = this.#known.get(key);
    const isOffered = this.#offered.some((route) => route.key === key);
    if (known !== undefined && isOffered) this.#known.set(key, { ...known, answers: false, list: undefined });
    else this.#known.delete(key);
  }

  async #ask(asked: Asked, signal: AbortSignal): Promise<void> {
    const { route } = asked;
    let listedAt: Instant | undefined;
    while (!signal.aborted) {
      const now = this.#clock();
      const before = this.#known.get(route);
      const due = listedAt === undefined || this.#isListDue(listedAt, now);
      if (due) listedAt = now;
      await Promise.all([this.#askStatus(asked, signal), due && this.#askList(asked, signal)]);
      if (isOver(signal)) break;
      // A new leader, or a member that is back, may have another list.
      const after = this.#known.get(route);
      if (before?.leaderId !== after?.leaderId || before?.answers !== after?.answers) listedAt = undefined;
      await this.#rest(route, now, signal);
    }
  }

  #isListDue(listedAt: Instant, now: Instant): boolean {
    if (this.#listChanged !== undefined && listedAt.mono < this.#listChanged.mono) return true;
    return secondsBetween(listedAt, now) >= LIST_INTERVAL;
  }

  /** Waits until a member is to be asked again that was asked at `asked`. */
  async #rest(route: RouteKey, asked: Instant, signal: AbortSignal): Promise<void> {
    using scope = new Scope(signal);
    this.#resting.add(scope);
    await pause(this.#interval(route) - secondsBetween(asked, this.#clock()), scope.signal);
    this.#resting.delete(scope);
  }

  #interval(route: RouteKey): Seconds {
    const hurried =
      this.#hurried !== undefined && secondsBetween(this.#hurried, this.#clock()) < HURRIED.lasts;
    if (hurried) return HURRIED.interval;
    const missing = [...this.#known.values()].some((one) => one.settled && !one.answers);
    return missing && this.#known.get(route)?.answers === true ? WATCHFUL_INTERVAL : STATUS_INTERVAL;
  }

  /** Something is under way among the members: all of them are asked now, and often for a while. */
  #hurry(): void {
    this.#hurried = this.#clock();
    for (const scope of this.#resting) scope.abort();
  }

  async #askStatus({ route, member }: Asked, signal: AbortSignal): Promise<void> {
    const { can } = member;
    const asked = this.#clock();
    let sentAt = asked;
    // A round trip: the time to connect says more of us, who have just started, than of the member.
    const sent = (): void => {
      sentAt = this.#clock();
    };
    try {
      const status = await member.status({ signal, timeout: this.#timeout, sent });
      const at = this.#clock();
      const { memberId, leaderId } = status;
      const known = this.#known.get(route);
      // Its leader is another than it was: for a moment two may say that they lead.
      if (known?.answers === true && known.leaderId !== leaderId) this.#hurry();
      this.#learn(route, { can, settled: true, answers: true, memberId, identity: status, leaderId });
      const took = secondsBetween(sentAt, at);
      const { certificateEnds } = member;
      this.#emit({ at, kind: "member-answered", route, status, took, certificateEnds });
    } catch (error) {
      if (isOver(signal)) return;
      if (this.#known.get(route)?.answers === true) this.#hurry();
      this.#learn(route, { can, settled: true, answers: false });
      const at = this.#clock();
      const waited = secondsBetween(asked, at);
      this.#emit({ at, kind: "member-failed", route, failure: failureOf(error), waited });
    }
  }

  async #askList({ route, member }: Asked, signal: AbortSignal): Promise<void> {
    try {
      const { by, members } = await member.memberList({ signal, timeout: this.#timeout });
      const before = this.#known.get(route)?.list;
      if (before !== undefined && !isSameList(before, members)) this.#listChanged = this.#clock();
      this.#learn(route, { can: member.can, list: members, memberId: by.memberId, identity: by });
      this.#emit({ at: this.#clock(), kind: "members-listed", route, by, members });
    } catch (error) {
      if (isOver(signal)) return;
      this.#emit({ at: this.#clock(), kind: "members-failed", route, failure: failureOf(error) });
    }
  }

  /**
   * Comes before the observation itself: so further members are asked before the last of the first ones has answered.
   */
  #learn(route: RouteKey, news: Partial<Learned> & Pick<Learned, "can">): void {
    this.#known.set(route, { ...NOTHING, ...this.#known.get(route), ...news });
    this.#choose();
  }
}

/** A route by its key, and its member opened. */
interface Asked {
  readonly route: RouteKey;
  readonly member: EtcdApi;
}

const NOTHING: Omit<Learned, "can"> = {
  settled: false,
  answers: false,
  identity: undefined,
  memberId: undefined,
  leaderId: undefined,
  list: undefined,
};
