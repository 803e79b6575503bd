import type { AddressInfo, Server, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { OwnedSockets } from "../../src/transport/etcd-grpc/owned-sockets.ts";

/** Takes connections and says nothing. */
let mute: Server;
const taken = new Set<Socket>();
const open = (): Socket => connect((mute.address() as AddressInfo).port, "127.0.0.1");

beforeAll(async () => {
  mute = createServer((socket) => {
    taken.add(socket.resume().on("error", () => undefined));
  }).listen(0, "127.0.0.1");
  await once(mute, "listening");
});

afterAll(() => {
  mute.close();
  for (const socket of taken) socket.destroy();
});

test("what was opened is closed, connected or not; what another one owns stays", async () => {
  const [sockets, others] = [new OwnedSockets(), new OwnedSockets()];
  const [connected, another] = [sockets.run(open), others.run(open)];
  await Promise.all([once(connected, "connect"), once(another, "connect")]);
  const connecting = sockets.run(open);
  sockets[Symbol.dispose]();
  await Promise.all([once(connected, "close"), once(connecting, "close")]);
  expect(another.destroyed).toBe(false);
  others[Symbol.dispose]();
  await once(another, "close");
});

test.each([0, 1, 5])(
  "what is opened %d turns of the event loop after the end is closed, too",
  async (turns) => {
    const sockets = new OwnedSockets();
    const opened = sockets.run(async () => {
      for (let n = 0; n < turns; n += 1) await turn();
      return { socket: open() };
    });
    sockets[Symbol.dispose]();
    const { socket } = await opened;
    await once(socket, "close");
    expect(socket.destroyed).toBe(true);
  },
);
