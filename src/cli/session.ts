import type { Failure } from "../core/facts/failure.ts";
import type { Observation } from "../core/facts/observation.ts";
import type { Instant, Seconds } from "../core/facts/time.ts";
import type { KeySearch } from "../core/keys/search.ts";
import type { EtcdAccess } from "../sources/etcd/access.ts";
import type { KeyBrowser } from "../sources/keys/key-browser.ts";
import type { KeyMembers } from "../sources/keys/key-members.ts";
import type { EtcdClientFlags } from "../transport/etcd-grpc/config.ts";
import type { KubeApi } from "../transport/kube-http/client.ts";
import type { ClientFlags } from "../transport/kube-http/select.ts";
import type { Io } from "./io.ts";
import type { Emit } from "../sources/async/channel.ts";
import { channel } from "../sources/async/channel.ts";
import { ticks } from "../sources/ticks.ts";
import { REQUEST_TIMEOUT } from "../sources/until-answered.ts";
import { cleanText } from "../text/clean.ts";

/** The flags that name a cluster. A command that asks one side only leaves out the other. */
export interface SessionFlags {
  readonly cluster?: ClientFlags;
  /** where the leases of the control plane are */
  readonly namespace?: string;
  readonly etcd?: EtcdClientFlags;
  /** deadline of one request, to an API server or a member of etcd, in seconds; undefined: 1.5 s */
  readonly requestTimeout?: Seconds | undefined;
}

/**
 * What of a cluster is observed: leases, API servers and etcd; its leases alone; its etcd alone, or with a read through the
 * majority by way of each member.
 */
export type Observed = "everything" | "leaders" | "etcd" | "etcd health";

/** The API servers of a session. `clusterName`: what the person calls the cluster, the kubeconfig's context. */
export interface KubeAccess {
  readonly api: KubeApi;
  readonly clusterName: string;
}

/** No API server is named, and why. */
export interface KubeMissing {
  readonly api: undefined;
  readonly failure: Failure;
}

/**
 * Where observations come from, and the clock: the one value that a command is handed of the cluster. It owns connections
 * and credentials; nothing is opened before it is asked for, each thing once, and disposing it closes all. It only reads.
 */
export interface Session extends Disposable {
  readonly clock: () => Instant;
  /** deadline of one request, in seconds */
  readonly timeout: Seconds;
  /** Opens what is to be observed, so that a mistake in flags or files shows before anything else. Throws UserError. */
  prepare(what: Observed): Promise<void>;
  /**
   * Begins at once, with a tick every half second, and goes on until `signal` aborts or the reader leaves. Throws
   * UserError as `prepare`, and nothing after that.
   */
  observe(what: Observed, signal: AbortSignal): AsyncGenerator<Observation, void, void>;
  /** One look: the same without ticks, until each thing that there is to ask has answered or failed once. */
  look(what: Observed, signal: AbortSignal): AsyncGenerator<Observation, void, void>;
  /** Throws UserError where the kubeconfig cannot be used; NoKubeconfig where there is none. */
  kube(): Promise<KubeAccess>;
  /** The same; where there is no kubeconfig, but a way to etcd, why there is none. */
  kubeOrWhyNot(): Promise<KubeAccess | KubeMissing>;
  /** How etcd is reached, or what was tried. Throws UserError where a flag or file cannot be used. */
  etcd(): Promise<EtcdAccess>;
  /** The members as they are asked for keys; see KeyMembers. Dispose them. */
  keyMembers(timeout: Seconds): Promise<KeyMembers>;
  /** Makes what keeps the keys of one member in memory; see KeyBrowser. */
  keyBrowsers(): Promise<MakeBrowser>;
}

/** Makes a KeyBrowser; `tell` gets how far a search has come. */
export type MakeBrowser = (tell: (search: KeySearch) => void) => KeyBrowser;

/** Opens a session on the cluster that the flags, the kubeconfig and the environment name. */
export function openSession(flags: SessionFlags, io: Io): Session {
  return new LiveSession(flags, io);
}

/** A session whose observations are shown to `sink`, too, each before it is used. */
export function teed(session: Session, sink: (seen: Observation) => void): Session {
  async function* shown(stream: AsyncIterable<Observation>): AsyncGenerator<Observation, void, void> {
    for await (const seen of stream) {
      sink(seen);
      yield seen;
    }
  }
  return {
    clock: session.clock,
    timeout: session.timeout,
    prepare: (what) => session.prepare(what),
    observe: (what, signal) => shown(session.observe(what, signal)),
    look: (what, signal) => shown(session.look(what, signal)),
    kube: () => session.kube(),
    kubeOrWhyNot: () => session.kubeOrWhyNot(),
    etcd: () => session.etcd(),
    keyMembers: (timeout) => session.keyMembers(timeout),
    keyBrowsers: () => session.keyBrowsers(),
    [Symbol.dispose]: () => {
      session[Symbol.dispose]();
    },
  };
}

class LiveSession implements Session {
  readonly #flags: SessionFlags;
  readonly #io: Io;
  readonly timeout: Seconds;
  #kube: Promise<KubeAccess> | undefined;
  #api: KubeApi | undefined;
  #etcd: Promise<EtcdAccess> | undefined;
  #isClosed = false;

