import type { EtcdApi } from "../../transport/etcd-api.ts";
import type { OpenMember } from "../../transport/etcd-grpc/connect.ts";
import type { EtcdTarget } from "../../core/etcd/address.ts";
import type { Attempt, Observation } from "../../core/facts/observation.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Clock } from "../async/clock.ts";
import { pause } from "../async/clock.ts";
import type { AskDate } from "./member-clock.ts";
import { followClock } from "./member-clock.ts";
import type { EndpointKnowledge } from "../../core/etcd/resolve.ts";
import { endpointsToAsk } from "../../core/etcd/resolve.ts";
import type { Emit } from "../async/channel.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { isSameList } from "../../core/etcd/member-list.ts";
import { Loops } from "../async/loops.ts";
import { isOver, Scope } from "../async/scope.ts";

/** How etcd is reached: members to begin with, or what was tried in vain. */
export type EtcdAccess =
  | {
      readonly found: true;
      readonly targets: readonly EtcdTarget[];
      readonly open: OpenMember;
      /** undefined: nobody's clock is asked for */
      readonly askDate?: AskDate | undefined;
      /** until when our client certificate is good, in ms of the wall clock; undefined: we have none */
      readonly clientCertificateEnds?: number | undefined;
    }
  | { readonly found: false; readonly tried: readonly Attempt[] };

/** Which members are asked. `timeout`: deadline of each call. */
export interface EtcdSource {
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
  { etcd, timeout, clock }: EtcdSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  if (etcd.found) await new EtcdLoops(etcd, timeout, clock, emit, signal).run();
  else emit({ at: clock(), kind: "etcd-not-configured", tried: etcd.tried });
}

class EtcdLoops {
  readonly #etcd: EtcdAccess & { found: true };
  readonly #timeout: Seconds;
  readonly #clock: Clock;
  readonly #emit: Emit<Observation>;
  readonly #loops: Loops<string>;
  readonly #targets = new Map<string, EtcdTarget>();
  readonly #known = new Map<string, EndpointKnowledge>();
  #hurried: Instant | undefined;
  /** when one member's list was another than before: the others' are asked for after that */
  #listChanged: Instant | undefined;
  /** those that wait until they are asked again */
  readonly #resting = new Set<Scope>();

  constructor(
    etcd: EtcdAccess & { found: true },
    timeout: Seconds,
    clock: Clock,
    emit: Emit<Observation>,
    signal: AbortSignal,
  ) {
    this.#etcd = etcd;
    this.#timeout = timeout;
    this.#clock = clock;
    this.#emit = emit;
    this.#loops = new Loops(signal);
  }

  run(): Promise<void> {
    this.#choose();
    return this.#loops.ended();
  }

