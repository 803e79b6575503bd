import type { EtcdApi, EtcdCall } from "../../transport/etcd-api.ts";
import type { EtcdTarget } from "../../transport/etcd-grpc/config.ts";
import { parseEndpoint } from "../../transport/etcd-grpc/config.ts";
import type { EndpointOwner } from "../../core/etcd/endpoints.ts";
import {
  clusterOf,
  otherCluster,
  isUnlisted,
  oncePerMember,
  unreachableMembers,
} from "../../core/etcd/endpoints.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { RequestError, failureOf } from "../../core/facts/failure.ts";
import type { AnswerHeader, ListedMember, MemberStatus } from "../../core/facts/member.ts";
import type { Seconds } from "../../core/facts/time.ts";
import type { EtcdAccess } from "../etcd/etcd.ts";
import type { KeyMember } from "./key-member.ts";
import { NoMember, isAnswering } from "./key-member.ts";
import type { EndpointKnowledge } from "../etcd/members-to-ask.ts";
import { membersToAsk } from "../etcd/members-to-ask.ts";
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
  list: readonly ListedMember[] | undefined;
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
  readonly #namedNobodys = new Set<string>();

  constructor(etcd: EtcdAccess, timeout: Seconds) {
    if (!etcd.found) {
      const [tried] = etcd.tried;
      const why = tried === undefined ? "" : `: ${tried.route} is ${tried.outcome}`;
      throw new RequestError({ code: "other", text: `no way to etcd${why}` });
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

  /** Who they are once each has said so, or had as long as an answer may take. Throws NoMember if nobody answers. */
  async settled(signal: AbortSignal): Promise<readonly KeyMember[]> {
    await this.#askAll(signal);
    await this.#settled();
    // Who was slow may have known of others.
    await this.#askAll(signal);
    await this.#settled();
    signal.throwIfAborted();
    return this.#answering();
  }

  /** Addresses that were given, at which nobody answers and which no member lists: no members. Each is named once. */
  unlisted(): readonly { readonly endpoint: string; readonly failure: Failure }[] {
    const list = this.#list();
    return [...this.#answers].flatMap(([endpoint, { failure }]) => {
      const isNews = failure !== undefined && !this.#namedNobodys.has(endpoint);
      if (!isNews || !isUnlisted(this.#behind(endpoint), list)) return [];
      this.#namedNobodys.add(endpoint);
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
    const list = this.#list();
    const all = this.#targets().filter(({ endpoint }) => !isUnlisted(this.#behind(endpoint), list));
    return [...this.#asked(all, list), ...this.#unseen(all, list), ...neverStarted(list)];
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
    return membersToAsk(this.#etcd.targets, this.#knowledge());
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
        // Whoever is not waited for any longer is settled, too.
        {
          settled: settled || this.#someoneAnswered(),
          answers: header !== undefined,
          memberId: header?.memberId,
          leaderId: status?.leaderId,
          list,
        },
      ]),
    );
  }

  #someoneAnswered(): boolean {
    return [...this.#answers.values()].some(({ settled, list }) => settled && list !== undefined);
  }

  #cluster(): string | undefined {
    return clusterOf([...this.#answers.values()].flatMap(({ header }) => header?.clusterId ?? []));
  }

  #list(): readonly ListedMember[] {
    const own = this.#cluster();
    const lists = [...this.#answers.values()].filter(
      ({ list, header }) => list !== undefined && (header === undefined || header.clusterId === own),
    );
    return (lists.find(({ header }) => header !== undefined) ?? lists[0])?.list ?? [];
  }

  #asked(targets: readonly EtcdTarget[], list: readonly ListedMember[]): readonly KeyMember[] {
    const own = this.#cluster();
    const idOf = ({ endpoint }: EtcdTarget): string | undefined =>
      this.#answers.get(endpoint)?.header?.memberId;
    return oncePerMember(targets, idOf).map((target) =>
      memberFrom(target.endpoint, this.#toldAt(target), list, own),
    );
  }

  #behind(endpoint: string): EndpointOwner {
    const { header, failure } = this.#answers.get(endpoint) ?? {};
    return { endpoint, memberId: header?.memberId, failure };
  }

  /** Members whose address leads to another one. */
  #unseen(targets: readonly EtcdTarget[], list: readonly ListedMember[]): readonly KeyMember[] {
    const behind = targets.map(({ endpoint }) => this.#behind(endpoint));
    const name = (id: string): string => list.find((member) => member.id === id)?.name ?? id;
    return unreachableMembers(list, behind, name).map(({ member, failure }) => ({
      ...{ name: member.name, api: undefined, status: undefined, header: undefined, failure },
    }));
  }
}

const nothingIsEnough: IsEnough = () => false;

/** Asks an endpoint who it is, and who the members are. Rejects for a mistake of ours only. */
async function hear(reported: Told, call: EtcdCall): Promise<void> {
  const listing = reported.api.memberList(call).then(
    ({ members }) => (reported.list = members),
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

function memberFrom(
  endpoint: string,
  { api, status, header, failure }: Told,
  list: readonly ListedMember[],
  cluster: string | undefined,
): KeyMember {
  const isForeign = header !== undefined && header.clusterId !== cluster;
  const why = isForeign ? otherCluster(endpoint) : failure;
  return { name: nameOf(list, endpoint, header), api, status, header, failure: why };
}

/** By the ID that it says it has; else by the address that it is listed with. */
function nameOf(list: readonly ListedMember[], endpoint: string, header: AnswerHeader | undefined): string {
  const listed = list.find(({ id, clientUrls }) =>
    header === undefined
      ? clientUrls.some((url) => parseEndpoint(url, true)?.endpoint === endpoint)
      : id === header.memberId,
  );
  return listed === undefined || listed.name === "" ? endpoint : listed.name;
}

function neverStarted(list: readonly ListedMember[]): readonly KeyMember[] {
  return list
    .filter(({ clientUrls }) => clientUrls.length === 0)
    .map(({ id, name }) => ({
      name: name === "" ? id : name,
      api: undefined,
      status: undefined,
      header: undefined,
      failure: { code: "other", text: `member ${id} was added and never started` },
    }));
}
