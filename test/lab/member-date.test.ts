import type { EtcdTls } from "../../src/transport/etcd-grpc/config.ts";
import type { Observation } from "../../src/core/facts/observation.ts";
import { readFile } from "node:fs/promises";
import { askDate } from "../../src/transport/etcd-grpc/member-date.ts";
import { followClock } from "../../src/sources/etcd/member-clock.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { etcdForFile, startEtcd } from "../etcd-for-file.ts";

const etcd = etcdForFile();
const { signal } = new AbortController();
const call = { signal, timeout: 5 };

/** The client's certificates of the cluster. */
async function tls(env = etcd().env): Promise<EtcdTls> {
  const read = (name: string): Promise<Buffer> => readFile(env[name] ?? "");
  const [ca, cert, key] = ["ETCDCTL_CACERT", "ETCDCTL_CERT", "ETCDCTL_KEY"].map(read);
  return { ca: await ca, cert: await cert, key: await key };
}

test("a member tells the time that it has, in whole seconds, as this machine's clock has it", async () => {
  for (const { endpoint } of etcd().members) {
    const before = Date.now();
    const date = await askDate({ endpoint, secure: true }, await tls(), call);
    expect(date % 1000).toBe(0);
    expect(date).toBeGreaterThanOrEqual(Math.floor(before / 1000) * 1000);
    expect(date).toBeLessThanOrEqual(Date.now());
  }
});

test("it is reported as ahead of our clock or behind, to within what cannot be known", async () => {
  const [member] = etcd().members;
  const own = await tls();
  const over = new AbortController();
  const seen: Observation[] = [];
  // A clock of ours that is a minute late: to it the member's is ahead.
  const clock = (): ReturnType<typeof systemClock> => {
    const { wall, mono } = systemClock();
    return { wall: wall - 60_000, mono };
  };
  const emit = (observation: Observation): void => {
    seen.push(observation);
    over.abort();
  };
  const target = { endpoint: member?.endpoint ?? "", secure: true };
  const date = (): Promise<number> => askDate(target, own, call);
  const asked = { route: target.endpoint, member: { date } };
  await followClock(asked, { timeout: 5, clock, emit }, over.signal);
  const [reported] = seen;
  if (reported?.kind !== "member-clock") throw new Error(JSON.stringify(reported));
  expect(reported.within).toBeGreaterThanOrEqual(0.5);
  expect(Math.abs(reported.ahead - 60)).toBeLessThanOrEqual(reported.within + 0.01);
});

test("a member that serves HTTP elsewhere tells no time on the port of its clients", async () => {
  const args = ["--listen-client-http-urls=http://127.0.0.1:0"];
  await using cluster = await startEtcd({ members: [{ name: "m1" }], args });
  const target = { endpoint: cluster.member("m1").endpoint, secure: true };
  await expect(askDate(target, await tls(cluster.env), call)).rejects.toThrow(/protocol|closed/);
});

test("a member without a time says why: stopped, frozen, another certificate", async () => {
  await using cluster = await startEtcd({ members: [{ name: "m1" }] });
  const target = { endpoint: cluster.member("m1").endpoint, secure: true };
  const own = await tls(cluster.env);
  await expect(askDate(target, { ...own, ca: (await tls()).ca }, call)).rejects.toThrow(/unknown authority/);
  await expect(askDate({ ...target, secure: false }, own, call)).rejects.toThrow(
    /does not tell|protocol|closed/,
  );
  process.kill(cluster.member("m1").pid, "SIGSTOP");
  await expect(askDate(target, own, { signal, timeout: 0.3 })).rejects.toThrow(/no answer .* within 0\.3 s/);
  await cluster.member("m1").stop();
  await expect(askDate(target, own, call)).rejects.toThrow(/connection refused/);
});
