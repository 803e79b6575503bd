import type { Mark } from "../../src/core/keys/key.ts";
import type { OpenedKey } from "../../src/core/keys/value.ts";
import type { KeyHit, KeySearch } from "../../src/core/keys/search.ts";
import { REFUSED, Scene, TIMEOUT, whole } from "./scene.ts";

/** Healthy control planes that were watched for three minutes, by their nodes: played once, and taken on from there. */
const watched = new Map<number, Scene>();

/** A healthy control plane that was watched for three minutes. */
function healthy({ nodes = 3 } = {}): Scene {
  const scene = watched.get(nodes) ?? new Scene({ nodes }).open().run(185.4);
  watched.set(nodes, scene);
  return scene.copy();
}

function first<T>(list: readonly T[]): T {
  return at(list, 0);
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`the scene has no part ${index}`);
  return item;
}

function noLeader(): Scene {
  const scene = healthy();
  first(scene.leases).alive = false;
  return scene.run(17.2);
}

function tookOver(): Scene {
  const scene = noLeader().run(1);
  return scene.take(first(scene.leases), "cp-2").run(11.8);
}

/** The same, with mirror pods and nodes; the scheduler's leader renews no longer. */
function lateWithEvidence(seconds: number): Scene {
  const scene = new Scene().open().withEvidence().run(185.4);
  first(scene.leases).alive = false;
  return scene.run(seconds);
}

/** A renewal that came late and in time, among others of more and less than 2 s. */
function afterLateRenewal(): Scene {
  const scene = healthy();
  const lease = first(scene.leases);
  lease.alive = false;
  scene.run(10);
  lease.alive = true;
  for (const phase of [0.4, 0, 0.8, 0.2]) {
    lease.phase = phase;
    scene.run(20);
  }
  return scene;
}

const NUMBERS = { createRevision: 1_017_004n, modRevision: 1_018_211n, version: 2n, lease: undefined };
const HAS: Mark = { state: "has", numbers: NUMBERS };
const LACKS: Mark = { state: "lacks" };
const SILENT: Mark = { state: "unknown", failure: TIMEOUT };

function hit(name: string, ...marks: readonly Mark[]): KeyHit {
  const text = `/registry/${name}`;
  return { key: new TextEncoder().encode(text), text, marks: marks.length > 0 ? marks : undefined };
}

const HITS = [
  hit("pods/default/hatest-7d9c5b8f4-x2vlp", HAS, HAS, HAS),
  hit("pods/default/hatest-7d9c5b8f4-zk8mq", HAS, HAS, HAS),
  hit("replicasets/default/hatest-7d9c5b8f4", HAS, HAS, HAS),
  hit("deployments/default/hatest", HAS, HAS, HAS),
];

/** The same in trouble: one member lacks keys, cannot be asked, or has one at another revision. */
const DIFFERING = [
  hit("pods/default/hatest-7d9c5b8f4-x2vlp", HAS, HAS, LACKS),
  hit("pods/default/hatest-7d9c5b8f4-zk8mq", HAS, HAS, {
    ...HAS,
    numbers: { ...NUMBERS, modRevision: 1_018_212n },
  }),
  hit("replicasets/default/hatest-7d9c5b8f4", HAS, HAS, SILENT),
  hit("deployments/default/hatest", HAS, HAS, HAS),
];

function found(scene: Scene, more: Partial<KeySearch> = {}): KeySearch {
  return {
    ...{ query: "hatest", members: ["cp-1", "cp-2", "cp-3"], scanned: "cp-1", throttled: undefined },
    ...{ state: "ready", failure: undefined, revision: 1_018_675n, seen: 1_204_331, total: 1_204_331 },
    ...{ readAt: scene.now, isWhole: true, matched: HITS.length, hits: HITS, took: 0.018 },
    ...more,
  };
}

function search(scene: Scene, more: Partial<KeySearch> = {}): Scene {
  return scene.press("/hatest").tell({ kind: "key-search", search: found(scene, more) });
}

