import type { IncomingMessage, Agent } from "node:http";
import { request as httpRequest } from "node:http";
import type { RequestOptions } from "node:https";
import { request as httpsRequest } from "node:https";
import type { Route, Routes } from "./agents.ts";
import { loadRoutes } from "./agents.ts";
import type { Credentials, CredentialSource } from "./credentials.ts";
import { credentialSource } from "./credentials.ts";
import type { Call } from "../deadline.ts";
import { Deadline } from "../deadline.ts";
import type { Selection } from "./select.ts";
import type { WatchEvent } from "./watch-events.ts";
import { readWatchEvents } from "./watch-events.ts";
import { checkServerIdentity } from "node:tls";
import { cleanText } from "../../text/clean.ts";
import { timeoutFailure } from "../../core/facts/connection-failure.ts";
import { RequestError, UserError } from "../../core/facts/failure.ts";
import { answerFailure, KubeRequestError, requestFailure } from "./failure.ts";

/** An answer larger than this is no answer to anything that we ask; bytes. */
const LARGEST_ANSWER = 64 * 1024 * 1024;

const JSON_TYPE = "application/json";
/** Since 1.15; before that, and for what has no such form, the whole object. */
const METADATA_TYPE = `${JSON_TYPE};as=PartialObjectMetadata;g=meta.k8s.io;v=v1, ${JSON_TYPE}`;

/** What is asked of one API server, or of the balancer in front of several. Everything throws KubeRequestError. */
export interface KubeApi {
  /** `host:port` */
  readonly server: string;
  /** The answer to a GET of `path`, from JSON. */
  get(path: string, call: Call): Promise<unknown>;
  /** The same of an object whose metadata is all that is wanted; a server that cannot leave out the rest gives it, too. */
  getMetadata(path: string, call: Call): Promise<unknown>;
  /** The answer to a GET of `path` as text, also if the server says that it is not well (5xx). */
  getText(path: string, call: Call): Promise<{ readonly ok: boolean; readonly text: string }>;
  /** Opens a watch; the deadline is for its opening. Its events end when the server ends it or the signal aborts. */
  watch(path: string, call: Call): Promise<AsyncIterable<WatchEvent>>;
  /** One API server by itself (`host:port`), with the same credentials. Close it, too. */
  at(server: string): KubeApi;
  /** Closes idle connections. Those in use end with their signals. */
  close(): void;
}

/**
 * A client of the selected cluster. Credentials are fetched once before it returns, however long a plugin takes.
 * Throws UserError if they cannot be had.
 */
export async function connectKube(selection: Selection): Promise<KubeApi> {
  const credentials = credentialSource(selection);
  try {
    await credentials();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    throw new UserError(`${error.message}; choose another user with --user or --token`, 1, { cause: error });
  }
  const { server, cluster, proxyFor } = selection;
  const host = server.hostname.replace(/^\[|\]$/g, "");
  const routes = await loadRoutes(cluster.proxyUrl, proxyFor, server);
  return new Client(server, credentials, cluster.tlsServerName ?? host, routes);
}

class Client implements KubeApi {
  readonly server: string;
  readonly #base: URL;
  readonly #credentials: CredentialSource;
  /** the name that certificates of API servers are known to be made out to */
  readonly #knownName: string;
  readonly #routes: Routes;
  readonly #route: Route;
  /** the server for messages, with the proxy in between */
  readonly #peer: string;
  readonly #agent: Agent;

  constructor(base: URL, credentials: CredentialSource, knownName: string, routes: Routes) {
    const secure = base.protocol === "https:";
    this.server = `${base.hostname}:${base.port === "" ? (secure ? 443 : 80) : base.port}`;
    this.#base = base;
    this.#credentials = credentials;
    this.#knownName = knownName;
    this.#routes = routes;
    this.#route = routes(base);
    this.#peer =
      this.#route.via === undefined ? this.server : `${this.server} through proxy ${this.#route.via}`;
    this.#agent = this.#makeAgent(true);
  }

  get(path: string, call: Call): Promise<unknown> {
    return this.#getJson(path, call, JSON_TYPE);
  }

  getMetadata(path: string, call: Call): Promise<unknown> {
    return this.#getJson(path, call, METADATA_TYPE);
  }

