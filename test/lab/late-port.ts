import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a connection waits at the door. */
const LATE_MS = 500;

/** A way to `host:port` that lets each connection in late. */
interface LatePort extends Disposable {
  readonly endpoint: string;
  /** when the last one was let in, by `performance.now` */
  letIn(): number;
}

/**
 * A port of this machine behind which is the member at `to`, for connections that waited since before it listened.
 * Dispose it.
 */
export async function latePort(to: string): Promise<LatePort> {
  const sockets = new Set<Socket>();
  let at = 0;
  const [host = "", port = ""] = to.split(":");
  const open = async (from: Socket): Promise<void> => {
    await sleep(LATE_MS);
    const member = connect(Number(port), host);
    for (const socket of [from, member]) {
      sockets.add(socket);
      // Who hangs up is none of its business.
      socket.on("error", () => undefined);
    }
    at = performance.now();
    from.pipe(member).pipe(from);
  };
  const server = createServer((socket) => void open(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    // The server listens on TCP, so its address is no text.
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    letIn: () => at,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
