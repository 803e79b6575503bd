import type { ServerResponse } from "node:http";
import { createServer as createHttpServer } from "node:http";
import type { Socket } from "node:net";
import { createServer as createNetServer } from "node:net";
import type { WatchEvent } from "../../src/transport/kube-http/watch-events.ts";
import { readWatchEvents } from "../../src/transport/kube-http/watch-events.ts";
import type { Handler } from "./kube-servers.ts";
import { failureOf, json, KubeServers } from "./kube-servers.ts";

const servers = new KubeServers();
const { signal } = new AbortController();
const call = { signal, timeout: 1 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("what goes wrong", () => {
  test.each<[what: string, handler: Handler, failure: object]>([
    [
      "403",
      json({ message: "leases is forbidden" }, 403),
      { code: "forbidden", text: "leases is forbidden" },
    ],
    ["401", json({}, 401), { code: "unauthorized" }],
    ["429", json({ message: "storage is (re)initializing" }, 429), { code: "unavailable" }],
    [
      "no JSON",
      (_request, response) => response.end("hello"),
      { code: "other", text: expect.stringMatching(/invalid JSON$/) },
    ],
    [
      "silence",
      () => undefined,
      { code: "timeout", text: expect.stringMatching(/^no answer from 127\.0\.0\.1:\d+ within 0\.3 s$/) },
    ],
    [
      "half an answer, then silence",
      (_request, response) => {
        response.write("{");
      },
      { code: "timeout" },
    ],
    ["a broken connection", (request) => request.socket.destroy(), { code: "closed" }],
  ])("%s", async (what, handler, failure) => {
    const { url } = await servers.serve(handler);
    const api = await servers.connect(url);
    // Only who says nothing is waited for to the end.
    const timeout = what.includes("silence") ? 0.3 : 20;
    expect(await failureOf(api.get("/", { signal, timeout }))).toMatchObject(failure);
  });

  test("nobody listens", async () => {
    const server = createNetServer();
    const port = await servers.listen(server);
    await new Promise((resolve) => server.close(resolve));
    const api = await servers.connect(`https://127.0.0.1:${port}`);
    expect(await failureOf(api.get("/", call))).toEqual({
      code: "refused",
      text: `connection refused by 127.0.0.1:${port}`,
    });
  });

  test("an authority that nobody knows", async () => {
    const { url } = await servers.serve(json({}), servers.issued.other);
    const failure = { code: "tls", text: `certificate of ${new URL(url).host} signed by unknown authority` };
    expect(await failureOf((await servers.connect(url)).get("/", call))).toEqual(failure);
    expect(
      await (await servers.connect(url, {}, { "insecure-skip-tls-verify": true })).get("/", call),
    ).toEqual({});
  });

  test("a port that speaks no TLS", async () => {
    const server = createHttpServer(json({}));
    const api = await servers.connect(`https://127.0.0.1:${await servers.listen(server)}`);
    expect(await failureOf(api.get("/", call))).toMatchObject({ code: "tls" });
  });

  test("a kept connection that was closed meanwhile is replaced without a word", async () => {
    const sockets: Socket[] = [];
    const { url, server } = await servers.serve((request, response) => {
      // The second request on a connection finds it dead.
      if (sockets.includes(request.socket)) request.socket.destroy();
      else response.end("{}");
      sockets.push(request.socket);
    });
    expect(server.listening).toBe(true);
    const api = await servers.connect(url);
    await api.get("/", call);
    await turn();
    expect(await api.get("/", call)).toEqual({});
    expect(sockets).toHaveLength(3);
    expect(sockets[1]).toBe(sockets[0]);
  });

  test("metadata alone is asked for, or all where that cannot be had", async () => {
    const accepted: (string | undefined)[] = [];
    const { url } = await servers.serve((request, response) => {
      accepted.push(request.headers.accept);
      json({})(request, response);
    });
    const api = await servers.connect(url);
    await api.getMetadata("/", call);
    await api.get("/", call);
    expect(accepted).toEqual([
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1, application/json",
      "application/json",
    ]);
  });

  test("/readyz may say no", async () => {
    const { url } = await servers.serve((_request, response) =>
      response.writeHead(500).end("[-]etcd failed\n"),
    );
    expect(await (await servers.connect(url)).getText("/readyz?verbose", call)).toEqual({
      ok: false,
      text: "[-]etcd failed\n",
    });
  });
});

describe("a watch", () => {
  const event = (n: number): string => `{"type":"MODIFIED","object":{"n":${n}}}\n`;

  test("gives each event as soon as its line is whole, and lives beyond the deadline for its opening", async () => {
    const responses: ServerResponse[] = [];
    const { url } = await servers.serve((_request, response) => {
      response.flushHeaders();
      responses.push(response);
    });
    const events = (await (await servers.connect(url)).watch("/w?watch=1", { signal, timeout: 1 }))[
      Symbol.asyncIterator
    ]();
    const first = events.next();
    responses[0]?.write(event(1).slice(0, 9));
    await new Promise((resolve) => setTimeout(resolve, 1100));
    responses[0]?.write(event(1).slice(9) + event(2));
    expect(await first).toMatchObject({ value: { type: "MODIFIED", object: { n: 1 } } });
    expect(await events.next()).toMatchObject({ value: { object: { n: 2 } } });
    responses[0]?.end();
    expect(await events.next()).toMatchObject({ done: true });
  });

  test("that is called off closes its connection", async () => {
    const controller = new AbortController();
    const closed = Promise.withResolvers<string>();
    const { url } = await servers.serve((request, response) => {
      response.flushHeaders();
      request.on("close", () => {
        closed.resolve("closed");
      });
    });
    const events = (
      await (await servers.connect(url)).watch("/w", { signal: controller.signal, timeout: 1 })
    )[Symbol.asyncIterator]();
    const next = failureOf(events.next());
    controller.abort();
    expect(await next).toMatchObject({ code: "closed" });
    expect(await closed.promise).toBe("closed");
  });

  test("whose server dies says so", async () => {
    const { url } = await servers.serve((request, response) => {
      response.write(event(1), () => request.socket.destroy());
    });
    const seen: WatchEvent[] = [];
    const read = async (): Promise<void> => {
      for await (const one of await (await servers.connect(url)).watch("/w", call)) seen.push(one);
    };
    expect(await failureOf(read())).toMatchObject({ code: "closed" });
    expect(seen).toHaveLength(1);
  });

  test.each([
    ["refused", 403, "forbidden"],
    ["too old", 410, "other"],
  ])("that is %s cannot be opened", async (_what, status, code) => {
    const { url } = await servers.serve(json({}, status));
    const opening = (await servers.connect(url)).watch("/w", call);
    expect(await failureOf(opening)).toMatchObject({ code });
    await expect(opening).rejects.toMatchObject({ status });
  });

  test("reads lines, however they are cut, and refuses other values", async () => {
    const text = Buffer.from('{"type":"ADDED","object":{"k":"ü"}}\n\n{"type":"ADDED","object":{}}\n');
    for (let at = 0; at <= text.length; at += 1) {
      const seen = await read([text.subarray(0, at), text.subarray(at)]);
      expect(seen).toEqual([
        { type: "ADDED", object: { k: "ü" } },
        { type: "ADDED", object: {} },
      ]);
    }
    for (const line of ["{}", "[]", "nonsense", '{"type":1,"object":{}}', '{"type":"ADDED"}'])
      await expect(read([Buffer.from(`${line}\n`)])).rejects.toThrow("peer sent an invalid watch event");
  });

  async function read(chunks: readonly Uint8Array[]): Promise<WatchEvent[]> {
    const seen: WatchEvent[] = [];
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (const chunk of chunks) yield await Promise.resolve(chunk);
    }
    for await (const one of readWatchEvents(stream(), "peer")) seen.push(one);
    return seen;
  }
});
