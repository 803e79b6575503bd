import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";

/** A way to a server on which every byte takes longer. */
export interface SlowLink extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly endpoint: string;
}

/**
 * Opens a port that forwards to `host:port`, each byte `delay` milliseconds late in both directions, for all
 * connections. (A network with netem would be closer to the truth, but not every kernel has it.)
 */
export async function openSlowLink(to: string, delay: number): Promise<SlowLink> {
  const [host, port] = to.split(":");
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from.setNoDelay());
      from.on("data", (chunk) => setTimeout(() => into.write(chunk), delay));
      from.on("end", () => setTimeout(() => into.end(), delay));
      from.on("error", () => into.destroy());
      from.on("close", () => sockets.delete(from));
    }
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