  constructor(flags: SessionFlags, io: Io) {
    this.#flags = flags;
    this.#io = io;
    this.timeout = flags.requestTimeout ?? REQUEST_TIMEOUT;
  }

  get clock(): () => Instant {
    return this.#io.clock;
  }

  async prepare(what: Observed): Promise<void> {
    await Promise.all([
      ...(what === "everything" ? [this.kubeOrWhyNot()] : []),
      ...(what === "leaders" ? [this.kube()] : [this.etcd()]),
    ]);
  }

  observe(what: Observed, signal: AbortSignal): AsyncGenerator<Observation, void, void> {
    return channel(
      signal,
      (emit, inner) => this.#run(what, false, emit, inner),
      (emit, inner) => ticks(this.clock, emit, inner),
    );
  }

  look(what: Observed, signal: AbortSignal): AsyncGenerator<Observation, void, void> {
    return channel(signal, (emit, inner) => this.#run(what, true, emit, inner));
  }

  async #run(what: Observed, once: boolean, emit: Emit<Observation>, signal: AbortSignal): Promise<void> {
    const { clock, timeout } = this;
    const namespace = this.#flags.namespace ?? "kube-system";
    switch (what) {
      case "everything": {
        const { observe, observeOnce } = await import("../sources/observe.ts");
        const [access, etcd] = await Promise.all([this.kubeOrWhyNot(), this.etcd()]);
        const { requestTimeout } = this.#flags;
        const kube = access.api ?? access.failure;
        const sources = { kube, etcd, namespace, requestTimeout, clock };
        await (once ? observeOnce : observe)(sources, emit, signal);
        return;
      }
      case "leaders": {
        const { observeLeaders } = await import("../sources/kube/leaders.ts");
        const { api } = await this.kube();
        await observeLeaders({ api, namespace, timeout, clock, once }, emit, signal);
        return;
      }
      case "etcd": {
        const [{ observeEtcd }, { observeEtcdOnce }] = await Promise.all([
          import("../sources/etcd/etcd.ts"),
          import("../sources/etcd/etcd-once.ts"),
        ]);
        await (once ? observeEtcdOnce : observeEtcd)(
          { etcd: await this.etcd(), timeout, clock },
          emit,
          signal,
        );
        return;
      }
      case "etcd health": {
        const { observeHealth, observeHealthOnce } = await import("../sources/etcd/health.ts");
        const source = { etcd: await this.etcd(), timeout, read: this.#flags.requestTimeout, clock };
        await (once ? observeHealthOnce : observeHealth)(source, emit, signal);
      }
    }
  }

  kube(): Promise<KubeAccess> {
    this.#kube ??= this.#openKube();
    return this.#kube;
  }

  async kubeOrWhyNot(): Promise<KubeAccess | KubeMissing> {
    try {
      return await this.kube();
    } catch (error) {
      const { NoKubeconfig } = await import("../transport/kube-http/config.ts");
      if (!(error instanceof NoKubeconfig) || !(await this.etcd()).found) throw error;
      return { api: undefined, failure: { code: "other", text: error.message } };
    }
  }

  async #openKube(): Promise<KubeAccess> {
    const flags = this.#flags.cluster;
    if (flags === undefined) throw new Error("this session has no API servers");
    const [{ loadSelection }, { connectKube }] = await Promise.all([
      import("../transport/kube-http/config.ts"),
      import("../transport/kube-http/client.ts"),
    ]);
    const selection = await loadSelection(flags, this.#io);
    const api = await connectKube(selection);
    if (this.#isClosed) api.close();
    this.#api = api;
    const name = selection.contextName ?? selection.server.host;
    // kubeadm calls its context `kubernetes-admin@kubernetes`: who looks is no part of what is looked at.
    return { api, clusterName: cleanText(name.replace(/^[^@]*@(?=.)/, "")) };
  }

  etcd(): Promise<EtcdAccess> {
    this.#etcd ??= this.#openEtcd();
    return this.#etcd;
  }

  async #openEtcd(): Promise<EtcdAccess> {
    const flags = this.#flags.etcd;
    if (flags === undefined) throw new Error("this session has no etcd");
    const { findEtcd } = await import("../transport/etcd-grpc/config.ts");
    const config = await findEtcd(flags, this.#io.env);
    if (!config.found) return config;
    const { connectEtcd } = await import("../transport/etcd-grpc/connect.ts");
    const { clientCertificateEnds } = config;
    return { found: true, clientCertificateEnds, transports: [await connectEtcd(config)] };
  }

  async keyMembers(timeout: Seconds): Promise<KeyMembers> {
    const [{ KeyMembers: Members }, etcd] = await Promise.all([
      import("../sources/keys/key-members.ts"),
      this.etcd(),
    ]);
    return new Members(etcd, timeout);
  }

  async keyBrowsers(): Promise<MakeBrowser> {
    const [{ KeyBrowser: Browser }, etcd] = await Promise.all([
      import("../sources/keys/key-browser.ts"),
      this.etcd(),
    ]);
    return (tell) => new Browser(etcd, this.clock, tell);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#api?.close();
  }
}
