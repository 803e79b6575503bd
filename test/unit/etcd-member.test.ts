import { directRoute } from "../../src/core/etcd/routes.ts";
import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import { loadPackageDefinition, Server, ServerCredentials, status as codes } from "@grpc/grpc-js";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";
import type { EtcdApi } from "../../src/transport/etcd-api.ts";
import type { EtcdTls } from "../../src/transport/etcd-grpc/config.ts";
import { fromJSON } from "@grpc/proto-loader";
import { once } from "node:events";
import { ETCD_DESCRIPTOR } from "../../src/transport/etcd-grpc/descriptor.ts";
import { connectEtcd } from "../../src/transport/etcd-grpc/connect.ts";
import { issueCertificates } from "./certificates.ts";

const PACKAGE = loadPackageDefinition(fromJSON(ETCD_DESCRIPTOR, { keepCase: true, longs: String }));
const NO_TLS = { ca: undefined, cert: undefined, key: undefined };
const { signal } = new AbortController();
const call = { signal, timeout: 1 };
const open: { close: () => void }[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

type Answer = (request: unknown) => unknown;

/** A fake member: what it answers by method; an answer of undefined never comes. */
async function serve(
  answers: Record<string, Answer>,
  port = 0,
  secure = ServerCredentials.createInsecure(),
): Promise<number> {
  const server = new Server();
  for (const [service, method] of [
    ["Maintenance", "Status"],
    ["Cluster", "MemberList"],
  ] as const)
    server.addService(definitionOf(service), { [method]: unary(answers[method]) });
  const keys: UntypedServiceImplementation = { Range: unary(answers["Range"]), Txn: unary(answers["Txn"]) };
  const stream = answers["RangeStream"];
  server.addService(
    definitionOf("KV"),
    stream === undefined ? keys : { ...keys, RangeStream: streamed(stream) },
  );
  open.push({
    close: () => {
      server.forceShutdown();
    },
  });
  return new Promise((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, secure, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
}

function unary(answer: Answer | undefined): UntypedServiceImplementation[string] {
  return (asked: { request: unknown }, reply: (error: object | null, value?: unknown) => void) => {
    const value = answer?.(asked.request);
    if (value instanceof Error) reply(value);
    else if (value !== undefined) reply(null, value);
  };
}

/** Every message of a stream, and its end. */
function streamed(answer: Answer): UntypedServiceImplementation[string] {
  return (stream: { request: unknown; write: (message: unknown) => void; end: () => void }) => {
    for (const message of answer(stream.request) as unknown[]) stream.write(message);
    stream.end();
  };
}

function definitionOf(service: string): ServiceDefinition {
  const found = (PACKAGE["etcdserverpb"] as Record<string, { service: ServiceDefinition }>)[service];
  if (found === undefined) throw new Error(`no service ${service}`);
  return found.service;
}

async function member(port: number, tls: EtcdTls = NO_TLS): Promise<EtcdApi> {
  const target = { endpoint: `127.0.0.1:${port}`, secure: tls.ca !== undefined };
  const direct = await connectEtcd({ tls, user: undefined, targets: [target] });
  const api = direct.open(directRoute(target));
  open.push(api);
  return api;
}

const failureOf = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => "no failure",
    (error: unknown) => (error as { failure?: unknown }).failure,
  );

const HEADER = {
  cluster_id: "18446744073709551615",
  member_id: "9223372036854775809",
  revision: "9007199254740993",
};

describe("what a member says", () => {
  test("keeps all its 64 bits; what an old member does not say is unknown", async () => {
    const port = await serve({
      Status: () => ({
        header: HEADER,
        version: "3.5.30",
        dbSize: "25166848",
        leader: "0",
        raftIndex: "18446744073709551614",
        raftTerm: "7",
        raftAppliedIndex: "5",
        errors: ["etcdserver: no leader", "memberID:1 alarm:NOSPACE \u001b[31m"],
      }),
    });
    expect(await (await member(port)).status(call)).toEqual({
      clusterId: "ffffffffffffffff",
      memberId: "8000000000000001",
      leaderId: undefined,
      isLearner: false,
      version: "3.5.30",
      storageVersion: undefined,
      revision: 9007199254740993n,
      raftTerm: 7n,
      raftIndex: 18446744073709551614n,
      raftAppliedIndex: 5n,
      dbSize: 25166848n,
      dbSizeInUse: 0n,
      dbSizeQuota: undefined,
      errors: ["etcdserver: no leader", "memberID:1 alarm:NOSPACE"],
    });
  });

  test("of 3.6 has its storage version and quota", async () => {
    const status = {
      header: HEADER,
      leader: "10",
      storageVersion: "3.6.0",
      dbSizeQuota: "2147483648",
      isLearner: true,
    };
    const api = await member(await serve({ Status: () => status }));
    expect(await api.status(call)).toMatchObject({
      leaderId: "a",
      storageVersion: "3.6.0",
      dbSizeQuota: 2147483648n,
      isLearner: true,
    });
  });

  test("about the members is its own view: nothing that needs quorum is asked", async () => {
    const asked: unknown[] = [];
    const members = [
      { ID: "255", name: "cp-1", peerURLs: ["https://p"], clientURLs: ["https://c"] },
      { ID: "1", isLearner: true },
    ];
    const api = await member(
      await serve({
        MemberList: (request) => {
          asked.push(request);
          return { header: HEADER, members };
        },
      }),
    );
    expect(await api.memberList(call)).toEqual({
      by: { clusterId: "ffffffffffffffff", memberId: "8000000000000001" },
      members: [
        { id: "ff", name: "cp-1", peerUrls: ["https://p"], clientUrls: ["https://c"], isLearner: false },
        { id: "1", name: "", peerUrls: [], clientUrls: [], isLearner: true },
      ],
    });
    expect(asked).not.toMatchObject([{ linearizable: true }]);
  });

  test("about keys is asked serializable and without values", async () => {
    let asked: unknown;
    const api = await member(
      await serve({
        Range: (request) => {
          asked = request;
          return { header: HEADER, kvs: [{ key: Buffer.from("a") }], count: "7", more: true };
        },
      }),
    );
    const range = { from: Buffer.from("a"), to: Buffer.from("b"), limit: 5, revision: 3n };
    const page = await api.keys(range, call);
    expect(page).toMatchObject({ revision: 9007199254740993n, size: 1, count: 7, more: true });
    expect(page.key(0)).toEqual(Buffer.from("a"));
    expect(asked).toMatchObject({
      ...{ serializable: true, keys_only: true },
      ...{ limit: "5", revision: "3", range_end: Buffer.from("b") },
    });
    expect(await api.countKeys(range, call)).toBe(7);
    expect(asked).toMatchObject({ serializable: true, count_only: true, limit: "0" });
  });

  test("about keys by name is one transaction that only reads", async () => {
    let asked: unknown;
    const pair = { key: Buffer.from("a"), mod_revision: "9007199254740993", version: "1", lease: "10" };
    const api = await member(
      await serve({
        Txn: (request) => {
          asked = request;
          return { header: HEADER, responses: [{ response_range: { kvs: [pair] } }, { response_range: {} }] };
        },
      }),
    );
    const wanted = { keys: [Buffer.from("a"), Buffer.from("b")], revision: 3n, values: false };
    expect(await api.lookUp(wanted, call)).toEqual({
      revision: 9007199254740993n,
      pairs: [
        {
          ...{ createRevision: 0n, modRevision: 9007199254740993n, version: 1n, lease: "a" },
          value: Buffer.alloc(0),
        },
        undefined,
      ],
    });
    const read = { serializable: true, keys_only: true, revision: "3" };
    expect(asked).toMatchObject({ success: [{ request_range: read }, { request_range: read }] });
  });

  test("about keys as a stream comes page by page; without one it says so", async () => {
    const range = { from: Buffer.from([0]), to: Buffer.from([0]), limit: 0, revision: 3n };
    const pages = async (api: EtcdApi): Promise<string[]> => {
      const keys: string[] = [];
      for await (const page of api.streamKeys(range, call)) keys.push(page.key(0).toString());
      return keys;
    };
    const answers = ["a", "b"].map((key) => ({ range_response: { kvs: [{ key: Buffer.from(key) }] } }));
    expect(await pages(await member(await serve({ RangeStream: () => answers })))).toEqual(["a", "b"]);
    const port = await serve({});
    expect(await failureOf(pages(await member(port)))).toMatchObject({ code: "unsupported" });
  });
});

test("a question is sent once there is a connection: so long it took to connect is no part of the answer", async () => {
  const order: string[] = [];
  const port = await serve({ Status: () => ({ header: HEADER }) });
  const slow = createServer((from) => {
    from.pause();
    setImmediate(() => {
      order.push("connected");
      const to = connect(port, "127.0.0.1");
      from.pipe(to).pipe(from);
      for (const socket of [from, to]) socket.on("error", () => undefined);
    });
  });
  slow.listen(0, "127.0.0.1");
  await once(slow, "listening");
  open.push(slow);
  const api = await member((slow.address() as AddressInfo).port);
  const sent = (): unknown => order.push("sent");
  for (let times = 0; times < 2; times += 1) {
    await api.status({ ...call, timeout: 20, sent });
    order.push("answered");
  }
  expect(order).toEqual(["connected", "sent", "answered", "sent", "answered"]);
});

describe("what goes wrong", () => {
  test("an error keeps etcd's words", async () => {
    const error = Object.assign(new Error(), {
      code: codes.PERMISSION_DENIED,
      details: "etcdserver: permission denied",
    });
    const port = await serve({ Status: () => error });
    expect(await failureOf((await member(port)).status(call))).toEqual({
      code: "forbidden",
      text: `127.0.0.1:${port}: etcdserver: permission denied`,
    });
  });

  test("nobody listens; and who comes back is seen within two seconds", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => {
        resolve((server.address() as AddressInfo).port);
      });
    });
    await new Promise((resolve) => server.close(resolve));
    const api = await member(port);
    for (let tries = 0; tries < 5; tries += 1)
      expect(await failureOf(api.status(call))).toEqual({
        code: "refused",
        text: `connection refused by 127.0.0.1:${port}`,
      });
    await serve({ Status: () => ({ header: HEADER }) }, port);
    const since = performance.now();
    while ((await failureOf(api.status(call))) !== "no failure")
      await new Promise((resolve) => setImmediate(resolve));
    expect(performance.now() - since).toBeLessThan(2000);
  });

  test("a certificate of an authority that nobody knows, and one that fits", async () => {
    const { ca, server, client, other } = await issueCertificates();
    const pem = (pair: {
      certificate: string;
      key: string;
    }): { private_key: Buffer; cert_chain: Buffer } => ({
      private_key: Buffer.from(pair.key),
      cert_chain: Buffer.from(pair.certificate),
    });
    const secure = ServerCredentials.createSsl(Buffer.from(ca.certificate), [pem(server)], true);
    const port = await serve({ Status: () => ({ header: HEADER }) }, 0, secure);
    const tls = {
      ca: Buffer.from(ca.certificate),
      cert: Buffer.from(client.certificate),
      key: Buffer.from(client.key),
    };
    const warnings: string[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning.message);
    process.on("warning", onWarning);
    expect(await (await member(port, tls)).status(call)).toMatchObject({ memberId: "8000000000000001" });
    process.off("warning", onWarning);
    expect(warnings).toEqual([]);
    const wrong = { ...tls, ca: Buffer.from(other.certificate) };
    expect(await failureOf((await member(port, wrong)).status(call))).toEqual({
      code: "tls",
      text: `certificate of 127.0.0.1:${port} signed by unknown authority`,
    });
  });

  test("one that takes connections and says nothing leaves no connection, however often it is asked", async () => {
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => {
      sockets.add(socket.resume());
      socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    });
    open.push({ close: () => mute.close() });
    const port = await new Promise<number>((resolve) => {
      mute.listen(0, "127.0.0.1", () => {
        resolve((mute.address() as AddressInfo).port);
      });
    });
    const { ca } = await issueCertificates();
    const api = await member(port, { ...NO_TLS, ca: Buffer.from(ca.certificate) });
    const brief = { signal, timeout: 0.1 };
    for (let tries = 0; tries < 4; tries += 1) {
      const failures = await Promise.all([failureOf(api.status(brief)), failureOf(api.memberList(brief))]);
      const silent = { code: "timeout", text: `no answer from 127.0.0.1:${port} within 0.1 s` };
      expect(failures).toEqual([silent, silent]);
    }
    await eventually(() => sockets.size <= 1);
    expect(sockets.size).toBeLessThanOrEqual(1);
    api.close();
    await eventually(() => sockets.size === 0);
    expect(sockets.size).toBe(0);
  });

  test("a call that is called off ends at once", async () => {
    const api = await member(await serve({}));
    const controller = new AbortController();
    const asking = failureOf(api.status({ signal: controller.signal, timeout: 60 }));
    controller.abort();
    expect(await asking).toMatchObject({ code: "closed" });
    expect(await failureOf(api.status({ signal: AbortSignal.abort(), timeout: 60 }))).toMatchObject({
      code: "closed",
    });
  });
});

async function eventually(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 5000 && !holds(); turns += 1)
    await new Promise((resolve) => setImmediate(resolve));
}