  /** Says which endpoints are asked if that has changed, and sees to it. */
  #choose(): void {
    const targets = endpointsToAsk(this.#etcd.targets, this.#known);
    const endpoints = targets.map((target) => target.endpoint);
    if (endpoints.join() === [...this.#targets.keys()].join()) return;
    for (const gone of [...this.#targets.keys()].filter((endpoint) => !endpoints.includes(endpoint)))
      this.#forget(gone);
    this.#targets.clear();
    for (const target of targets) this.#targets.set(target.endpoint, target);
    const { clientCertificateEnds } = this.#etcd;
    this.#emit({ at: this.#clock(), kind: "etcd-endpoints", endpoints, clientCertificateEnds });
    this.#loops.keep(endpoints, async (endpoint, signal) => {
      await Promise.all([this.#ask(endpoint, signal), this.#followClock(endpoint, signal)]);
    });
  }

  async #followClock(endpoint: string, signal: AbortSignal): Promise<void> {
    const { askDate: ask } = this.#etcd;
    const target = this.#targets.get(endpoint);
    if (ask === undefined || target === undefined) return;
    const about = { ask, timeout: this.#timeout, clock: this.#clock, emit: this.#emit };
    await followClock(target, about, signal);
  }

  /** Of a given endpoint it stays known which member it is: else it would be asked again. */
  #forget(endpoint: string): void {
    const known = this.#known.get(endpoint);
    const isGiven = this.#etcd.targets.some((target) => target.endpoint === endpoint);
    if (known !== undefined && isGiven)
      this.#known.set(endpoint, { ...known, answers: false, list: undefined });
    else this.#known.delete(endpoint);
  }

  async #ask(endpoint: string, signal: AbortSignal): Promise<void> {
    const target = this.#targets.get(endpoint);
    if (target === undefined) return;
    const member = this.#etcd.open(target);
    let listedAt: Instant | undefined;
    while (!signal.aborted) {
      const asked = this.#clock();
      const known = this.#known.get(endpoint);
      const due = listedAt === undefined || this.#isListDue(listedAt, asked);
      if (due) listedAt = asked;
      await Promise.all([this.#askStatus(member, signal), due && this.#askList(member, signal)]);
      if (isOver(signal)) break;
      // A new leader, or a member that is back, may have another list.
      const now = this.#known.get(endpoint);
      if (known?.leaderId !== now?.leaderId || known?.answers !== now?.answers) listedAt = undefined;
      await this.#rest(endpoint, asked, signal);
    }
    member.close();
  }

  #isListDue(listedAt: Instant, now: Instant): boolean {
    if (this.#listChanged !== undefined && listedAt.mono < this.#listChanged.mono) return true;
    return secondsBetween(listedAt, now) >= LIST_INTERVAL;
  }

  /** Waits until a member is to be asked again that was asked at `asked`. */
  async #rest(endpoint: string, asked: Instant, signal: AbortSignal): Promise<void> {
    using scope = new Scope(signal);
    this.#resting.add(scope);
    await pause(this.#interval(endpoint) - secondsBetween(asked, this.#clock()), scope.signal);
    this.#resting.delete(scope);
  }

  #interval(endpoint: string): Seconds {
    const hurried =
      this.#hurried !== undefined && secondsBetween(this.#hurried, this.#clock()) < HURRIED.lasts;
    if (hurried) return HURRIED.interval;
    const missing = [...this.#known.values()].some((one) => one.settled && !one.answers);
    return missing && this.#known.get(endpoint)?.answers === true ? WATCHFUL_INTERVAL : STATUS_INTERVAL;
  }

  /** Something is under way among the members: all of them are asked now, and often for a while. */
  #hurry(): void {
    this.#hurried = this.#clock();
    for (const scope of this.#resting) scope.abort();
  }

  async #askStatus(member: EtcdApi, signal: AbortSignal): Promise<void> {
    const { endpoint } = member;
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
      const known = this.#known.get(endpoint);
      // Its leader is another than it was: for a moment two may say that they lead.
      if (known?.answers === true && known.leaderId !== leaderId) this.#hurry();
      this.#learn(endpoint, { settled: true, answers: true, memberId, leaderId });
      const took = secondsBetween(sentAt, at);
      const { certificateEnds } = member;
      this.#emit({ at, kind: "member-answered", endpoint, status, took, certificateEnds });
    } catch (error) {
      if (isOver(signal)) return;
      if (this.#known.get(endpoint)?.answers === true) this.#hurry();
      this.#learn(endpoint, { settled: true, answers: false });
      const at = this.#clock();
      const waited = secondsBetween(asked, at);
      this.#emit({ at, kind: "member-failed", endpoint, failure: failureOf(error), waited });
    }
  }

  async #askList(member: EtcdApi, signal: AbortSignal): Promise<void> {
    const { endpoint } = member;
    try {
      const { by, members } = await member.memberList({ signal, timeout: this.#timeout });
      const before = this.#known.get(endpoint)?.list;
      if (before !== undefined && !isSameList(before, members)) this.#listChanged = this.#clock();
      this.#learn(endpoint, { list: members, memberId: by.memberId });
      this.#emit({ at: this.#clock(), kind: "members-listed", endpoint, by, members });
    } catch (error) {
      if (isOver(signal)) return;
      this.#emit({ at: this.#clock(), kind: "members-failed", endpoint, failure: failureOf(error) });
    }
  }

  /**
   * Comes before the observation itself: so further members are asked before the last of the first ones has answered.
   */
  #learn(endpoint: string, news: Partial<EndpointKnowledge>): void {
    this.#known.set(endpoint, { ...NOTHING, ...this.#known.get(endpoint), ...news });
    this.#choose();
  }
}

const NOTHING: EndpointKnowledge = {
  settled: false,
  answers: false,
  memberId: undefined,
  leaderId: undefined,
  list: undefined,
};
