import type { Kubeconfig } from "../../src/transport/kube-http/kubeconfig.ts";
import { mergeKubeconfigs, readKubeconfig } from "../../src/transport/kube-http/kubeconfig.ts";
import type { ClientFlags } from "../../src/transport/kube-http/select.ts";
import { selectCluster } from "../../src/transport/kube-http/select.ts";
import { UserError } from "../../src/core/facts/failure.ts";
import { NO_FLAGS } from "./kube-servers.ts";

function read(document: unknown, file = "config"): Kubeconfig {
  return readKubeconfig(document, file, (path) => (path.startsWith("/") ? path : `/folder/${path}`));
}

const document = (name: string, server: string, current?: string): object => ({
  ...(current !== undefined && { "current-context": current }),
  clusters: [{ name, cluster: { server } }],
  users: [{ name, user: { token: `token of ${name}` } }],
  contexts: [{ name, context: { cluster: name, user: name, namespace: "ns" } }],
});

describe("several kubeconfigs merged as kubectl merges them", () => {
  test("current-context comes from the first file that has one", () => {
    const files = [
      document("a", "https://a"),
      document("b", "https://b", "b"),
      document("c", "https://c", "c"),
    ];
    expect(mergeKubeconfigs(files.map((file) => read(file))).currentContext).toBe("b");
  });

  test("of entries with the same name the first file's wins, whole", () => {
    const first = { clusters: [{ name: "x", cluster: { server: "https://first" } }] };
    const second = {
      clusters: [
        { name: "x", cluster: { server: "https://second", "tls-server-name": "only-here" } },
        { name: "y", cluster: { server: "https://y" } },
      ],
    };
    const { clusters } = mergeKubeconfigs([read(first), read(second)]);
    expect(clusters.get("x")).toMatchObject({ server: "https://first", tlsServerName: undefined });
    expect(clusters.get("y")?.server).toBe("https://y");
  });

  test("nothing merged is nothing", () => {
    expect(mergeKubeconfigs([]).contexts.size).toBe(0);
    expect(read(null).contexts.size).toBe(0);
  });
});

describe("one kubeconfig", () => {
  test("paths are relative to its folder, and data wins over files", () => {
    const { clusters, users } = read({
      clusters: [
        { name: "file", cluster: { server: "s", "certificate-authority": "ca.crt" } },
        {
          name: "data",
          cluster: { server: "s", "certificate-authority": "ca.crt", "certificate-authority-data": "QQ==" },
        },
      ],
      users: [
        {
          name: "u",
          user: { "client-certificate": "/abs/c.crt", "client-key": "c.key", tokenFile: "t", token: "x" },
        },
        { name: "exec", user: { exec: { command: "./bin/login", args: ["a"] } } },
        { name: "path", user: { exec: { command: "login" } } },
      ],
    });
    expect(clusters.get("file")).toMatchObject({ caFile: "/folder/ca.crt", caData: undefined });
    expect(clusters.get("data")).toMatchObject({ caFile: undefined, caData: "QQ==" });
    expect(users.get("u")).toMatchObject({
      certFile: "/abs/c.crt",
      keyFile: "/folder/c.key",
      tokenFile: "/folder/t",
      token: undefined,
    });
    expect(users.get("exec")?.exec).toEqual({ command: "/folder/./bin/login", args: ["a"] });
    expect(users.get("path")?.exec).toEqual({ command: "login" });
  });

  test.each<[what: string, document: unknown, message: string]>([
    ["text", "just text", "invalid kubeconfig: config is not a mapping"],
    ["a list", [], "invalid kubeconfig: config is not a mapping"],
    [
      "clusters of another kind",
      { clusters: {} },
      "invalid kubeconfig: config has clusters that is not a list",
    ],
    [
      "an entry without a name",
      { users: [{}] },
      "invalid kubeconfig: config users has an entry without a name",
    ],
    [
      "a number for a token",
      { users: [{ name: "u\u001b[31m", user: { token: 5 } }] },
      'invalid kubeconfig: config user "u" has a token that is not a string',
    ],
    [
      "a plugin without a command",
      { users: [{ name: "u", user: { exec: {} } }] },
      'invalid kubeconfig: config user "u" exec has no command',
    ],
  ])("%s is refused in one line", (_what, given, message) => {
    expect(() => read(given)).toThrow(new UserError(message));
  });
});

