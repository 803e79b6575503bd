import type { KeySearch } from "../../src/core/keys/search.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { KeyBrowser } from "../../src/sources/keys/key-browser.ts";
import { startEtcd } from "../etcd-for-file.ts";
import { access, put } from "./key-kit.ts";
import { eventually } from "./support.ts";

test("the box goes on with another member when the one whose keys it read is killed", async () => {
  await using cluster = await startEtcd();
  await put(cluster, ["/registry/pods/default/hatest-1"]);
  const over = new AbortController();
  let seen: KeySearch | undefined;
  const browser = new KeyBrowser(await access(cluster), systemClock, (search) => (seen = search));
  browser.ask("hatest", over.signal);
  const running = browser.run(over.signal);
  const found = (count: number): Promise<KeySearch> =>
    eventually(`${count} keys`, () =>
      Promise.resolve(seen?.state === "ready" && seen.matched === count && seen),
    );
  try {
    const { scanned } = await found(1);
    await cluster.member(scanned).stop();
    await eventually("a write, once there is a leader again", async () => {
      await put(cluster, ["/registry/pods/default/hatest-2"]);
      return true;
    });
    await found(2);
  } finally {
    over.abort();
    await running;
  }
}, 60_000);
