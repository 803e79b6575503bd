import type { Io } from "../../src/cli/io.ts";
import type { Observation } from "../../src/core/facts/observation.ts";
import { Readable, Writable } from "node:stream";
import type { SessionFlags } from "../../src/cli/session.ts";
import { openSession, teed } from "../../src/cli/session.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { NO_FLAGS } from "./kube-servers.ts";

const { signal } = new AbortController();
const io: Io = {
  ...{ stdin: Readable.from([]), stdout: new Writable(), stderr: new Writable(), env: {} },
  ...{ platform: "linux", arch: "x64", node: process.version, plugin: "ha", clock: systemClock },
  ...{ interrupted: signal, wholeScreen: undefined },
};

/** etcd at an address of this machine where nothing listens: each question is refused at once. */
function refusing(port: number): SessionFlags {
  const none = { cacert: undefined, cert: undefined, key: undefined, user: undefined, password: undefined };
  return { etcd: { ...none, endpoints: `http://127.0.0.1:${port}` } };
}

async function all(stream: AsyncIterable<Observation>): Promise<readonly Observation[]> {
  const seen: Observation[] = [];
  for await (const each of stream) seen.push(each);
  return seen;
}

test("two sessions at once each observe their own cluster, and closing one leaves the other", async () => {
  using one = openSession(refusing(1), io);
  const other = openSession(refusing(2), io);
  const [first, second] = await Promise.all([all(one.look("etcd", signal)), all(other.look("etcd", signal))]);
  const routes = (seen: readonly Observation[]): unknown =>
    new Set(seen.flatMap((each) => ("route" in each ? [each.route] : [])));
  expect(routes(first)).toEqual(new Set(["127.0.0.1:1"]));
  expect(routes(second)).toEqual(new Set(["127.0.0.1:2"]));
  other[Symbol.dispose]();
  expect(routes(await all(one.look("etcd", signal)))).toEqual(new Set(["127.0.0.1:1"]));
});

test("what is observed can be teed: the same observations, in the same order, before they are used", async () => {
  const kept: Observation[] = [];
  using session = teed(openSession(refusing(1), io), (seen) => kept.push(seen));
  const used: Observation[] = [];
  for await (const seen of session.look("etcd", signal)) {
    expect(kept.at(-1)).toBe(seen);
    used.push(seen);
  }
  expect(kept).toEqual(used);
  expect(used.length).toBeGreaterThan(1);
});

test("nothing is opened before it is asked for, and each thing once", async () => {
  const missing = { ...NO_FLAGS, kubeconfig: "/nonexistent" };
  using session = openSession({ ...refusing(1), cluster: missing }, io);
  const [first, again] = await Promise.all([session.etcd(), session.etcd()]);
  expect(first).toBe(again);
  await session.prepare("etcd");
  await expect(session.prepare("everything")).rejects.toThrow("/nonexistent");
});

test("a session that was closed while it opened its connections closes those, too", async () => {
  const session = openSession({ cluster: { ...NO_FLAGS, server: "https://127.0.0.1:1" } }, io);
  const opening = session.kube();
  session[Symbol.dispose]();
  const { api } = await opening;
  await expect(api.get("/version", { signal, timeout: 1 })).rejects.toThrow();
});

test("what is observed has a tick every half second, and ends with its reader", async () => {
  using session = openSession(refusing(1), io);
  const kinds = new Set<string>();
  let ticked = 0;
  for await (const { kind } of session.observe("etcd", signal)) {
    kinds.add(kind);
    if (kind === "tick" && ++ticked === 2) break;
  }
  expect(kinds).toEqual(new Set(["etcd-routes", "member-failed", "members-failed", "tick"]));
});
