import { asking } from "../unit/route-kit.ts";
import type { ComponentPod, NodeReport, ProcessReport } from "../../src/core/facts/evidence.ts";
import type { Failure } from "../../src/core/facts/failure.ts";
import type { LeaseRecord } from "../../src/core/facts/lease-record.ts";
import type { ListedMember, MemberStatus } from "../../src/core/facts/member.ts";
import type { LeaseObservation, Observation } from "../../src/core/facts/observation.ts";
import type { Instant, Seconds } from "../../src/core/facts/time.ts";
import { later } from "../../src/core/facts/time.ts";
import type { Key } from "../../src/screen/input/bindings.ts";
import type { Monitor } from "../../src/screen/monitor.ts";
import { startMonitor } from "../../src/screen/monitor.ts";
import type { Message } from "../../src/screen/update.ts";
import { update } from "../../src/screen/update.ts";

/** A leader election as the scene plays it. */
export interface PlayedLease {
  name: string;
  host: string;
  id: string;
  transitions: number;
  acquiredAt: Instant;
  /** renews while true */
  alive: boolean;
  duration: number;
  /** when within its 2 s it renews */
  phase: Seconds;
}

/** An etcd member as the scene plays it. */
export interface PlayedMember {
  name: string;
  id: string;
  endpoint: string;
  version: string;
  learner: boolean;
  started: boolean;
  /** raft index behind the leader */
  lag: number;
  /** its term, and the leader that it names */
  term: bigint;
  leader: string | undefined;
  failure: Failure | undefined;
  took: Seconds;
}

/** A component's process and its mirror pod as the scene plays them. */
export interface PlayedPod {
  readonly component: string;
  readonly host: string;
  process: ProcessReport;
}

/** An API server as the scene plays it. */
export interface PlayedServer {
  host: string;
  server: string;
  ready: boolean;
  failure: Failure | undefined;
  took: Seconds;
}

export const REFUSED: Failure = { code: "refused", text: "connection refused" };
export const TIMEOUT: Failure = { code: "timeout", text: "no answer in 0.5 s" };

const IDS = [
  "2746f056800f3945",
  "d19a6f8689ba3eef",
  "48233008ec264d19",
  "9c1f0b7a22d4e610",
  "a01be2c94f5d7733",
  "77aa01d3c0ffee12",
  "e1c2b3a495867768",
];
const CLUSTER = "5f1c0d77a1b2e390";
const STEP: Seconds = 0.2;

/**
 * A three-member control plane, played: it makes the observations that real sources would make, at fixed moments, and
 * hands them to the monitor. Faults are changes of its parts.
 */
export class Scene {
  now: Instant;
  monitor: Monitor;
  leases: PlayedLease[];
  members: PlayedMember[];
  servers: PlayedServer[];
  /** none: only leases are known of the leaders */
  pods: PlayedPod[] = [];
  nodes: NodeReport[] = [];
  /** why the leases cannot be read */
  sourceDown: Failure | undefined;
  index = 1_196_000;
  private steps = 0;

  constructor({ nodes = 3, cluster = "prod-eu" } = {}) {
    this.now = { wall: Date.UTC(2026, 10, 22, 13, 48, 30, 4), mono: 5_000_000 };
    this.monitor = startMonitor({ cluster, server: "10.0.0.11:6443" }, this.now);
    this.leases = [
      this.lease("kube-scheduler", "cp-1", 0, 15_000),
      this.lease("kube-controller-manager", "cp-2", 0, 15_100, 0.6),
      this.lease("cloud-controller-manager", "cp-3", 4, 9000, 1.4),
    ];
    this.members = Array.from({ length: nodes }, (_, i) => this.member(i));
    this.servers = Array.from({ length: 3 }, (_, i) => ({
      host: `cp-${i + 1}`,
      server: `10.0.0.1${i + 1}:6443`,
      ready: true,
      failure: undefined,
      took: 0.002 + i / 2000,
    }));
  }

  /** Another one that goes on from here by itself. What it shows is immutable, what it plays is not. */
  copy(): Scene {
    const copy = Object.assign(new Scene(), this);
    copy.leases = this.leases.map((lease) => ({ ...lease }));
    copy.members = this.members.map((member) => ({ ...member }));
    copy.servers = this.servers.map((server) => ({ ...server }));
    copy.pods = this.pods.map((pod) => ({ ...pod }));
    return copy;
  }

  lease(name: string, host: string, transitions: number, heldFor: Seconds, phase = 0): PlayedLease {
    const acquiredAt = later(this.now, -heldFor);
    const id = "fc1e3902-e4ac-4e1e-9ad2-98d2b61f0a55";
    return { name, host, id, transitions, acquiredAt, alive: true, duration: 15, phase };
  }

