// Started by the measure keys-first: looks for a part of a key as the search box of a running `top` does, and writes how
// many seconds it took from the question to the first hit.
import { directRoute } from "../../src/core/etcd/routes.ts";
import { connectEtcd } from "../../src/transport/etcd-grpc/connect.ts";
import { findEtcd } from "../../src/transport/etcd-grpc/config.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { KeyBrowser } from "../../src/sources/keys/key-browser.ts";

const NO_FLAGS = { endpoints: undefined, cacert: undefined, cert: undefined, key: undefined };
const direction = await findEtcd({ ...NO_FLAGS, user: undefined, password: undefined }, process.env);
if (!direction.found) throw new Error("etcd is not configured");
const over = new AbortController();
// A running `top` has read its program, and speaks with the members.
const direct = await connectEtcd(direction);
for (const target of direction.targets) {
  const member = direct.open(directRoute(target));
  await member.status({ signal: over.signal, timeout: 5 });
  member.close();
}
const start = performance.now();
const browser = new KeyBrowser({ found: true, transports: [direct] }, systemClock, ({ hits }) => {
  if (hits.length === 0 || over.signal.aborted) return;
  process.stdout.write(String((performance.now() - start) / 1000));
  over.abort();
});
browser.ask(process.argv[2] ?? "", over.signal);
await browser.run(over.signal);
process.exit();