describe("which cluster, as which user", () => {
  const config = mergeKubeconfigs([
    read(document("one", "https://one:6443", "one")),
    read(document("two", "https://two:6443")),
    read({
      clusters: [
        {
          name: "tls",
          cluster: {
            server: "https://tls",
            "certificate-authority-data": "QQ==",
            "tls-server-name": "inside",
          },
        },
      ],
      users: [
        { name: "cert", user: { "client-certificate-data": "QQ==", "client-key-data": "QQ==" } },
        { name: "exec", user: { exec: { command: "login" }, username: "u", password: "p" } },
        {
          name: "acts",
          user: { as: "other", "as-groups": ["g"], "as-uid": "7", "as-user-extra": { why: ["x"] } },
        },
      ],
    }),
  ]);
  const select = (flags: Partial<ClientFlags>, from = config): ReturnType<typeof selectCluster> =>
    selectCluster(from, { ...NO_FLAGS, ...flags }, "the file");

  test.each<[flags: Partial<ClientFlags>, server: string, token: string]>([
    [{}, "https://one:6443/", "token of one"],
    [{ context: "two" }, "https://two:6443/", "token of two"],
    [{ cluster: "two" }, "https://two:6443/", "token of one"],
    [{ user: "two" }, "https://one:6443/", "token of two"],
    [{ server: "https://[::1]:7" }, "https://[::1]:7/", "token of one"],
    [{ server: "host:8080" }, "http://host:8080/", "token of one"],
    [{ server: "host:6443", certificateAuthority: "ca" }, "https://host:6443/", "token of one"],
    [{ token: "mine" }, "https://one:6443/", "mine"],
  ])("%j asks %s with %s", (flags, server, token) => {
    const selection = select(flags);
    expect([selection.server.href, selection.user.token]).toEqual([server, token]);
  });

  test("flags about TLS replace what the kubeconfig says", () => {
    expect(select({ cluster: "tls" }).cluster).toMatchObject({ caData: "QQ==", tlsServerName: "inside" });
    expect(select({ cluster: "tls", insecureSkipTlsVerify: true }).cluster).toMatchObject({
      caData: undefined,
      skipTlsVerify: true,
    });
    expect(select({ cluster: "tls", certificateAuthority: "ca.crt" }).cluster).toMatchObject({
      caFile: "ca.crt",
      caData: undefined,
      skipTlsVerify: false,
    });
    expect(select({ cluster: "tls", server: "https://other" }).cluster.tlsServerName).toBeUndefined();
    expect(select({ cluster: "tls", tlsServerName: "n" }).cluster.tlsServerName).toBe("n");
  });

  test("a token given puts plugins and passwords out of use", () => {
    expect(select({ user: "exec", token: "t" }).user).toMatchObject({
      token: "t",
      exec: undefined,
      username: undefined,
      password: undefined,
    });
  });

  test("impersonation comes from the kubeconfig, and flags go before it", () => {
    const own = select({ user: "acts" }).user.impersonate;
    expect(own).toEqual({ user: "other", uid: "7", groups: ["g"], extra: { why: ["x"] } });
    expect(select({ user: "acts", as: "me", asGroups: ["a", "b"] }).user.impersonate).toMatchObject({
      user: "me",
      groups: ["a", "b"],
    });
  });

  test.each<[flags: Partial<ClientFlags>, message: string, exitCode: 1 | 2]>([
    [{ context: "no" }, 'context "no" does not exist in the file; choose with --context: one, two', 1],
    [{ cluster: "no" }, 'cluster "no" does not exist in the file; choose with --cluster: one, two, tls', 1],
    [
      { user: "no" },
      'user "no" does not exist in the file; choose with --user: one, two, cert, exec, acts',
      1,
    ],
    [{ server: "ftp://x" }, 'invalid server address "ftp://x"; use https://HOST:PORT', 1],
    [{ server: "https://" }, 'invalid server address "https://"; use https://HOST:PORT', 1],
    [{ asGroups: ["g"] }, "impersonation of a group or uid requires a user; set --as", 2],
  ])("%j is refused in one line", (flags, message, exitCode) => {
    const error = catchProblem(() => select(flags));
    expect(error.message).toBe(message);
    expect(error.exitCode).toBe(exitCode);
  });

  test.each<[document: unknown, flags: Partial<ClientFlags>, message: string]>([
    [document("a", "https://a"), {}, "the file has no current-context; choose with --context: a"],
    [{}, {}, "the file names no cluster; set --server"],
    [
      {},
      { context: "x" },
      'context "x" does not exist in the file; it has none; try another file with --kubeconfig',
    ],
    [document("a", "", "a"), {}, 'the file names no server for cluster "a"; set --server'],
    [
      { ...document("a", "https://a"), "current-context": "gone" },
      {},
      'current-context "gone" does not exist in the file; choose with --context: a',
    ],
  ])("%j with %j says what is missing", (given, flags, message) => {
    expect(catchProblem(() => select(flags, read(given))).message).toBe(message);
  });

  test("a server and a token need no kubeconfig", () => {
    const selection = select({ server: "https://h:1", token: "t" }, mergeKubeconfigs([]));
    expect(selection).toMatchObject({ contextName: undefined, user: { token: "t" } });
    expect(selection.server.host).toBe("h:1");
  });
});

function catchProblem(work: () => unknown): UserError {
  try {
    work();
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error("it was taken");
}
