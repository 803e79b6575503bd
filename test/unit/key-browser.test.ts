import { accessTo } from "./route-kit.ts";
import type { EtcdApi } from "../../src/transport/etcd-api.ts";
import type { KeySearch } from "../../src/core/keys/search.ts";
import type { EtcdAccess } from "../../src/sources/etcd/access.ts";
import type { FakeKey } from "./key-kit.ts";
import { foundMember, fakeMember } from "./key-kit.ts";
import { RequestError } from "../../src/core/facts/failure.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { KeyBrowser } from "../../src/sources/keys/key-browser.ts";

// Fake members: what is tested is what the browser makes of answers, in what order; the lab has the real ones.
const KEYS = ["deployments/default/hatest", "pods/default/hatest-1", "events/default/x"].map(
  (k) => `/registry/${k}`,
);

/** cp-1 leads. A member that has no keys is down. */
function cluster(keys: Record<string, readonly (string | FakeKey)[] | undefined>): EtcdAccess {
  const names = Object.keys(keys);
  const list = names.map((name) => ({
    ...{ id: name, name, peerUrls: [], isLearner: false },
    clientUrls: [`https://${name}:2379`],
  }));
  const open = (endpoint: string): EtcdApi => {
    const name = endpoint.replace(":2379", "");
    const { api } = fakeMember(keys[name] ?? [], { endpoint });
    const { status } = foundMember(name, api);
    const down = keys[name] === undefined;
    const refuse = () => Promise.reject(new RequestError({ code: "refused", text: "down" }));
    if (down || status === undefined) return { ...api, status: refuse, header: refuse, memberList: refuse };
    const says = () => Promise.resolve(status);
    return {
      ...api,
      status: says,
      header: says,
      memberList: () => Promise.resolve({ by: status, members: list }),
    };
  };
  return accessTo(
    names.map((name) => `${name}:2379`),
    open,
  );
}

/** A browser that runs until the test ends. */
class Browsing implements AsyncDisposable {
  readonly said: KeySearch[] = [];
  readonly browser: KeyBrowser;
  readonly #controller = new AbortController();
  readonly #running: Promise<void>;
  #news = Promise.withResolvers<undefined>();

  constructor(etcd: EtcdAccess) {
    this.browser = new KeyBrowser(etcd, systemClock, (search) => {
      this.said.push(search);
      this.#news.resolve(undefined);
      this.#news = Promise.withResolvers();
    });
    this.#running = this.browser.run(this.#controller.signal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  ask(query: string): void {
    this.browser.ask(query, this.signal);
  }

  /** Waits until what was said last is as it should be. */
  async see(is: (search: KeySearch) => boolean): Promise<KeySearch> {
    for (;;) {
      const last = this.said.at(-1);
      if (last !== undefined && is(last)) return last;
      await this.#news.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#controller.abort();
    await this.#running;
  }
}

const marked = (search: KeySearch): boolean =>
  search.state === "ready" && search.hits.length > 0 && search.hits.every(({ marks }) => marks !== undefined);
const rows = ({ hits }: KeySearch): string[] =>
  hits.map(({ text, marks }) => `${marks?.map(({ state }) => state[0]).join("") ?? "-"} ${text}`);

test("keys are read once and found as they are typed, with a mark of each member; trouble comes first", async () => {
  await using browsing = new Browsing(
    cluster({ "cp-1": KEYS, "cp-2": KEYS, "cp-3": KEYS.filter((key) => !key.includes("pods")) }),
  );
  browsing.ask("");
  await browsing.see(({ state }) => state === "ready");
  browsing.ask("hat");
  const first = await browsing.see(({ query, matched }) => query === "hat" && matched === 2);
  expect(first).toMatchObject({ seen: 3, scanned: "cp-2" });
  expect(first.hits.map(({ text }) => text)).toEqual(KEYS.slice(0, 2));
  const last = await browsing.see(marked);
  expect(rows(last)).toEqual([`hhl ${KEYS[1] ?? ""}`, `hhh ${KEYS[0] ?? ""}`]);
  expect(last).toMatchObject({ members: ["cp-1", "cp-2", "cp-3"], revision: 42n, total: 3 });
  browsing.ask("events/default/x");
  expect(rows(await browsing.see((one) => one.query === "events/default/x" && marked(one)))).toEqual([
    `hhh ${KEYS[2] ?? ""}`,
  ]);
  browsing.ask("nothing");
  expect(browsing.said.at(-1)).toMatchObject({ query: "nothing", matched: 0, hits: [] });
});

test("a hit is opened at the revision of the marks", async () => {
  await using browsing = new Browsing(cluster({ "cp-1": KEYS, "cp-2": KEYS }));
  browsing.ask("deployments");
  const [hit] = (await browsing.see(marked)).hits;
  if (hit === undefined) throw new Error("no hit");
  expect(await browsing.browser.open(hit, browsing.signal)).toMatchObject({
    revision: 42n,
    members: [
      { state: "has", name: "cp-1" },
      { state: "has", name: "cp-2" },
    ],
  });
});

test("only the leader: it is asked gently; nobody: it says why, and tries again", async () => {
  await using alone = new Browsing(cluster({ "cp-1": KEYS }));
  alone.ask("hatest");
  expect(await alone.see(marked)).toMatchObject({ throttled: "leads", scanned: "cp-1", matched: 2 });
  await using nobody = new Browsing({
    found: false,
    tried: [{ route: "--etcd-endpoints", outcome: "not given" }],
  });
  expect(await nobody.see(({ state }) => state === "failed")).toMatchObject({
    failure: { text: "etcd is not configured: --etcd-endpoints not given" },
  });
});
