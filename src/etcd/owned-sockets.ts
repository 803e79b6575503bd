import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";
import { field } from "../model/fields.ts";

/** Node says here of each client socket that it is being made. */
const CHANNEL = "net.client.socket";

/** For whom the code that runs now opens sockets. */
const owner = new AsyncLocalStorage<OwnedSockets>();

/**
 * The sockets that were opened for one purpose, so that they can be closed. grpc-js forgets a connection that is still
 * being made when its channel is closed: a member that hangs would collect one for every try, and the process would
 * wait for them at its end.
 */
export class OwnedSockets implements Disposable {
  readonly #sockets = new Set<Socket>();
  #closed = false;
  readonly #onSocket = (message: unknown): void => {
    const socket = field(message, "socket");
    if (!(socket instanceof Socket) || owner.getStore() !== this) return;
    if (this.#closed) socket.destroy();
    this.#sockets.add(socket);
    socket.once("close", () => {
      this.#sockets.delete(socket);
    });
  };

  constructor() {
    subscribe(CHANNEL, this.#onSocket);
  }

  /** Runs `work`: the sockets that it opens, then or later, are owned. */
  run<T>(work: () => T): T {
    return owner.run(this, work);
  }

  /** Closes all of them, and what is opened within this turn of the event loop, too. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const socket of this.#sockets) socket.destroy();
    setImmediate(() => {
      unsubscribe(CHANNEL, this.#onSocket);
    });
  }
}
