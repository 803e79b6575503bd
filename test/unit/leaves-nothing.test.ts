import { spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { createInterface } from "node:readline";

const source = (file: string): string => JSON.stringify(resolve("src", file));

/** A program that observes servers that take connections and say nothing, until it has seen each source fail. */
const program = (port: number): string => `
import { connectKube } from ${source("transport/kube-http/client.ts")};
import { readKubeconfig } from ${source("transport/kube-http/kubeconfig.ts")};
import { selectCluster } from ${source("transport/kube-http/select.ts")};
import { connectEtcd } from ${source("transport/etcd-grpc/connect.ts")};
import { observe } from ${source("sources/observe.ts")};
import { channel } from ${source("sources/async/channel.ts")};
import { systemClock } from ${source("sources/async/clock.ts")};
const config = readKubeconfig({}, "none", String);
const flags = { server: "https://127.0.0.1:${port}", asGroups: [], insecureSkipTlsVerify: true };
const kube = await connectKube(selectCluster(config, flags, "none"));
const targets = [{ endpoint: "127.0.0.1:${port}", secure: true }];
const etcd = { found: true, transports: [await connectEtcd({ tls: {}, targets })] };
const controller = new AbortController();
const wanted = new Set(["leases-failed", "member-failed", "members-failed", "api-servers-unknown",
  "pods-failed", "nodes-failed", "election-events-failed"]);
const sources = { kube, etcd, namespace: "kube-system", requestTimeout: 0.3, clock: systemClock };
for await (const { kind } of channel(controller.signal, (emit, signal) => observe(sources, emit, signal))) {
  wanted.delete(kind);
  if (wanted.size === 0) controller.abort();
}
kube.close();
console.log("over");
// A handle that is closed is gone some turns of the event loop later; a timer that runs would still be there.
const left = () => process.getActiveResourcesInfo().filter((what) => /Socket|TLS|Timeout/.test(what)).join();
for (let turn = 0; turn < 1000 && left() !== ""; turn += 1) await new Promise((resolve) => setImmediate(resolve));
console.log("left:", left());
`;

test("a program whose sources are called off ends by itself: no timer, socket or listener holds it", async () => {
  const mute = createServer((socket) => socket.resume().on("error", () => undefined));
  mute.listen(0, "127.0.0.1");
  await once(mute, "listening");
  const { port } = mute.address() as AddressInfo;
  const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program(port)], {
    stdio: ["ignore", "pipe", "inherit"],
    // Only one that is held comes to this.
    timeout: 60_000,
  });
  const lines: string[] = [];
  createInterface(child.stdout).on("line", (line) => lines.push(line));
  const [code] = (await once(child, "close")) as [number | null];
  mute.close();
  expect([code, lines]).toEqual([0, ["over", "left: "]]);
}, 70_000);