/** A value on two members, another one on the third. */
const OPENED: OpenedKey = {
  key: new TextEncoder().encode("/registry/deployments/default/hatest"),
  revision: 1_018_675n,
  members: [
    { state: "has", name: "cp-1", numbers: NUMBERS, value: 0 },
    { state: "has", name: "cp-2", numbers: NUMBERS, value: 0 },
    { state: "has", name: "cp-3", numbers: { ...NUMBERS, modRevision: 1_018_212n, version: 3n }, value: 1 },
  ],
  values: ["web", "api"].map((app) => ({
    bytes: 1234,
    value: {
      form: "kubernetes",
      apiVersion: "apps/v1",
      kind: "Deployment",
      object: { metadata: { name: "hatest", namespace: "default", labels: { app } } },
    },
  })),
};

function opened(scene: Scene): Scene {
  return search(scene).press("<enter><enter>").tell({ kind: "key-opened", key: OPENED });
}

/** Two members of five silent, a leader that went with one of them, clocks that differ: more than a pane shows. */
function manyFindings(): Scene {
  const scene = healthy({ nodes: 5 });
  at(scene.members, 4).failure = { code: "refused", text: "10.0.0.15:2379: connection refused" };
  at(scene.members, 3).failure = TIMEOUT;
  at(scene.members, 0).lag = 48_213;
  at(scene.servers, 2).failure = REFUSED;
  at(scene.servers, 1).ready = false;
  first(scene.leases).alive = false;
  return scene.run(17.2);
}

