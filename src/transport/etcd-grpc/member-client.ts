import type { CallOptions, ServiceError, VerifyOptions } from "@grpc/grpc-js";
import { Client, credentials, Metadata, status as codes } from "@grpc/grpc-js";
import type { ICallable } from "etcd3/lib/rpc.js";
import { KVClient, MaintenanceClient } from "etcd3/lib/rpc.js";
import type { AnswerHeader, MemberList, MemberStatus } from "../../core/facts/member.ts";
import type { EtcdApi, EtcdCall, KeyHash, KeyRange, LookedUp, LookUp } from "../etcd-api.ts";
import type { EtcdIdentity } from "./config.ts";
import type { EtcdTarget, RouteCan } from "../../core/facts/route.ts";
import { hostOf } from "../../core/etcd/address.ts";
import type { KeyPage } from "../etcd-api.ts";
import type { Method } from "./services.ts";
import { methodOf } from "./services.ts";
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import { Deadline, GRACE } from "../deadline.ts";
import { isAccessDenied } from "../../core/facts/connection-failure.ts";
import { RequestError } from "../../core/facts/failure.ts";
import {
  readHash,
  readHeader,
  readLookUp,
  readMembers,
  readOne,
  readStatus,
  keyRequest,
  lookUpRequest,
  pageOf,
  RANGE,
  rangeRequest,
  STREAM,
  streamedPage,
} from "./messages.ts";
import type { Channel } from "./channel.ts";
import { closeChannel, OPTIONS, whenConnected } from "./channel.ts";
import { grpcFailure } from "./failure.ts";
import { keyAfter } from "./key-buckets.ts";
import { OwnedSockets } from "./owned-sockets.ts";
import { SignIn } from "./sign-in.ts";

/**
 * One member over one gRPC channel. A call that got no answer in time takes the channel with it: after a cut, TCP
 * would wait up to a minute before it tries again, a new connection tries at once. (So keepalive pings add nothing.)
 */
export class MemberClient implements EtcdApi {
  readonly endpoint: string;
  readonly can = EVERYTHING;
  readonly #target: EtcdTarget;
  readonly #identity: EtcdIdentity;
  #signIn: SignIn | undefined;
  #channel: Channel | undefined;
  #certificateEnds: number | undefined;

  constructor(target: EtcdTarget, identity: EtcdIdentity) {
    this.endpoint = target.endpoint;
    this.#target = target;
    this.#identity = identity;
  }

  get certificateEnds(): number | undefined {
    return this.#certificateEnds;
  }

