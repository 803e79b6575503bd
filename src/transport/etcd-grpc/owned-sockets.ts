import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { field } from "../../text/fields.ts";

/** The owner of the sockets that the code running now opens. */
const owner = new AsyncLocalStorage<OwnedSockets>();

/**
 * The sockets that were opened for one purpose, so that they can be closed. grpc-js forgets a connection that is still
 * being made when its channel is closed: a member that hangs would collect one for every try, and the process would
 * wait for them at its end.
 */
export class OwnedSockets implements Disposable {
  readonly #sockets = new Set<Socket>();
  #closed = false;

  /** Runs `work`: the sockets that it opens, then or later, are owned. */
  run<T>(work: () => T): T {
    return owner.run(this, work);
  }

  /** Takes a socket that is being made. */
  own(socket: Socket): void {
    // To connect, which comes next, brings back to life what is destroyed here.
    if (this.#closed) process.nextTick(() => socket.destroy());
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
    });
  }

  /** Closes all of them, and what is still opened afterwards. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Node says here of each client socket that it is being made. */
subscribe("net.client.socket", (message) => {
  const socket = field(message, "socket");
  if (socket instanceof Socket) owner.getStore()?.own(socket);
});
