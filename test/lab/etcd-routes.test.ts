import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import type { MemberRow } from "../../src/core/assessment.ts";
import { assess } from "../../src/core/assess.ts";
import type { Observation } from "../../src/core/facts/observation.ts";
import { initialState, reduce } from "../../src/core/reduce.ts";
import { channel } from "../../src/sources/async/channel.ts";
import { systemClock } from "../../src/sources/async/clock.ts";
import { observeEtcd } from "../../src/sources/etcd/etcd.ts";
import { etcdForFile } from "../etcd-for-file.ts";
import { access } from "./key-kit.ts";

const etcd = etcdForFile();

/** A second address of a member, which can be cut while the member lives. */
class Relay implements Disposable {
  readonly #host: string;
  readonly #port: number;
  readonly #server = createServer((socket) => {
    this.#join(socket);
  });
  readonly #open = new Set<Socket>();
  #at = 0;

  constructor(endpoint: string) {
    [this.#host, this.#port] = [endpoint.replace(/:\d+$/, ""), Number(/\d+$/.exec(endpoint)?.[0])];
  }

  get endpoint(): string {
    return `${this.#host}:${this.#at}`;
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#at, this.#host);
    await once(this.#server, "listening");
    this.#at = (this.#server.address() as AddressInfo).port;
  }

  cut(): void {
    this.#server.close();
    for (const socket of this.#open) socket.destroy();
  }

  #join(socket: Socket): void {
    const member = connect(this.#port, this.#host);
    for (const [one, other] of [
      [socket, member],
      [member, socket],
    ] as const) {
      this.#open.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy()).on("close", () => this.#open.delete(one));
    }
  }

  [Symbol.dispose](): void {
    this.cut();
  }
}

test("a member at two addresses is one row: over the second while the first is cut, and over the first again", async () => {
  const [first] = etcd().members;
  if (first === undefined) throw new Error("the cluster has a member");
  using relay = new Relay(first.endpoint);
  await relay.listen();
  const env = { ...etcd().env, ETCDCTL_ENDPOINTS: `https://${relay.endpoint},https://${first.endpoint}` };
  const over = new AbortController();
  const source = { etcd: await access(etcd(), env), timeout: 1.5, clock: systemClock };
  const rowOf = (state: ReturnType<typeof initialState>): MemberRow | undefined => {
    const { etcd: is } = assess(state, systemClock());
    return is.state === "members" && is.quorum.state === "ok" && is.rows.length === 3
      ? is.rows[0]
      : undefined;
  };
  const stages = [
    { at: relay.endpoint, then: "cut" },
    { at: first.endpoint, then: "listen" },
    { at: relay.endpoint, then: "end" },
  ] as const;
  const rows: MemberRow[] = [];
  let state = initialState(systemClock());
  const watched = channel<Observation>(over.signal, (emit, signal) => observeEtcd(source, emit, signal));
  for await (const seen of watched) {
    state = reduce(state, seen);
    const row = rowOf(state);
    const stage = stages[rows.length];
    if (row?.state !== "answers" || row.endpoint !== stage?.at) continue;
    rows.push(row);
    if (stage.then === "cut") relay.cut();
    else if (stage.then === "listen") await relay.listen();
    else over.abort();
  }
  // Before it was known that both are one member, each was a row: the one that answered first is kept.
  const [kept] = rows;
  expect([relay.endpoint, first.endpoint]).toContain(kept?.key);
  expect(rows.map(({ key, name, memberId }) => ({ key, name, memberId }))).toEqual(
    stages.map(() => ({ key: kept?.key, name: first.name, memberId: kept?.memberId })),
  );
});
