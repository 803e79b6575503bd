import { setTimeout as sleep } from "node:timers/promises";
import { Api } from "../lab/daemon/api.ts";
import type { Lab } from "../lab/lab.ts";
import type { Robot } from "../robot/robot.ts";
import { ms, spread, toRow } from "./row.ts";
import type { Row } from "./row.ts";
import { startKubectlWatch, startTop } from "./watched.ts";
import type { Env } from "./watched.ts";

const CHANGES = 200;
const LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases";
const NAME = "bench";

/**
 * How long a lease's change takes from the API server's answer to the write until it is on the screen: of `top`, and
 * of kubectl's own watch, both in pseudo terminals that the same program reads.
 */
export async function change(env: Env, lab: Lab): Promise<Row[]> {
  const api = new Api(lab.spec);
  await write(api, "POST", LEASES, { metadata: { name: NAME }, spec: spec(holder(0)) });
  await using top = await startTop(env);
  await using kubectl = await startKubectlWatch(env);
  await Promise.all(
    [top, kubectl].map((robot) => robot.see("our lease", (text) => text.includes(holder(0)))),
  );
  const [ours, peer]: [number[], number[]] = [[], []];
  for (let n = 1; n <= CHANGES; n += 1) {
    // Changes come at any moment of the second.
    await sleep(150 + Math.random() * 300);
    const seen = [top, kubectl].map((robot) => seenAt(robot, holder(n)));
    await write(api, "PATCH", `${LEASES}/${NAME}`, { spec: spec(holder(n)) });
    const answered = performance.now();
    const [a = NaN, b = NaN] = (await Promise.all(seen)).map((at) => (at - answered) / 1000);
    ours.push(a);
    peer.push(b);
  }
  await lab.kubectl(["delete", "lease", NAME, "-n", "kube-system"]);
  return [rowOf(ours, peer)];
}

function rowOf(ours: readonly number[], peer: readonly number[]): Row {
  const [a, b] = [spread(ours), spread(peer)];
  const lag = spread(ours.map((seconds, n) => seconds - (peer[n] ?? NaN)));
  return toRow({
    measure: `lease change, API server's answer to the painted cell, ${CHANGES} changes`,
    ours: `p50 ${ms(a.median)}, p99 ${ms(a.p99)}; behind by p50 ${ms(lag.median)}, p99 ${ms(lag.p99)}`,
    peer: `\`kubectl get lease -w\`: p50 ${ms(b.median)}, p99 ${ms(b.p99)}`,
    ratio: a.median / b.median,
    judged: lag.p99,
    target: 0.1,
    aim: "p99 100 ms behind",
    figures: {
      oursMedianSeconds: a.median,
      oursP99Seconds: a.p99,
      peerMedianSeconds: b.median,
      peerP99Seconds: b.p99,
      behindMedianSeconds: lag.median,
      behindP99Seconds: lag.p99,
    },
  });
}

async function seenAt(robot: Robot, text: string): Promise<number> {
  await robot.see(text, (screen) => screen.includes(text));
  return performance.now();
}

const holder = (n: number): string => `host-${String(n).padStart(4, "0")}`;

function spec(holderIdentity: string): object {
  // The API's time has six digits.
  const now = new Date().toISOString().replace("Z", "000Z");
  return { holderIdentity, leaseDurationSeconds: 15, acquireTime: now, renewTime: now };
}

async function write(api: Api, method: "POST" | "PATCH", path: string, lease: object): Promise<void> {
  const body = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", ...lease };
  const contentType = method === "PATCH" ? "application/merge-patch+json" : "application/json";
  const answer = await api.ask(1, { method, path, body, contentType });
  if (answer.status >= 300)
    throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
}
