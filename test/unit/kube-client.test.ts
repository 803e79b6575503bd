import type { IncomingMessage } from "node:http";
import { createServer as createHttpServer } from "node:http";
import type { Socket } from "node:net";
import type { ClientFlags } from "../../src/transport/kube-http/select.ts";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createAuthority, issue } from "../../scripts/lab/files/pki.ts";
import { base64, failureOf, json, KubeServers } from "./kube-servers.ts";
import { folderForFile } from "../folder-for-file.ts";

const folder = folderForFile("client");
const servers = new KubeServers();
const { signal } = new AbortController();
const call = { signal, timeout: 1 };
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("who we are", () => {
  test("a client certificate, over a connection that is kept", async () => {
    const seen: unknown[] = [];
    const sockets = new Set<Socket>();
    const { url, server } = await servers.serve((request, response) => {
      seen.push(
        (request.socket as unknown as { getPeerCertificate: () => { subject: object } }).getPeerCertificate()
          .subject,
      );
      response.end("{}");
    });
    server.on("secureConnection", (socket) => sockets.add(socket));
    const { client } = servers.issued;
    const user = {
      "client-certificate-data": base64(client.certificate),
      "client-key-data": base64(client.key),
    };
    const api = await servers.connect(url, user);
    await api.get("/a", call);
    await turn();
    await api.get("/b", call);
    expect(seen).toMatchObject([{ CN: "client" }, { CN: "client" }]);
    expect(sockets.size).toBe(1);
    await api.get("/c", { ...call, fresh: true });
    expect(sockets.size).toBe(2);
  });

  test.each<[what: string, user: object, flags: Partial<ClientFlags>, headers: object]>([
    ["a token", { token: "t" }, {}, { authorization: "Bearer t" }],
    ["--token", { token: "t" }, { token: "mine" }, { authorization: "Bearer mine" }],
    [
      "a name and a password",
      { username: "u", password: "p" },
      {},
      { authorization: `Basic ${base64("u:p")}` },
    ],
    [
      "--as and --as-group",
      {},
      { as: "x", asGroups: ["g", "h"] },
      { "impersonate-user": "x", "impersonate-group": "g, h" },
    ],
    [
      "a kubeconfig that acts as another",
      { as: "x", "as-uid": "7", "as-user-extra": { "a/b": ["v"] } },
      {},
      { "impersonate-user": "x", "impersonate-uid": "7", "impersonate-extra-a%2fb": "v" },
    ],
  ])("%s", async (_what, user, flags, headers) => {
    const { url } = await servers.serve((request, response) => response.end(JSON.stringify(request.headers)));
    const api = await servers.connect(url, user, undefined, flags);
    expect(await api.get("/", call)).toMatchObject({ accept: "application/json", ...headers });
  });

  test("a token from a file is read again for each request", async () => {
    const file = join(folder, "token");
    writeFileSync(file, "first\n");
    const { url } = await servers.serve((request, response) =>
      response.end(JSON.stringify(request.headers.authorization)),
    );
    const api = await servers.connect(url, { tokenFile: file });
    expect(await api.get("/", call)).toBe("Bearer first");
    writeFileSync(file, "second\n");
    expect(await api.get("/", call)).toBe("Bearer second");
    rmSync(file);
    expect(await failureOf(api.get("/", call))).toEqual({
      code: "other",
      text: `cannot read the token ${file}: no such file`,
    });
  });

  test("a credential plugin is asked once for requests that start together, and told how it is called", async () => {
    const plugin = join(folder, "login");
    const log = join(folder, "log");
    const answer = {
      kind: "ExecCredential",
      status: { token: "from-plugin", expirationTimestamp: "2999-01-01T00:00:00Z" },
    };
    writeFileSync(
      plugin,
      `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO" >> ${log}\necho '${JSON.stringify(answer)}'\n`,
    );
    chmodSync(plugin, 0o700);
    const { url } = await servers.serve((request, response) =>
      response.end(JSON.stringify(request.headers.authorization)),
    );
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: plugin };
    const api = await servers.connect(url, { exec });
    expect(await Promise.all([api.get("/", call), api.get("/", call)])).toEqual([
      "Bearer from-plugin",
      "Bearer from-plugin",
    ]);
    expect(readFileSync(log, "utf8")).toBe(
      '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","spec":{"interactive":false}}\n',
    );
  }, 120_000);

  test("a credential that the server refuses is replaced, though it never expires, and not by every request", async () => {
    const plugin = join(folder, "counting");
    const log = join(folder, "count");
    writeFileSync(
      plugin,
      `#!/bin/sh\necho x >> ${log}\necho "{\\"kind\\": \\"ExecCredential\\", \\"status\\": {\\"token\\": \\"t$(wc -l < ${log} | tr -d ' ')\\"}}"\n`,
    );
    chmodSync(plugin, 0o700);
    let valid = "t1";
    const { url } = await servers.serve((request, response) => {
      const { authorization } = request.headers;
      response.writeHead(authorization === `Bearer ${valid}` ? 200 : 401).end(JSON.stringify(authorization));
    });
    const api = await servers.connect(url, {
      exec: { apiVersion: "client.authentication.k8s.io/v1", command: plugin },
    });
    expect(await api.get("/", call)).toBe("Bearer t1");
    valid = "t2";
    expect(await failureOf(Promise.all([api.get("/", call), api.get("/", call)]))).toMatchObject({
      code: "unauthorized",
    });
    expect(await api.get("/", call)).toBe("Bearer t2");
    valid = "none";
    for (let n = 0; n < 3; n += 1)
      expect(await failureOf(api.get("/", call))).toMatchObject({ code: "unauthorized" });
    expect(readFileSync(log, "utf8")).toBe("x\nx\n");
  }, 120_000);

  test("a credential plugin that fails is a problem in one line", async () => {
    const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "no-such-plugin" };
    await expect(servers.connect("https://127.0.0.1:1", { exec })).rejects.toMatchObject({
      name: "UserError",
      message:
        "credential plugin no-such-plugin failed: spawn no-such-plugin ENOENT; choose another user with --user or --token",
    });
  }, 120_000);
});

