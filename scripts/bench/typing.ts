import type { KeySearch } from "../../src/core/keys/search.ts";
// Started by the measure keys-typing: reads all keys as the search box does, types, and writes figures as JSON.
import { setFlagsFromString } from "node:v8";
import { connectEtcd } from "../../src/transport/etcd-grpc/connect.ts";
import { findEtcd } from "../../src/transport/etcd-grpc/config.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { KeyBrowser } from "../../src/sources/keys/key-browser.ts";
import { spread } from "./row.ts";

const QUERIES = [
  "h",
  "ha",
  "hat",
  "hatest",
  "web",
  "web-a",
  "default",
  "pods/web-1",
  "/registry/pods/",
  "zzzz",
];
const ROUNDS = 20;

const NO_FLAGS = { endpoints: undefined, cacert: undefined, cert: undefined, key: undefined };
const direction = await findEtcd({ ...NO_FLAGS, user: undefined, password: undefined }, process.env);
if (!direction.found) throw new Error("etcd is not configured");
const over = new AbortController();
let heard: (search: KeySearch) => void = () => undefined;
const transports = [await connectEtcd(direction)];
const browser = new KeyBrowser({ found: true, transports }, systemClock, (search) => {
  heard(search);
});
// As in top.
setFlagsFromString("--semi-space-growth-factor=1");
const before = process.memoryUsage().rss;
const running = browser.run(over.signal);

/** Resolves with the first thing that is said for which `is` holds. */
function said(is: (search: KeySearch) => boolean): Promise<KeySearch> {
  return new Promise((resolve) => {
    heard = (search) => {
      if (is(search)) resolve(search);
    };
  });
}

browser.ask("", over.signal);
await said(({ state }) => state === "ready");
const took: number[] = [];
const cpu: number[] = [];
for (let round = 0; round < ROUNDS; round += 1)
  for (const query of QUERIES) {
    const start = performance.now();
    const used = process.cpuUsage();
    const result = said((search) => search.query === query && search.isWhole);
    browser.ask(query, over.signal);
    await result;
    took.push((performance.now() - start) / 1000);
    const { user, system } = process.cpuUsage(used);
    cpu.push((user + system) / 1e6);
  }
const { rss } = process.memoryUsage();
process.stdout.write(
  JSON.stringify({ p99: spread(took).p99, cpuP99: spread(cpu).p99, rss, growth: rss - before }),
);
over.abort();
await running;