  async #getJson(path: string, call: Call, accept: string): Promise<unknown> {
    return this.#within(call, async (signal) => {
      const response = await this.#open(path, signal, call.fresh, accept);
      const text = await readBody(response);
      const status = response.statusCode ?? 0;
      if (status !== 200) throw new KubeRequestError(answerFailure(status, text, this.#peer), status);
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        const failure = {
          code: "other",
          text: `${this.#peer} returned invalid JSON`,
        } as const;
        throw new KubeRequestError(failure, status, { cause: error });
      }
    });
  }

  async getText(path: string, call: Call): Promise<{ ok: boolean; text: string }> {
    return this.#within(call, async (signal) => {
      const response = await this.#open(path, signal, call.fresh);
      const text = await readBody(response);
      const status = response.statusCode ?? 0;
      if (status !== 200 && status < 500)
        throw new KubeRequestError(answerFailure(status, text, this.#peer), status);
      return { ok: status === 200, text };
    });
  }

  async watch(path: string, call: Call): Promise<AsyncIterable<WatchEvent>> {
    const deadline = new Deadline(call);
    try {
      const response = await this.#open(path, deadline.signal, call.fresh);
      const status = response.statusCode ?? 0;
      if (status !== 200)
        throw new KubeRequestError(answerFailure(status, await readBody(response), this.#peer), status);
      deadline.stopClock();
      return this.#events(response, deadline);
    } catch (error) {
      const failed = this.#failed(error, deadline, call);
      deadline[Symbol.dispose]();
      throw failed;
    }
  }

  at(server: string): KubeApi {
    // An API server itself speaks nothing but https, whatever stands in front of it.
    return new Client(new URL(`https://${server}`), () => this.#forOthers(), this.#knownName, this.#routes);
  }

  close(): void {
    this.#agent.destroy();
  }

  /** For an address that the cluster told us: who is not made to prove who he is gets no token. */
  async #forOthers(): Promise<Credentials> {
    const credentials = await this.#credentials();
    return credentials.tls.rejectUnauthorized === false ? { ...credentials, headers: {} } : credentials;
  }

  async *#events(response: IncomingMessage, deadline: Deadline): AsyncGenerator<WatchEvent> {
    try {
      yield* readWatchEvents(response, this.#peer);
    } catch (error) {
      throw error instanceof RequestError
        ? error
        : new KubeRequestError(requestFailure(error, this.#peer), 0, { cause: error });
    } finally {
      response.destroy();
      deadline[Symbol.dispose]();
    }
  }

  async #within<T>(call: Call, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    using deadline = new Deadline(call);
    try {
      return await ask(deadline.signal);
    } catch (error) {
      throw this.#failed(error, deadline, call);
    }
  }

  #failed(error: unknown, deadline: Deadline, call: Call): RequestError {
    if (deadline.passed)
      return new KubeRequestError(timeoutFailure(this.#peer, call.timeout), undefined, { cause: error });
    return error instanceof RequestError
      ? error
      : new KubeRequestError(requestFailure(error, this.#peer), undefined, { cause: error });
  }

  /** Sends a GET; the answer's head has come when it resolves. A kept connection that turns out dead is replaced. */
  async #open(
    path: string,
    signal: AbortSignal,
    fresh = false,
    accept = JSON_TYPE,
  ): Promise<IncomingMessage> {
    const credentials = await abortable(this.#credentials(), signal);
    const options = this.#options(credentials, fresh, accept);
    const url = new URL(this.#base.pathname.replace(/\/$/, "") + path, this.#base);
    for (;;) {
      try {
        // A request that waits for a proxy's word would hear of the signal only after that.
        const response = await abortable(send(url, { ...options, signal }), signal);
        if (response.statusCode === 401) credentials.refused();
        return response;
      } catch (error) {
        // Each failure takes one dead connection out of the pool, so this ends.
        if (!(error instanceof DeadConnection)) throw error;
      }
    }
  }

  #options({ tls, headers }: Credentials, fresh: boolean, accept: string): RequestOptions {
    return {
      ...tls,
      agent: fresh ? this.#makeAgent(false) : this.#agent,
      headers: { Accept: accept, "User-Agent": "kubectl-ha", ...headers },
    };
  }

  /** The check is the agent's: a request that brings one along gets a connection of its own each time. */
  #makeAgent(keepAlive: boolean): Agent {
    return this.#route.agent({
      keepAlive,
      // A server that is asked at its own address may have a certificate for the common name only.
      checkServerIdentity: (host, certificate) =>
        checkServerIdentity(host, certificate) && checkServerIdentity(this.#knownName, certificate),
    });
  }
}

/** A kept connection was closed by the other side just as it was used again: it says nothing about the server. */
class DeadConnection extends Error {}

function send(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = (url.protocol === "https:" ? httpsRequest : httpRequest)(url, options, resolve);
  request.on("error", (error) => {
    const reset = "code" in error && (error.code === "ECONNRESET" || error.code === "EPIPE");
    reject(request.reusedSocket && reset ? new DeadConnection(error.message, { cause: error }) : error);
  });
  request.end();
  return promise;
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_ANSWER) throw new Error(cleanText(`answer larger than ${LARGEST_ANSWER} bytes`));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** Waits for `promise` until `signal` aborts; the promise itself goes on. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    reject(new Error("aborted"));
  };
  // Whatever comes first, both have a listener: a request under a signal that has aborted already fails as well.
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort);
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