  async status(call: EtcdCall): Promise<MemberStatus> {
    return readStatus(await new MaintenanceClient(this.#callable(call)).status());
  }

  async header(call: EtcdCall): Promise<AnswerHeader> {
    try {
      // Empty, it only reads, and reads nothing that anybody could be denied.
      return readHeader(await this.#exec(methodOf("KV", "Txn"), lookUpRequest(NOTHING), call));
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      return this.status(call);
    }
  }

  /** Asked as nobody first: signing in takes a quorum, and etcd 3.4 to 3.6 tell anybody. */
  async memberList(call: EtcdCall): Promise<MemberList> {
    const [method, request] = [methodOf("Cluster", "MemberList"), { linearizable: false }];
    try {
      return readMembers(await this.#call(method, request, call));
    } catch (error) {
      if (!(error instanceof RequestError) || !isAccessDenied(error.failure)) throw error;
      return readMembers(await this.#exec(method, request, call));
    }
  }

  async date(call: EtcdCall): Promise<number> {
    const { askDate } = await import("./member-date.ts");
    return askDate(this.#target, this.#identity.tls, call);
  }

  async hash(revision: bigint, call: EtcdCall): Promise<KeyHash> {
    const request = { revision: revision.toString() };
    // etcd3's own hashKV always throws: it asks gRPC for a method of another spelling.
    return readHash(await this.#exec(methodOf("Maintenance", "HashKV"), request, call));
  }

  async readThroughQuorum(call: EtcdCall): Promise<void> {
    await new KVClient(this.#callable(call)).range({ key: Buffer.from("health"), keys_only: true });
  }

  async keys(range: KeyRange, call: EtcdCall): Promise<KeyPage> {
    return pageOf(await this.#exec<Buffer>(RANGE, rangeRequest(range), call), this.endpoint);
  }

  async *streamKeys(range: KeyRange, call: EtcdCall): AsyncGenerator<KeyPage, void, void> {
    let rest = range;
    for (let tries = 1; ; tries += 1) {
      try {
        for await (const bytes of this.#stream(STREAM, rangeRequest({ ...rest, limit: 0 }), call)) {
          const page = streamedPage(bytes, this.endpoint);
          if (page.size > 0) rest = { ...range, from: keyAfter(page.key(page.size - 1)) };
          yield page;
        }
        return;
      } catch (error) {
        // Without a revision that was named, what follows would be of another one.
        const canGoOn = rest === range || range.revision !== undefined;
        if (tries > 1 || !canGoOn || !this.#isSignedOut(error)) throw error;
      }
    }
  }

  async countKeys(range: Omit<KeyRange, "limit">, call: EtcdCall): Promise<number> {
    const request = { ...rangeRequest({ ...range, limit: 0 }), count_only: true };
    return pageOf(await this.#exec<Buffer>(RANGE, request, call), this.endpoint).count;
  }

  async lookUp(wanted: LookUp, call: EtcdCall): Promise<LookedUp> {
    try {
      return readLookUp(await this.#exec(methodOf("KV", "Txn"), lookUpRequest(wanted), call));
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      return this.#lookUpEach(wanted, call);
    }
  }

  /** Each key by itself, all at one revision. */
  async #lookUpEach({ keys, ...how }: LookUp, call: EtcdCall): Promise<LookedUp> {
    const [key, ...others] = keys;
    if (key === undefined) return { revision: how.revision ?? 0n, pairs: [] };
    const read = async (one: Uint8Array, revision: bigint | undefined) =>
      readOne(await this.#exec(methodOf("KV", "Range"), keyRequest(one, { ...how, revision }), call));
    const first = await read(key, how.revision);
    const at = how.revision ?? first.revision;
    const rest = await Promise.all(others.map((one) => read(one, at)));
    return { revision: first.revision, pairs: [first, ...rest].map(({ pair }) => pair) };
  }

  close(): void {
    if (this.#channel !== undefined) closeChannel(this.#channel);
    this.#channel = undefined;
  }

  /** What etcd3's clients call through: one deadline and one signal for the call that is to come. */
  #callable(call: EtcdCall): ICallable<unknown> {
    return {
      exec: (service, method, request) =>
        this.#exec(methodOf(service, method), { ...(request as object) }, call),
      withConnection: () => Promise.reject(new Error("no streams here")),
      markFailed: () => undefined,
      callOptionsFactory: undefined,
    };
  }

  /**
   * As `#call`, as the configured user. A token that is no longer accepted (members forget them) is requested again,
   * once.
   */
  async #exec<T>(method: Method, request: object, call: EtcdCall): Promise<T> {
    const token = await this.#token(call);
    try {
      return await this.#call(method, request, call, token);
    } catch (error) {
      if (!this.#isSignedOut(error)) throw error;
      return this.#call(method, request, call, await this.#token(call));
    }
  }

  /** Undefined: no user was named, or this etcd wants no token. */
  async #token(call: EtcdCall): Promise<string | undefined> {
    const { user } = this.#identity;
    if (user === undefined) return undefined;
    this.#signIn ??= new SignIn(user, (who) => this.#call(methodOf("Auth", "Authenticate"), who, call));
    return this.#signIn.token();
  }

  /** Whether a call failed because its token is taken no longer: the next one asks for another. */
  #isSignedOut(error: unknown): boolean {
    if (
      this.#signIn === undefined ||
      !(error instanceof RequestError) ||
      error.failure.code !== "unauthorized"
    )
      return false;
    this.#signIn.forget();
    return true;
  }

  #call<T>(method: Method, request: object, call: EtcdCall, token?: string): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const channel = (this.#channel ??= this.#openChannel());
    const deadline = new Deadline(call);
    // gRPC's own would count time in which this process stood still; the call is cancelled at the member after it.
    const options: CallOptions = { deadline: Date.now() + (call.timeout + GRACE) * 1000 };
    const done = (error: ServiceError | null, response?: object): void => {
      deadline.signal.removeEventListener("abort", cancel);
      deadline[Symbol.dispose]();
      const silent = deadline.passed || error?.code === codes.DEADLINE_EXCEEDED;
      this.#leave(channel, silent);
      // etcd3 names the type of each answer; what has come is read field by field, whatever it is.
      if (error === null) resolve(response as T);
      else reject(this.#failed(error, silent ? codes.DEADLINE_EXCEEDED : error.code, call));
    };
    const { path, requestSerialize, responseDeserialize } = method;
    const metadata = new Metadata();
    if (token !== undefined) metadata.set("token", token);
    channel.running += 1;
    const running = channel.sockets.run(() =>
      channel.client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        options,
        done,
      ),
    );
    if (call.sent) whenConnected(channel.client, call.sent);
    const cancel = (): void => {
      running.cancel();
    };
    if (deadline.signal.aborted) cancel();
    else deadline.signal.addEventListener("abort", cancel);
    return promise;
  }

  /** The messages of a stream as they come. Its reader may take its time: what is limited is the wait for each one. */
  async *#stream(method: Method, request: object, call: EtcdCall): AsyncGenerator<Buffer, void, void> {
    const metadata = new Metadata();
    const token = await this.#token(call);
    if (token !== undefined) metadata.set("token", token);
    const channel = (this.#channel ??= this.#openChannel());
    const { path, requestSerialize, responseDeserialize } = method;
    channel.running += 1;
    const state = { silent: false };
    const stream = channel.sockets.run(() =>
      channel.client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request, metadata),
    );
    // What is said after the reader has left, nobody hears.
    stream.on("error", () => undefined);
    try {
      const messages: AsyncIterator<unknown, undefined> = stream[Symbol.asyncIterator]();
      for (;;) {
        using deadline = new Deadline(call);
        const cancel = (): void => {
          state.silent = deadline.passed;
          stream.cancel();
        };
        if (deadline.signal.aborted) cancel();
        else deadline.signal.addEventListener("abort", cancel);
        const { done, value } = await messages.next();
        if (done === true) return;
        // The method's own deserializer leaves the bytes as they are.
        yield value as Buffer;
      }
    } catch (error) {
      if (!isServiceError(error)) throw error;
      throw this.#failed(error, state.silent ? codes.DEADLINE_EXCEEDED : error.code, call);
    } finally {
      stream.cancel();
      this.#leave(channel, state.silent);
    }
  }

  /** A call has ended. Where it was silent no other starts; the last one that runs there closes it. */
  #leave(channel: Channel, wasSilent: boolean): void {
    channel.running -= 1;
    if (wasSilent && channel === this.#channel) this.#channel = undefined;
    if (channel !== this.#channel && channel.running === 0) closeChannel(channel);
  }

  #openChannel(): Channel {
    const sockets = new OwnedSockets();
    return { client: sockets.run(() => this.#open()), sockets, running: 0 };
  }

  #open(): Client {
    const { ca, cert, key } = this.#identity.tls;
    if (!this.#target.secure) return new Client(this.endpoint, credentials.createInsecure(), OPTIONS);
    const host = hostOf(this.endpoint);
    const verify: VerifyOptions = {
      checkServerIdentity: (_name, certificate) => {
        this.#certificateEnds = Date.parse(certificate.valid_to);
        return checkServerIdentity(host, certificate);
      },
    };
    const secure = credentials.createSsl(ca ?? null, key ?? null, cert ?? null, verify);
    // TLS has no room for an address where a server's name goes; etcd's answer does not depend on it.
    const name = isIP(host) === 0 ? {} : { "grpc.ssl_target_name_override": "etcd" };
    return new Client(this.endpoint, secure, { ...OPTIONS, ...name });
  }

  #failed(error: ServiceError, code: number, call: EtcdCall): RequestError {
    return new RequestError(grpcFailure(code, error.details, this.endpoint, call.timeout), { cause: error });
  }
}

const EVERYTHING: RouteCan = {
  ...{ stream: true, batch: true, clock: true, raftTerm: true },
  ...{ list: true, hash: true, linearizable: true },
};

const NOTHING: LookUp = { keys: [], revision: undefined, values: false };

/** A learner takes no transaction, not even one that reads. */
function isUnsupported(error: unknown): boolean {
  return error instanceof RequestError && error.failure.code === "unsupported";
}

function isServiceError(error: unknown): error is ServiceError {
  return error instanceof Error && "code" in error && "details" in error;
}