  member(i: number): PlayedMember {
    return {
      name: `cp-${i + 1}`,
      id: IDS[i] ?? "ff",
      endpoint: `10.0.0.1${i + 1}:2379`,
      version: "3.6.8",
      learner: false,
      started: true,
      lag: i === 2 ? 2 : 0,
      term: 2n,
      leader: IDS[1],
      failure: undefined,
      took: 0.0012 + (i % 2 ? -0.0003 : i / 10_000),
    };
  }

  /** What is asked for once, at the start; a lease that nobody renews was last renewed `silentFor` seconds from then. */
  open(silentFor: Seconds = 0): this {
    this.see({ kind: "version", gitVersion: "v1.36.3" });
    this.see({
      kind: "api-servers-found",
      servers: this.servers.map(({ server, host }) => ({ server, host })),
    });
    this.see({
      kind: "etcd-routes",
      routes: asking(this.members.filter((m) => m.started).map((m) => m.endpoint)),
    });
    this.see({
      kind: "leases-listed",
      leases: [...this.leases.map((l) => this.record(l, l.alive ? 0 : silentFor)), ...this.identities()],
    });
    return this;
  }

  /** Lets time go by, with all that is seen in it. */
  run(seconds: Seconds): this {
    const until = this.now.mono + seconds * 1000 - 1;
    while (this.now.mono < until) {
      this.now = later(this.now, Math.min(STEP, (until + 1 - this.now.mono) / 1000));
      this.steps++;
      this.step();
    }
    return this;
  }

  private step(): void {
    const second = this.steps % 5;
    this.index += 12;
    if (second === 1) this.seeMembers();
    if (second === 2) this.seeLists();
    if (this.steps % 10 === 3) this.seeServers();
    if (this.steps % 50 === 4) this.seeEvidence();
    if (this.sourceDown) {
      if (second === 0) this.see({ kind: "leases-failed", failure: this.sourceDown });
    } else {
      for (const lease of this.leases) this.renew(lease);
      if (this.steps % 50 === 7)
        for (const lease of this.identities()) this.see({ kind: "lease-changed", lease });
      if (second === 4) this.see({ kind: "leases-alive" });
    }
    this.see({ kind: "tick" });
  }

  private renew(lease: PlayedLease): void {
    if (!lease.alive || Math.abs(((this.steps * STEP) % 2) - lease.phase) > 0.01) return;
    this.see({ kind: "lease-changed", lease: this.record(lease) });
  }

  /** A holder other than before takes the lease now. */
  take(lease: PlayedLease, host: string): this {
    Object.assign(lease, {
      host,
      id: "0b6f3c1d-52aa-4d0e-8f11-6f1b1c6f7a21",
      alive: true,
      acquiredAt: this.now,
    });
    lease.transitions++;
    lease.phase = Math.round(((this.steps * STEP) % 2) * 10) / 10;
    return this.see({ kind: "lease-changed", lease: this.record(lease) });
  }

  /** The holder gives the lease back in good order. */
  release(lease: PlayedLease): this {
    lease.alive = false;
    const record = { ...this.record(lease), holderIdentity: "", leaseDurationSeconds: 1 };
    return this.see({ kind: "lease-changed", lease: record });
  }

  record(lease: PlayedLease, renewed: Seconds = 0): LeaseRecord {
    return {
      kind: "Lease",
      namespace: "kube-system",
      name: lease.name,
      uid: `uid-of-${lease.name}`,
      resourceVersion: String(900_000 + this.steps * 10),
      holderIdentity: `${lease.host}_${lease.id}`,
      leaseDurationSeconds: lease.duration,
      acquireTime: micro(lease.acquiredAt),
      renewTime: micro(later(this.now, renewed - 0.004)),
      leaseTransitions: lease.transitions,
      apiServerHost: undefined,
    };
  }

  private identities(): LeaseRecord[] {
    return this.servers
      .filter((s) => s.failure === undefined)
      .map(({ host }) => ({
        kind: "Lease",
        namespace: "kube-system",
        name: `apiserver-${host}`,
        uid: `uid-of-${host}`,
        resourceVersion: String(900_000 + this.steps * 10),
        holderIdentity: `apiserver-${host}_${host}`,
        leaseDurationSeconds: 3600,
        acquireTime: undefined,
        renewTime: micro(this.now),
        leaseTransitions: undefined,
        apiServerHost: host,
      }));
  }

  /** From now on mirror pods and nodes are observed, too: each leader's process has run for as long as it leads. */
  withEvidence(): this {
    this.pods = this.leases.slice(0, 2).flatMap(({ name }) =>
      ["cp-1", "cp-2", "cp-3"].map((host) => ({
        component: name,
        host,
        process: {
          state: "runs",
          startedAt: whole(later(this.now, -20_000)),
          restarts: 0,
          lastEnd: undefined,
        },
      })),
    );
    this.nodes = ["cp-1", "cp-2", "cp-3"].map((name) => ({
      ...{ name, hostname: name, ready: "True", since: whole(later(this.now, -20_000)), reason: "" },
    }));
    return this.seeEvidence();
  }

