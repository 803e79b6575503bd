import { createServer } from "node:http";
import type { Socket } from "node:net";
import { connect, createServer as createNetServer } from "node:net";
import { createAuthority, issue } from "../../scripts/lab/files/pki.ts";
import { base64, failureOf, json, KubeServers } from "./kube-servers.ts";

const servers = new KubeServers();
const { signal } = new AbortController();
const call = { signal, timeout: 10 };
/** A name that this machine cannot look up: it can be reached through the proxy only. */
const NAME = "api.proxy.test";

/** An API server whose certificate is for that name; its port, and the cluster of a kubeconfig that trusts it. */
async function named(): Promise<{ port: string; trust: object }> {
  const authority = await createAuthority("proxied");
  const { url } = await servers.serve(
    json({ ok: true }),
    await issue(authority, { commonName: "x", names: [NAME] }),
  );
  return { port: new URL(url).port, trust: { "certificate-authority-data": base64(authority.certificate) } };
}

/** A proxy for CONNECT that takes every name for this machine; what it was asked for, and how it authenticated. */
async function startProxy(answer = 200): Promise<{ port: number; asked: unknown[]; tunnels: Set<Socket> }> {
  const asked: unknown[] = [];
  const tunnels = new Set<Socket>();
  const proxy = createServer();
  proxy.on("connect", (request, socket: Socket) => {
    asked.push([request.url, request.headers["proxy-authorization"]]);
    tunnels.add(socket.on("close", () => tunnels.delete(socket)).on("error", () => undefined));
    if (answer !== 200) {
      socket.end(`HTTP/1.1 ${answer} No\r\n\r\n`);
      return;
    }
    const port = Number(request.url?.split(":").at(-1));
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(onward).pipe(socket);
    });
    onward.on("error", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  });
  return { port: await servers.listen(proxy), asked, tunnels };
}

test("HTTPS_PROXY is obeyed, with a name and a password, and a connection is kept", async () => {
  const { port, trust } = await named();
  const proxy = await startProxy();
  const env = { HTTPS_PROXY: `http://u:p%40@127.0.0.1:${proxy.port}`, NO_PROXY: "10.0.0.0/8,.other.test" };
  const api = await servers.connect(`https://${NAME}:${port}`, {}, trust, {}, env);
  expect(await api.get("/", call)).toEqual({ ok: true });
  expect(await api.get("/", call)).toEqual({ ok: true });
  expect(proxy.asked).toEqual([[`${NAME}:${port}`, `Basic ${base64("u:p@")}`]]);
});

test("NO_PROXY and this machine itself go without", async () => {
  const { url } = await servers.serve(json({ ok: true }));
  const env = { HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "proxy.test" };
  const api = await servers.connect(url, {}, undefined, {}, env);
  expect(await api.get("/", call)).toEqual({ ok: true });
  const straight = await servers.connect(`https://${NAME}:1`, {}, undefined, {}, env);
  expect(await failureOf(straight.get("/", call))).toMatchObject({ code: "unresolved" });
});

test("an API server that is asked by itself goes its own way", async () => {
  const { port, trust } = await named();
  const proxy = await startProxy();
  const env = { HTTPS_PROXY: `127.0.0.1:${proxy.port}` };
  const api = await servers.connect(`https://${NAME}:${port}`, {}, trust, {}, env);
  const own = api.at(`127.0.0.1:${port}`);
  servers.closeLater(own);
  expect(await own.get("/", call)).toEqual({ ok: true });
  expect(proxy.asked).toEqual([]);
});

test("the kubeconfig's proxy-url goes before, for every address", async () => {
  const { port, trust } = await named();
  const proxy = await startProxy();
  const cluster = { ...trust, "proxy-url": `http://127.0.0.1:${proxy.port}` };
  const env = { HTTPS_PROXY: "http://127.0.0.1:1" };
  const api = await servers.connect(`https://${NAME}:${port}`, {}, cluster, {}, env);
  const own = api.at(`127.0.0.1:${port}`);
  servers.closeLater(own);
  expect(await api.get("/", call)).toEqual({ ok: true });
  expect(await own.get("/", call)).toEqual({ ok: true });
  expect(proxy.asked).toEqual([
    [`${NAME}:${port}`, undefined],
    [`127.0.0.1:${port}`, undefined],
  ]);
});

describe("what goes wrong names the proxy", () => {
  const ask = async (proxy: string, timeout = 10): Promise<unknown> => {
    const api = await servers.connect(`https://${NAME}:6443`, {}, undefined, {}, { HTTPS_PROXY: proxy });
    return failureOf(api.get("/", { signal, timeout }));
  };

  test("nobody listens", async () => {
    expect(await ask("http://127.0.0.1:1")).toEqual({
      code: "refused",
      text: `connection refused by ${NAME}:6443 through proxy 127.0.0.1:1`,
    });
  });

  test("it says no", async () => {
    const { port } = await startProxy(407);
    expect(await ask(`http://127.0.0.1:${port}`)).toEqual({
      code: "other",
      text: `no connection to ${NAME}:6443 through proxy 127.0.0.1:${port}: proxy answered 407`,
    });
  });

  test("it never answers", async () => {
    const silent = createNetServer((socket) => {
      servers.closeLater({ close: () => socket.destroy() });
      socket.on("error", () => undefined).resume();
    });
    const port = await servers.listen(silent);
    expect(await ask(`http://127.0.0.1:${port}`, 0.2)).toEqual({
      code: "timeout",
      text: `no answer from ${NAME}:6443 through proxy 127.0.0.1:${port} within 0.2 s`,
    });
  });

  test.each(["ftp://x", "http://"])("%s is none, and its password is not shown", async (proxy) => {
    const named = proxy.replace("//", "//user:secret@");
    await expect(ask(named)).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(
        /^proxy "[^@]*" is not a valid address; use http:\/\/HOST:PORT in HTTPS_PROXY/,
      ),
    });
    await expect(ask(named)).rejects.not.toMatchObject({ message: expect.stringContaining("secret") });
  });
});
