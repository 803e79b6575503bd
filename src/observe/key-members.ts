import type { EtcdApi, EtcdCall } from "../etcd/api.ts";
import type { EtcdTarget } from "../etcd/endpoints.ts";
import { parseEndpoint } from "../etcd/endpoints.ts";
import type { Behind } from "../model/etcd-cluster.ts";
import { clusterOf, foreign, isNobodys, oncePerMember, unseenMembers } from "../model/etcd-cluster.ts";
import { Failed, failureOf } from "../model/failed.ts";
import type { Failure } from "../model/failure.ts";
import type { AnswerHeader, ListedMember, MemberStatus } from "../model/member.ts";
import type { Seconds } from "../model/time.ts";
import type { EtcdAccess } from "./etcd.ts";
import type { KeyMember } from "./key-member.ts";
import { NoMember, isAnswering } from "./key-member.ts";
import type { EndpointKnowledge } from "./members-to-ask.ts";
import { membersToAsk } from "./members-to-ask.ts";
import { pause } from "./pause.ts";
import { Scope } from "./scope.ts";

/** Once somebody has answered, the others are not waited for longer than this, unless the answer needs them. */
const OTHERS: Seconds = 0.5;

/** What an endpoint has said of itself. */
interface Told {
  readonly api: EtcdApi;
  status: MemberStatus | undefined;
  header: AnswerHeader | undefined;
  list: readonly ListedMember[] | undefined;
  failure: Failure | undefined;
  settled: boolean;
  asking: Promise<void>;
}

/**
 * The members of a cluster, each over a connection of its own: those given, and those that they list. Dispose it when
 * nobody is asked any more.
 */
export class KeyMembers implements Disposable {
  readonly #etcd: Extract<EtcdAccess, { found: true }>;
  readonly #timeout: Seconds;
  readonly #told = new Map<string, Told>();

  constructor(etcd: EtcdAccess, timeout: Seconds) {
    if (!etcd.found) {
      const [tried] = etcd.tried;
      const why = tried === undefined ? "" : `: ${tried.way} is ${tried.outcome}`;
      throw new Failed({ code: "other", text: `no way to etcd${why}` });
    }
    this.#etcd = etcd;
    this.#timeout = timeout;
  }

