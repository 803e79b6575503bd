import type { EtcdClientFlags } from "../../src/transport/etcd-grpc/config.ts";
import { findEtcd } from "../../src/transport/etcd-grpc/config.ts";
import type { KubeApi } from "../../src/transport/kube-http/client.ts";
import { connectKube } from "../../src/transport/kube-http/client.ts";
import type { ClientFlags } from "../../src/transport/kube-http/select.ts";
import type { Assessment } from "../../src/core/assessment.ts";
import type { Observation } from "../../src/core/facts/observation.ts";
import type { ClusterState } from "../../src/core/state.ts";
import type { EtcdAccess } from "../../src/sources/etcd/access.ts";
import type { Sources } from "../../src/sources/observe.ts";
import { channel } from "../../src/sources/async/channel.ts";
import { observe } from "../../src/sources/observe.ts";
import type { Lab } from "../../scripts/lab/lab.ts";
import { connectEtcd } from "../../src/transport/etcd-grpc/connect.ts";
import { loadSelection } from "../../src/transport/kube-http/config.ts";
import { assess } from "../../src/core/assess.ts";
import { initialState, reduce } from "../../src/core/reduce.ts";
import { systemClock } from "../../src/sources/async/clock.ts";

const NO_FLAGS: ClientFlags = {
  kubeconfig: undefined,
  context: undefined,
  cluster: undefined,
  user: undefined,
  server: undefined,
  token: undefined,
  as: undefined,
  asGroups: [],
  certificateAuthority: undefined,
  insecureSkipTlsVerify: false,
  tlsServerName: undefined,
  requestTimeout: undefined,
};

/** A client of the lab's API servers, as the flags make it. */
export async function kubeOf(lab: Lab, flags: Partial<ClientFlags> = {}): Promise<KubeApi> {
  return connectKube(
    await loadSelection({ ...NO_FLAGS, ...flags }, { env: lab.env, platform: process.platform }),
  );
}

/** The way to the lab's etcd. */
export async function etcdOf(lab: Lab, flags: Partial<EtcdClientFlags> = {}): Promise<EtcdAccess> {
  const nobody = { user: undefined, password: undefined };
  const none = { endpoints: undefined, cacert: undefined, cert: undefined, key: undefined, ...nobody };
  const route = await findEtcd({ ...none, ...flags }, lab.env);
  if (!route.found) return route;
  const { clientCertificateEnds } = route;
  return { found: true, clientCertificateEnds, transports: [await connectEtcd(route)] };
}

/** Observes a lab in the background. */
export class Watcher implements AsyncDisposable {
  readonly seen: Observation[] = [];
  readonly #controller = new AbortController();
  readonly #kube: KubeApi;
  readonly #reading: Promise<void>;
  #wake = Promise.withResolvers<undefined>();

  private constructor(sources: Sources & { readonly kube: KubeApi }) {
    this.#kube = sources.kube;
    this.#reading = this.#read(sources);
  }

  static async of(
    lab: Lab,
    flags: Partial<ClientFlags> = {},
    etcdFlags: Partial<EtcdClientFlags> = {},
    namespace = "kube-system",
  ): Promise<Watcher> {
    const [kube, etcd] = await Promise.all([kubeOf(lab, flags), etcdOf(lab, etcdFlags)]);
    const rest = { namespace, requestTimeout: undefined, clock: systemClock };
    return new Watcher({ kube, etcd, ...rest });
  }

  /**
   * The first observation since `since` (ms since 1970) for which `holds`; fails with `what` if it takes longer than
   * `seconds` from then on, or from now if it is later.
   */
  async first(
    what: string,
    seconds: number,
    since: number,
    holds: (one: Observation) => boolean,
  ): Promise<Observation> {
    const until = Math.max(since, Date.now()) + seconds * 1000;
    for (let at = 0; ;) {
      for (; at < this.seen.length; at += 1) {
        const one = this.seen[at];
        if (one !== undefined && one.at.wall >= since && holds(one)) return one;
      }
      const left = until - Date.now();
      if (left <= 0) throw new Error(`${what}: not seen within ${seconds} s; last: ${this.#tail()}`);
      await this.#news(left);
    }
  }

  /**
   * What the program would say: the first assessment since `since` of which it is so, made after each observation. Fails
   * as `first` does.
   */
  async judged(
    what: string,
    seconds: number,
    since: number,
    holds: (assessment: Assessment, state: ClusterState) => boolean,
  ): Promise<{ readonly assessment: Assessment; readonly state: ClusterState }> {
    const [begun] = this.seen;
    let state = initialState(begun?.at ?? systemClock());
    let assessment: Assessment | undefined;
    await this.first(what, seconds, 0, (one) => {
      state = reduce(reduce(state, one), { kind: "tick", at: one.at });
      if (one.at.wall < since) return false;
      assessment = assess(state, one.at);
      return holds(assessment, state);
    });
    if (assessment === undefined) throw new Error(`${what}: nothing was seen`);
    return { assessment, state };
  }

  /** What was seen since then, of one kind. */
  since<K extends Observation["kind"]>(since: number, kind: K): (Observation & { kind: K })[] {
    return this.seen.filter(
      (one): one is Observation & { kind: K } => one.kind === kind && one.at.wall >= since,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#controller.abort();
    await this.#reading;
    this.#kube.close();
  }

  async #read(sources: Sources): Promise<void> {
    const { signal } = this.#controller;
    for await (const one of channel<Observation>(signal, (emit, inner) => observe(sources, emit, inner))) {
      this.seen.push(one);
      this.#wake.resolve(undefined);
      this.#wake = Promise.withResolvers();
    }
  }

  async #news(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, ms, undefined);
    await Promise.race([this.#wake.promise, promise]);
    clearTimeout(timer);
  }

  #tail(): string {
    return JSON.stringify(this.seen.slice(-12), (_key, value: unknown) =>
      typeof value === "bigint" ? value.toString() : value,
    );
  }
}
