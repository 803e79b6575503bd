import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";

const CONNECT_TIMEOUT_MS = 1000;

/**
 * A TCP balancer in front of the API servers; addresses are ADDRESS:PORT. Each connection goes to the next backend in turn; one that refuses or does not answer is
 * passed over. When either end closes, so does the other: a client of a dead API server learns of it.
 */
export function balance(listen: string, backends: readonly string[]): Server {
  let turn = 0;
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (client) => {
    client.on("error", () => client.destroy());
    const first = turn++;
    const inTurn = backends.map((_, offset) => backends[(first + offset) % backends.length] ?? "");
    tryBackends(client, inTurn);
  });
  return server.listen(hostPort(listen));
}

function hostPort(text: string): { host: string; port: number } {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon), port: Number(text.slice(colon + 1)) };
}

function tryBackends(client: Socket, backends: readonly string[]): void {
  const [backend, ...others] = backends;
  if (backend === undefined || client.destroyed) {
    client.resetAndDestroy();
    return;
  }
  const upstream = connect({ ...hostPort(backend), noDelay: true });
  const next = (): void => {
    upstream.destroy();
    console.log(`${backend} does not take connections`);
    tryBackends(client, others);
  };
  upstream.setTimeout(CONNECT_TIMEOUT_MS, next);
  upstream.once("error", next);
  upstream.once("connect", () => {
    upstream.setTimeout(0);
    upstream.off("timeout", next);
    upstream.off("error", next);
    join(client, upstream);
  });
}

/** A broken connection is passed on as a reset, an orderly end as an end. */
function join(client: Socket, upstream: Socket): void {
  const link = (from: Socket, to: Socket): void => {
    from.on("error", () => to.resetAndDestroy());
    from.on("close", () => {
      to.destroySoon();
    });
    from.pipe(to);
  };
  link(client, upstream);
  link(upstream, client);
  client.resume();
}
