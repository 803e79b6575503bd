import type { CallOptions, ChannelOptions, ServiceError, VerifyOptions } from "@grpc/grpc-js";
import { Client, credentials, Metadata, status as codes } from "@grpc/grpc-js";
import type { AnyDefinition, MethodDefinition } from "@grpc/proto-loader";
import { fromJSON } from "@grpc/proto-loader";
import type { ICallable } from "etcd3/lib/rpc.js";
import { ClusterClient, KVClient, MaintenanceClient } from "etcd3/lib/rpc.js";
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import { Deadline, GRACE } from "../deadline/deadline.ts";
import { Failed } from "../model/failed.ts";
import type { ListedMember, MemberStatus } from "../model/member.ts";
import { readHash, readKeyPage, readMembers, readStatus } from "./answers.ts";
import type { EtcdApi, EtcdCall, KeyHash, KeyPage, KeyRange } from "./api.ts";
import { ETCD_DESCRIPTOR } from "./descriptor.ts";
import type { EtcdIdentity, EtcdTarget } from "./endpoints.ts";
import { grpcFailure } from "./failure.ts";
import { OwnedSockets } from "./owned-sockets.ts";
import { SignIn } from "./sign-in.ts";

const SERVICES = fromJSON(ETCD_DESCRIPTOR, { keepCase: true, longs: String, defaults: true });

const OPTIONS: ChannelOptions = {
  // etcd is asked directly, as etcdctl does it.
  "grpc.enable_http_proxy": 0,
  // A channel that is thrown away takes its connection with it.
  "grpc.use_local_subchannel_pool": 1,
  // A member that is back is seen within a second; the default waits up to two minutes.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 1000,
  "grpc.dns_min_time_between_resolutions_ms": 1000,
  "grpc.service_config_disable_resolution": 1,
  "grpc.max_receive_message_length": 64 * 1024 * 1024,
  "grpc-node.flow_control_window": 8 * 1024 * 1024,
};

/**
 * One member over one gRPC channel. A call that got no answer in time takes the channel with it: after a cut, TCP
 * would wait up to a minute before it tries again, a new connection tries at once. (So keepalive pings add nothing.)
 */
export class MemberClient implements EtcdApi {
  readonly endpoint: string;
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

  async memberList(call: EtcdCall): Promise<readonly ListedMember[]> {
    return readMembers(await new ClusterClient(this.#callable(call)).memberList({ linearizable: false }));
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
    const request = {
      key: Buffer.from(range.from),
      range_end: Buffer.from(range.to),
      limit: range.limit,
      serializable: true,
      keys_only: true,
      ...(range.revision !== undefined && { revision: range.revision.toString() }),
    };
    return readKeyPage(await new KVClient(this.#callable(call)).range(request));
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

  /** As `#call`, as the user that was named. A token that is taken no longer (a member forgets it) is asked for anew, once. */
  async #exec<T>(method: MethodDefinition<object, object>, request: object, call: EtcdCall): Promise<T> {
    const { user } = this.#identity;
    if (user === undefined) return this.#call(method, request, call);
    const signIn = (this.#signIn ??= new SignIn(user, (who) =>
      this.#call(methodOf("Auth", "Authenticate"), who, call),
    ));
    const token = await signIn.token();
    try {
      return await this.#call(method, request, call, token);
    } catch (error) {
      if (!(error instanceof Failed) || error.failure.code !== "unauthorized") throw error;
      signIn.forget();
      return this.#call(method, request, call, await signIn.token());
    }
  }

  #call<T>(
    method: MethodDefinition<object, object>,
    request: object,
    call: EtcdCall,
    token?: string,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const channel = (this.#channel ??= this.#openChannel());
    const deadline = new Deadline(call);
    // gRPC's own would count time in which this process stood still; the member is told when nobody waits any more.
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
    const cancel = (): void => {
      running.cancel();
    };
    if (deadline.signal.aborted) cancel();
    else deadline.signal.addEventListener("abort", cancel);
    return promise;
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
    const host = this.endpoint.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
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

  #failed(error: ServiceError, code: number, call: EtcdCall): Failed {
    return new Failed(grpcFailure(code, error.details, this.endpoint, call.timeout), { cause: error });
  }
}

/** A connection, and how many calls run on it. */
interface Channel {
  readonly client: Client;
  readonly sockets: OwnedSockets;
  running: number;
}

function closeChannel({ client, sockets }: Channel): void {
  client.close();
  sockets[Symbol.dispose]();
}

/** etcd3 names methods in lower case; the protocol does not. */
function methodOf(service: string, method: string): MethodDefinition<object, object> {
  const definition = SERVICES[`etcdserverpb.${service}`];
  const name = method.charAt(0).toUpperCase() + method.slice(1);
  const found = definition === undefined || !isService(definition) ? undefined : definition[name];
  if (found === undefined) throw new Error(`no method ${service}.${method}`);
  return found;
}

function isService(
  definition: AnyDefinition,
): definition is Record<string, MethodDefinition<object, object>> {
  return !("format" in definition);
}