describe("the server", () => {
  test("one API server by itself, though its certificate is for the common name only", async () => {
    const named = await createAuthority("named");
    const pair = await issue(named, { commonName: "x", names: ["localhost"] });
    const { url } = await servers.serve(json({ ok: true }), pair);
    const trust = { "certificate-authority-data": base64(named.certificate) };
    const port = new URL(url).port;
    const api = await servers.connect(`https://localhost:${port}`, {}, trust);
    const own = api.at(`127.0.0.1:${port}`);
    servers.closeLater(own);
    expect([api.server, own.server]).toEqual([`localhost:${port}`, `127.0.0.1:${port}`]);
    expect(await own.get("/", call)).toEqual({ ok: true });
    const byAddress = await servers.connect(url, {}, trust);
    expect(await failureOf(byAddress.get("/", call))).toMatchObject({
      code: "tls",
      text: expect.stringMatching(
        /^certificate of 127\.0\.0\.1:\d+ does not match the host name: IP: 127\.0\.0\.1 is not in the cert's list/,
      ),
    });
  });

  test("an address that the cluster told gets no token unless it proves who it is", async () => {
    const { url } = await servers.serve((request, response) =>
      response.end(JSON.stringify(request.headers.authorization ?? "none")),
    );
    const api = await servers.connect(url, { token: "t" }, { "insecure-skip-tls-verify": true });
    const own = api.at(new URL(url).host);
    servers.closeLater(own);
    expect([await api.get("/", call), await own.get("/", call)]).toEqual(["Bearer t", "none"]);
  });

  test("plain http, as kubectl proxy serves it, and below a path", async () => {
    const server = createHttpServer((request, response) => response.end(JSON.stringify(request.url)));
    const api = await servers.connect(`http://127.0.0.1:${await servers.listen(server)}/k8s/clusters/c-1/`);
    expect(await api.get("/version?x=1", call)).toBe("/k8s/clusters/c-1/version?x=1");
  });
});

test("when it is closed no connection stays", async () => {
  const handles = (): string[] =>
    process.getActiveResourcesInfo().filter((what) => /TCPSocketWrap|TLSWrap/.test(what));
  const { url, server } = await servers.serve((request, response) => {
    if (request.url === "/silent") return;
    response.flushHeaders();
    if (request.url !== "/w") response.end("{}");
  });
  await turn();
  const before = handles().length;
  const controller = new AbortController();
  const own = { signal: controller.signal, timeout: 30 };
  const api = await servers.connect(url);
  await api.get("/", own);
  const events = (await api.watch("/w", own))[Symbol.asyncIterator]();
  const pending = [
    failureOf(events.next()),
    failureOf(api.get("/silent", own)),
    failureOf(api.watch("/silent", own)),
  ];
  await new Promise<void>((resolve) => {
    server.on("request", (request: IncomingMessage) => {
      if (request.url === "/silent") setImmediate(resolve);
    });
  });
  controller.abort();
  await Promise.all(pending);
  api.close();
  await eventually(() => handles().length <= before);
  expect(handles().length).toBeLessThanOrEqual(before);
});

test("a request that is given up at any moment before it is sent fails once, and nothing else does", async () => {
  const { url } = await servers.serve(json({}));
  const api = await servers.connect(url);
  // Each step is one turn of promises later; the last ones are after the request was sent.
  for (let steps = 0; steps < 40; steps += 1) {
    const controller = new AbortController();
    const asking = failureOf(api.get("/", { signal: controller.signal, timeout: 30 }));
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    controller.abort();
    expect(await asking).toMatchObject({ code: expect.any(String) });
    // An unhandled rejection is reported in the next turn, and fails the test.
    await turn();
  }
});

async function eventually(holds: () => boolean): Promise<void> {
  for (let turns = 0; turns < 2000 && !holds(); turns += 1) await turn();
}