  /** What the kubelets and the nodes say now. */
  seeEvidence(): this {
    if (this.pods.length === 0) return this;
    const pods = this.pods.map(({ component, host, process }): ComponentPod => ({
      ...{ name: `${component}-${host}`, component, node: host, process },
    }));
    return this.see({ kind: "pods-listed", pods }).see({ kind: "nodes-listed", nodes: this.nodes });
  }

  /** The process of that component there ends, and its kubelet says so at once. */
  endProcess(component: string, host: string, exitCode: number): this {
    const pod = this.pods.find((one) => one.component === component && one.host === host);
    if (pod?.process.state !== "runs") throw new Error(`${component} does not run on ${host}`);
    const { startedAt } = pod.process;
    const end = { exitCode, signal: undefined, reason: "Error", startedAt, finishedAt: whole(this.now) };
    pod.process = { state: "ended", end, restarts: 0, waiting: undefined };
    return this.seeEvidence();
  }

  private seeMembers(): void {
    for (const m of this.members.filter((p) => p.started)) {
      const seen = m.failure
        ? { kind: "member-failed" as const, route: m.endpoint, failure: m.failure }
        : { kind: "member-answered" as const, route: m.endpoint, status: this.status(m), took: m.took };
      this.see(seen);
    }
  }

  private status(m: PlayedMember): MemberStatus {
    return {
      clusterId: CLUSTER,
      memberId: m.id,
      leaderId: m.leader,
      isLearner: m.learner,
      version: m.version,
      storageVersion: m.version.startsWith("3.6") ? "3.6.0" : undefined,
      revision: 1_018_675n,
      raftTerm: m.term,
      raftIndex: BigInt(this.index - m.lag),
      raftAppliedIndex: BigInt(this.index - m.lag),
      dbSize: 446_123_008n,
      dbSizeInUse: 272_134_144n,
      dbSizeQuota: m.version.startsWith("3.6") ? 2_147_483_648n : undefined,
      downgrade: undefined,
      errors: m.leader === undefined ? ["etcdserver: no leader"] : [],
    };
  }

  private seeLists(): void {
    const members = this.list();
    for (const m of this.members) {
      if (m.started && m.failure === undefined && m.leader !== undefined) {
        const by = { clusterId: CLUSTER, memberId: m.id };
        this.see({ kind: "members-listed", route: m.endpoint, by, members });
      }
    }
  }

  list(): ListedMember[] {
    return this.members.map((m) => ({
      id: m.id,
      name: m.started ? m.name : "",
      peerUrls: [`https://${m.endpoint.replace("2379", "2380")}`],
      clientUrls: m.started ? [`https://${m.endpoint}`] : [],
      isLearner: m.learner,
    }));
  }

  private seeServers(): void {
    for (const { server, ready, failure, took } of this.servers) {
      if (failure) this.see({ kind: "api-server-failed", server, failure });
      else this.see({ kind: "api-server-answered", server, ready, failing: ready ? [] : ["etcd"], took });
    }
  }

  /** Hands an observation of this moment to the monitor. */
  see(seen: LeaseObservation | WithoutInstant<Observation>): this {
    return this.tell({ kind: "observed", observation: { ...seen, at: this.now } });
  }

  /** Presses keys: names of more than one letter in angle brackets, else what they type. */
  press(keys: string): this {
    for (const name of keys.match(/<[^>]+>|./gs) ?? [])
      this.tell({ kind: "key", key: keyOf(name), at: this.now });
    return this;
  }

  tell(message: Message): this {
    this.monitor = update(this.monitor, message).monitor;
    return this;
  }
}

type WithoutInstant<T> = T extends { readonly at: Instant } ? Omit<T, "at"> : never;

/** `<tab>`, `<shift-tab>`, `<ctrl-u>` or a character as the key that it is. */
export function keyOf(name: string): Key {
  const inner = name.length > 1 ? name.slice(1, -1) : name;
  const parts = inner.split("-");
  const base = parts.at(-1) ?? "";
  const none = { ctrl: parts.includes("ctrl"), shift: parts.includes("shift") };
  return name.length > 1
    ? { name: base, text: "", ...none }
    : { name: base.toLowerCase(), text: base, ...none };
}

/** A time as a kubelet writes it. */
export function whole(at: Instant): string {
  return new Date(at.wall).toISOString().replace(/\.\d+/, "");
}

function micro(at: Instant): string {
  return new Date(at.wall).toISOString().replace("Z", "634Z");
}