  /**
   * Asks everybody who they are. `all`: waits for each of them as long as an answer may take; else one that hangs holds
   * nobody up for longer than half a second, and is `late`. Throws NoMember if nobody answers.
   */
  async find(signal: AbortSignal, wait: "all" | "first" = "first"): Promise<readonly KeyMember[]> {
    await this.#askAll(signal);
    if (wait === "all") {
      await this.#settled();
      // Who was slow may have known of others.
      await this.#askAll(signal);
      await this.#settled();
      signal.throwIfAborted();
    }
    const list = this.#list();
    const all = this.#targets().filter(({ endpoint }) => !isNobodys(this.#behind(endpoint), list));
    const members = [...this.#asked(all, list), ...this.#unseen(all, list), ...neverStarted(list)];
    if (members.some(isAnswering)) return members;
    throw new NoMember(members);
  }

  /** Addresses that were given, at which nobody answers and which no member lists: no members. */
  get nobodys(): readonly { readonly endpoint: string; readonly failure: Failure }[] {
    const list = this.#list();
    return [...this.#told].flatMap(([endpoint, { failure }]) =>
      failure !== undefined && isNobodys(this.#behind(endpoint), list) ? [{ endpoint, failure }] : [],
    );
  }

  [Symbol.dispose](): void {
    for (const { api } of this.#told.values()) api.close();
  }

  /** First those given, then those that they list. */
  async #askAll(signal: AbortSignal): Promise<void> {
    for (let unasked = this.#unasked(); unasked.length > 0; unasked = this.#unasked()) {
      using scope = new Scope(signal);
      const asking = unasked.map((target) => this.#askOne(target, signal));
      const first = this.#someoneAnswered() ? Promise.resolve() : Promise.any(asking).catch(() => undefined);
      const late = first.then(() => pause(OTHERS, scope.signal));
      await Promise.race([Promise.allSettled(asking), late]);
      signal.throwIfAborted();
    }
  }

  #targets(): readonly EtcdTarget[] {
    return membersToAsk(this.#etcd.targets, this.#knowledge());
  }

  #unasked(): readonly EtcdTarget[] {
    return this.#targets().filter(({ endpoint }) => !this.#told.has(endpoint));
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#told.values()].map(({ asking }) => asking));
  }

  /** Rejects if it said nothing at all. */
  async #askOne(target: EtcdTarget, signal: AbortSignal): Promise<void> {
    const api = this.#etcd.open(target);
    const asked = {
      status: undefined,
      header: undefined,
      list: undefined,
      failure: undefined,
      settled: false,
    };
    const told: Told = { api, ...asked, asking: Promise.resolve() };
    this.#told.set(target.endpoint, told);
    told.asking = hear(told, { signal, timeout: this.#timeout });
    await told.asking;
    if (told.status === undefined && told.list === undefined) throw new Error("silent");
  }

  #knowledge(): ReadonlyMap<string, EndpointKnowledge> {
    return new Map(
      [...this.#told].map(([endpoint, { status, header, list, settled }]) => [
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
    return [...this.#told.values()].some(({ settled, list }) => settled && list !== undefined);
  }

  #cluster(): string | undefined {
    return clusterOf([...this.#told.values()].flatMap(({ header }) => header?.clusterId ?? []));
  }

  #list(): readonly ListedMember[] {
    const own = this.#cluster();
    const lists = [...this.#told.values()].filter(
      ({ list, header }) => list !== undefined && (header === undefined || header.clusterId === own),
    );
    return (lists.find(({ header }) => header !== undefined) ?? lists[0])?.list ?? [];
  }

  #asked(targets: readonly EtcdTarget[], list: readonly ListedMember[]): readonly KeyMember[] {
    const own = this.#cluster();
    const idOf = ({ endpoint }: EtcdTarget): string | undefined => this.#told.get(endpoint)?.header?.memberId;
    return oncePerMember(targets, idOf).flatMap(({ endpoint }) => {
      const told = this.#told.get(endpoint);
      if (told === undefined) return [];
      const member = memberFrom(endpoint, told, list, own);
      if (told.settled) return [member];
      return [{ ...member, late: told.asking.then(() => memberFrom(endpoint, told, list, own)) }];
    });
  }

  #behind(endpoint: string): Behind {
    const { header, failure } = this.#told.get(endpoint) ?? {};
    return { endpoint, memberId: header?.memberId, failure };
  }

  /** Members whose address leads to another one. */
  #unseen(targets: readonly EtcdTarget[], list: readonly ListedMember[]): readonly KeyMember[] {
    const behind = targets.map(({ endpoint }) => this.#behind(endpoint));
    const name = (id: string): string => list.find((member) => member.id === id)?.name ?? id;
    return unseenMembers(list, behind, name).map(({ member, failure }) => ({
      ...{ name: member.name, api: undefined, status: undefined, header: undefined, failure },
    }));
  }
}

/** Asks an endpoint who it is, and who the members are. Rejects for a mistake of ours only. */
async function hear(told: Told, call: EtcdCall): Promise<void> {
  const listing = told.api.memberList(call).then(
    ({ members }) => (told.list = members),
    () => undefined,
  );
  try {
    told.header = told.status = await told.api.status(call);
  } catch (error) {
    if (call.signal.aborted) return;
    told.failure = failureOf(error);
    // Who it is, and how far it has come, is no secret.
    if (told.failure.code === "forbidden") told.header = await told.api.header(call).catch(() => undefined);
  }
  await listing;
  told.settled = true;
}

function memberFrom(
  endpoint: string,
  { api, status, header, failure }: Told,
  list: readonly ListedMember[],
  cluster: string | undefined,
): KeyMember {
  const isForeign = header !== undefined && header.clusterId !== cluster;
  const why = isForeign ? foreign(endpoint) : failure;
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