/** Every state of the screen by name, each built from observations and keys. */
export const STATES = {
  healthy,
  "no-leader": noLeader,
  "took-over": tookOver,
  "renewal-late": () => {
    const scene = healthy();
    first(scene.leases).alive = false;
    return scene.run(6.4);
  },
  "leader-gone": () => lateWithEvidence(0.6).endProcess("kube-scheduler", "cp-1", 137).run(1.8),
  "leader-runs": () => lateWithEvidence(6.4),
  "leader-on-lost-node": () => {
    const scene = lateWithEvidence(9);
    const lost = { ready: "Unknown", since: whole(scene.now), reason: "NodeStatusUnknown" } as const;
    scene.nodes = scene.nodes.map((node) => (node.name === "cp-1" ? { ...node, ...lost } : node));
    return scene.seeEvidence().run(1);
  },
  "split-brain-possible": () => {
    const scene = lateWithEvidence(18.2);
    return scene.take(first(scene.leases), "cp-2").run(11.8);
  },
  overdue: () => {
    const scene = healthy();
    first(scene.leases).alive = false;
    at(scene.leases, 1).alive = false;
    return scene.run(28.1);
  },
  "overdue-long": () => {
    const scene = healthy();
    first(scene.leases).alive = false;
    return scene.run(221);
  },
  vacant: () => {
    const scene = healthy();
    return scene.release(first(scene.leases)).run(0.9);
  },
  /** an operator that was taken away left its lease behind, long before anybody looked */
  "orphaned-lease": () => {
    const scene = new Scene();
    scene.leases.push({ ...scene.lease("old-operator", "worker-7", 3, 9_000_000), alive: false });
    scene.open(-8_600_000).run(185);
    return scene;
  },
  "quorum-lost": () => {
    const scene = healthy();
    at(scene.members, 2).failure = REFUSED;
    scene.run(1.2);
    at(scene.members, 1).failure = TIMEOUT;
    Object.assign(first(scene.members), { leader: undefined });
    scene.sourceDown = { code: "timeout", text: "GET of the leases: no answer in 2 s" };
    for (const server of scene.servers) server.ready = false;
    return scene.run(6.4);
  },
  "api-unreachable": () => {
    const scene = healthy();
    for (const server of scene.servers) server.failure = REFUSED;
    scene.sourceDown = { code: "refused", text: "10.0.0.11:6443: connection refused" };
    return scene.run(12.4);
  },
  forbidden: () => {
    const scene = new Scene().open();
    scene.sourceDown = {
      code: "forbidden",
      text: 'leases in kube-system: User "eve" cannot list resource "leases" in API group "coordination.k8s.io"',
    };
    return scene.run(6);
  },
  "forbidden-from-the-start": () => {
    const scene = new Scene();
    scene.sourceDown = { code: "forbidden", text: "leases in kube-system: forbidden to eve" };
    return scene.run(4);
  },
  "member-silent": () => {
    const scene = healthy();
    at(scene.members, 2).failure = REFUSED;
    return scene.run(41.2);
  },
  "out-of-reach": () => {
    const scene = healthy();
    for (const i of [1, 2]) at(scene.members, i).failure = TIMEOUT;
    return scene.run(6.2);
  },
  election: () => {
    const scene = healthy();
    for (const member of scene.members) Object.assign(member, { leader: undefined, term: 3n });
    return scene.run(1.4);
  },
  "member-partitioned": () => {
    const scene = healthy({ nodes: 5 });
    Object.assign(at(scene.members, 4), { leader: undefined, lag: 45 });
    return scene.run(3);
  },
  "two-claim": () => {
    const scene = healthy();
    const next = first(scene.members).id;
    for (const i of [0, 2]) Object.assign(at(scene.members, i), { term: 3n, leader: next });
    Object.assign(at(scene.members, 1), { lag: 20 });
    return scene.run(1);
  },
  "no-etcd": () => {
    const scene = new Scene();
    scene.members = [];
    scene.open().see({
      kind: "etcd-not-configured",
      tried: [
        { route: "--etcd-endpoints", outcome: "not given" },
        { route: "ETCDCTL_ENDPOINTS", outcome: "not set" },
        { route: "/etc/kubernetes/pki/etcd", outcome: "not on this machine" },
      ],
    });
    return scene.run(185);
  },
  managed: () => {
    const scene = new Scene({ cluster: "shop-eks" });
    scene.members = [];
    scene.servers = [];
    scene.open().see({ kind: "version", gitVersion: "v1.33.1-eks-4096722" });
    const text = "no pod in kube-system has the address of an API server";
    scene.see({ kind: "api-servers-unknown", failure: { code: "other", text } });
    scene.see({ kind: "etcd-not-configured", tried: [{ route: "--etcd-endpoints", outcome: "not given" }] });
    return scene.run(185);
  },
  start: () => new Scene().run(0.4),
  /** leases are here; members and API servers were found, and have not answered yet */
  asked: () => new Scene().open().see({ kind: "tick" }),
  paused: () => {
    const scene = healthy().press("p").run(6);
    first(scene.leases).alive = false;
    return scene.run(9.4);
  },
  toast: () => {
    const scene = healthy();
    return scene.tell({
      kind: "notice",
      tone: "warn",
      text: "the watch of the leases was closed: too old resource version; listed again",
      at: scene.now,
    });
  },
  search: () => search(healthy()),
  "search-typing": () => healthy().press("/hat"),
  "search-first": () =>
    search(healthy(), {
      ...{ state: "reading", seen: 41_000, matched: 2, revision: undefined },
      hits: HITS.slice(0, 2).map((one) => ({ ...one, marks: undefined })),
    }),
  "search-differing": () => search(healthy(), { hits: DIFFERING }).press("<enter>j"),
  "search-old": () => {
    const scene = healthy();
    const readAt = scene.now;
    return search(scene.run(42), { readAt, matched: 5000 });
  },
  "search-throttled": () =>
    search(healthy(), { throttled: "leads", scanned: "cp-2", total: undefined, state: "reading" }),
  "search-failed": () => search(healthy(), { state: "failed", failure: TIMEOUT, matched: 0, hits: [] }),
  "search-in-trouble": () => search(noLeader(), { hits: DIFFERING }),
  "key-opened": () => opened(healthy()),
  "key-zoomed": () => opened(healthy()).press("<enter>"),
  "key-asked": () => search(healthy()).press("<enter><enter>"),
  help: () => healthy().press("?"),
  marked: () => healthy().press("m").run(3).press("m"),
  mixed: () => {
    const scene = new Scene({ nodes: 5 });
    Object.assign(at(scene.members, 2), { version: "3.5.21" });
    Object.assign(at(scene.members, 3), { learner: true, lag: 48_213 });
    Object.assign(at(scene.members, 4), { learner: true, started: false });
    return scene.open().run(185);
  },
  "five-members": () => healthy({ nodes: 5 }),
  "seven-members": () => healthy({ nodes: 7 }),
  "twelve-leases": () => {
    const scene = new Scene();
    for (let i = 1; i <= 9; i++)
      scene.leases.push(scene.lease(`operator-${i}`, `worker-${i}`, i, 600 * i, (i % 5) * 0.4));
    return scene.open().run(185);
  },
  "long-names": () => {
    const host = (i: number): string => `ip-10-0-0-1${i}.control-plane.eu-central-1.compute.internal.${i}`;
    const scene = new Scene({
      cluster: "kubernetes-admin@arn:aws:eks:eu-central-1:123456789012:cluster/prod-eu-1",
    });
    scene.leases.forEach((lease, i) => (lease.host = host(i + 1)));
    scene.members.forEach((member, i) => (member.name = host(i + 1)));
    scene.servers.forEach((server, i) => (server.host = host(i + 1)));
    return scene.open().run(185);
  },
  "wide-characters": () => {
    const scene = new Scene({ cluster: "生产集群" });
    scene.leases.forEach((lease, i) => (lease.host = `控制节点-${i + 1}`));
    scene.members.forEach((member, i) => (member.name = `控制节点-${i + 1}`));
    scene.servers.forEach((server, i) => (server.host = `控制节点-${i + 1}`));
    return scene.open().run(185);
  },
  findings: () => manyFindings().press("f"),
  "findings-scrolled": () => manyFindings().press("fjjjjj"),
  "findings-none": () => healthy().press("f"),
  "findings-zoomed": () => manyFindings().press("f<enter>"),
  "findings-paused": () => {
    const scene = healthy();
    at(scene.members, 2).failure = REFUSED;
    scene.run(41.2).press("pf");
    at(scene.members, 1).failure = TIMEOUT;
    return scene.run(6);
  },
  "members-focused": () => healthy().press("<tab><tab>"),
  "timeline-focused": () => tookOver().press("<tab><tab><tab>jj"),
  "leases-zoomed": () => healthy().press("<enter>"),
  "lease-gap-zoomed": () => afterLateRenewal().press("<enter>"),
  "etcd-zoomed": () => healthy().press("<tab><enter>"),
  "etcd-zoomed-failed": () => {
    const scene = healthy();
    at(scene.members, 2).failure = { code: "refused", text: "connection refused by 10.0.0.13:2379" };
    return scene.run(41.2).press("<tab><enter>jj");
  },
  "members-zoomed": () => healthy({ nodes: 5 }).press("<tab><tab><enter>"),
  "timeline-scrolled": () => {
    const scene = healthy();
    for (let i = 0; i < 12; i++) {
      at(scene.members, 2).failure = i % 2 === 0 ? REFUSED : undefined;
      scene.run(4);
    }
    return scene.press("<tab><tab><tab><pagedown>jj");
  },
  "timeline-zoomed": () => tookOver().press("<tab><tab><tab><enter>"),
} satisfies Record<string, () => Scene>;

export type StateName = keyof typeof STATES;

/** What a screen is laid out from. */
export type Played = Pick<Scene, "monitor" | "now">;
const played = new Map<StateName, Played>();

/** A state, played once for all who only look at it: layout changes nothing in it. */
export function play(state: StateName): Played {
  const known = played.get(state);
  if (known !== undefined) return known;
  const { monitor, now } = STATES[state]();
  played.set(state, { monitor, now });
  return { monitor, now };
}

/** The names of all states. */
export const STATE_NAMES: readonly StateName[] = Object.keys(STATES).filter(
  (name): name is StateName => name in STATES,
);
