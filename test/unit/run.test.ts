import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { Io } from "../../src/cli/io.ts";
import { mayColour, print, ReaderGone } from "../../src/cli/io.ts";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { join } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { run } from "../../src/cli/run.ts";
import { UserError } from "../../src/core/facts/failure.ts";
import { FakeHost } from "../golden/headless.ts";
import { t } from "./model-kit.ts";
import { folderForFile } from "../folder-for-file.ts";

const folder = folderForFile("run");
const KUBECONFIG = join(folder, "config");

beforeAll(() => {
  const cluster = { server: "http://127.0.0.1:1" };
  const context = { cluster: "a", user: "" };
  const config = { clusters: [{ name: "a", cluster }], contexts: [{ name: "a", context }] };
  writeFileSync(KUBECONFIG, JSON.stringify(config));
});

/** A fake process: what it wrote, and how it may be broken off. */
function fake(env: Record<string, string> = {}): { io: Io; out: () => string; err: () => string } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const text = { out: "", err: "" };
  stdout.on("data", (chunk: Buffer) => (text.out += chunk.toString()));
  stderr.on("data", (chunk: Buffer) => (text.err += chunk.toString()));
  const io: Io = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    env: { HOME: "/nonexistent", ...env },
    platform: "linux",
    arch: "x64",
    node: "v24.0.0",
    plugin: "ha",
    clock: () => t(0),
    interrupted: new AbortController().signal,
    wholeScreen: undefined,
  };
  return { io, out: () => text.out, err: () => text.err };
}

/** A fake terminal, and what was written to it. */
function fakeScreen() {
  const tty = () =>
    Object.assign(new PassThrough(), {
      isTTY: true as const,
      ...{ columns: 80, rows: 24, isRaw: false, setRawMode: () => undefined },
    });
  let written = "";
  const output = tty().on("data", (chunk: Buffer) => (written += chunk.toString()));
  return { wholeScreen: { input: tty(), output, host: new FakeHost() }, written: () => written };
}

/** A stream that takes nothing, for a reason with this code. */
function refusing(code: string): Writable {
  const stream = new Writable({
    write(_, __, done) {
      done(Object.assign(new Error(`${code}: refused`), { code }));
    },
  });
  stream.on("error", () => undefined);
  return stream;
}

test("without a command it helps, on stdout, and that is no failure", async () => {
  const { io, out, err } = fake();
  expect(await run([], io)).toBe(0);
  expect(out()).toMatch(/^Live view of an HA Kubernetes control plane[^]*\nUsage:\n {2}kubectl ha COMMAND/);
  expect(err()).toBe("");
});

test("wrong usage is one line on stderr, exit code 2", async () => {
  const { io, out, err } = fake();
  expect(await run(["statsu"], io)).toBe(2);
  expect(out()).toBe("");
  expect(err()).toBe(
    `error: unknown command "statsu" for "kubectl ha", did you mean status? See 'kubectl ha --help'\n`,
  );
});

test.each(["status", "leaders"])(
  "%s of a context that does not exist: one line, exit code 1",
  async (command) => {
    const { io, out, err } = fake();
    expect(await run([command, "--kubeconfig", KUBECONFIG, "--context", "b"], io)).toBe(1);
    expect(out()).toBe("");
    expect(err()).toBe(`error: context "b" does not exist in ${KUBECONFIG}; choose with --context: a\n`);
  },
);

test("status -w: that its own process was slow to begin is no failure, the first picture waits for answers", async () => {
  const list = { metadata: { resourceVersion: "1" }, items: [] };
  const server = createHttpServer((_request, response) => response.end(JSON.stringify(list)));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const controller = new AbortController();
  const { io, out, err } = fake();
  io.stdout.on("data", () => {
    controller.abort();
  });
  // The clock is looked at first as the watch begins; nothing comes within three seconds of that.
  const times = [0];
  const slow: Io = { ...io, interrupted: controller.signal, clock: () => t(times.shift() ?? 3) };
  const flags = ["--kubeconfig", KUBECONFIG, "--server", `http://127.0.0.1:${port}`];
  const code = await run(["status", "-w", "-o", "json", ...flags], slow);
  server.close();
  server.closeAllConnections();
  expect({ code, err: err() }).toEqual({ code: 0, err: "" });
  expect(JSON.parse(out())).toMatchObject({ leaders: { freshness: { state: "live" }, items: [] } });
});

test("what caused an error is shown with -v only", async () => {
  const file = join(folder, "not-yaml");
  writeFileSync(file, "{");
  const [quiet, loud] = [fake(), fake()];
  await run(["leaders", "--kubeconfig", file], quiet.io);
  await run(["leaders", "-v", "--kubeconfig", file], loud.io);
  expect(quiet.err().split("\n")).toHaveLength(2);
  expect(loud.err()).toMatch(/^error: invalid kubeconfig [^\n]*\nUserError: [^]*\n {2}at [^]*\ncaused by /);
});

test.each([
  [{}, "TERM is not set"],
  [{ TERM: "" }, "TERM is not set"],
  [{ TERM: "dumb" }, 'TERM is "dumb"'],
  [{ TERM: "unknown" }, 'TERM is "unknown"'],
])("top on a terminal of %j: one line that says what to try", async (env, how) => {
  const { io, err } = fake(env);
  const { wholeScreen, written } = fakeScreen();
  expect(await run(["top", "--kubeconfig", KUBECONFIG], { ...io, wholeScreen })).toBe(1);
  expect(err()).toBe(
    `error: top requires a terminal that can move its cursor: ${how}; set it (TERM=xterm-256color), or use 'kubectl ha status -w'\n`,
  );
  expect(written()).toBe("");
});

describe("commands that answer yes or no: 1 is an answer, so whatever keeps them from one is 3", () => {
  const refused = ["--etcd-endpoints", "http://127.0.0.1:1"];
  const questions = [
    ["keys", "x"],
    ["keys", "diff"],
    ["etcd", "hash"],
  ];

  test.each(questions)("%s %s: a certificate that cannot be read, and no way to etcd", async (...words) => {
    const { io, out, err } = fake();
    expect(await run([...words, ...refused, "--etcd-cacert", join(folder, "none")], io)).toBe(3);
    expect(await run(words, io)).toBe(3);
    expect(out()).toBe("");
    expect(err()).toMatch(
      /^error: cannot read --etcd-cacert .*; give a PEM file\nerror: etcd is not configured: .*; set one of them\n$/,
    );
  });

  test("members that refuse all: what to try is about etcd", async () => {
    const { io, err } = fake();
    expect(await run(["keys", "x", ...refused], io)).toBe(3);
    expect(await run(["keys", "diff", ...refused], io)).toBe(3);
    const why =
      "connection refused by 127.0.0.1:1; check that etcd runs there, or name other members with --etcd-endpoints\n";
    expect(err()).toBe(`error: ${why}error: fewer than two members can be compared: ${why}`);
  });

  test("members that refuse all, in JSON: a document with the reason of each, and a line that has them all", async () => {
    const both = ["-o", "json", "--etcd-endpoints", "http://127.0.0.1:1,http://127.0.0.1:2"];
    for (const [argv, before] of [
      [["keys", "x"], ""],
      [["keys", "diff"], "fewer than two members can be compared: "],
    ] as const) {
      const { io, out, err } = fake();
      expect(await run([...argv, ...both], io)).toBe(3);
      expect(JSON.parse(out())).toMatchObject({
        revision: null,
        members: [1, 2].map((port) => ({
          reason: { message: `connection refused by 127.0.0.1:${port}` },
        })),
        items: [],
      });
      expect(err()).toMatch(
        `error: ${before}connection refused by 127.0.0.1:1; connection refused by 127.0.0.1:2; check that etcd`,
      );
    }
  });

  test("an answer that cannot be written is none", async () => {
    const { io, err } = fake();
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    const stdout = new Writable({
      write: (_chunk, _encoding, done) => {
        done(full);
      },
    }).on("error", () => undefined);
    expect(await run(["keys", "x", "-o", "json", ...refused], { ...io, stdout })).toBe(3);
    expect(err()).toMatch(/^error: cannot write the output: .*\n$/);
  });

  test("wrong usage stays 2", async () => {
    const { io, err } = fake();
    expect(await run(["keys", "\u001b[31m(", "--regex"], io)).toBe(2);
    expect(err()).toBe(
      `error: invalid regular expression "(" (RE2 syntax): missing closing ]: \`[31m(\`; see 'kubectl ha keys --help'\n`,
    );
    expect(await run(["keys", "(?=a)", "--regex"], io)).toBe(2);
    expect(await run(["keys", "x", "--etcd-endpoints", "not an endpoint"], io)).toBe(2);
    expect(await run(["etcd", "hash", ...refused, "--etcd-cert", "alone"], io)).toBe(2);
    expect(err().match(/^error: [^\n]*\n/gm)).toHaveLength(4);
  });
});

test("top on Windows, which has neither TERM nor a locale nor ctrl-z: the whole picture, in UTF-8", async () => {
  const breakOff = new AbortController();
  const { wholeScreen, written } = fakeScreen();
  const io = { ...fake().io, platform: "win32", wholeScreen, interrupted: breakOff.signal };
  const running = run(["top", "--kubeconfig", KUBECONFIG, "--context", "a"], io);
  wholeScreen.output.on("data", () => {
    if (!written().includes("connection refused")) return;
    wholeScreen.input.write("\u001a");
    setImmediate(() => {
      breakOff.abort();
    });
  });
  expect(await running).toBe(0);
  expect(written()).toMatch(/[─│]/);
  expect(wholeScreen.host.killed).toEqual([]);
});

test("version --client needs nobody", async () => {
  const { io, out } = fake();
  expect(await run(["version", "--client", "-o", "json"], io)).toBe(0);
  expect(JSON.parse(out())).toEqual({
    apiVersion: "kubectl-ha/v1alpha1",
    kind: "Version",
    clientVersion: {
      version: expect.stringMatching(/^v\d+\.\d+\.\d+$/),
      commit: expect.any(String),
      node: "v24.0.0",
      platform: "linux/x64",
    },
    serverVersion: null,
    reason: { code: "not-asked", message: "--client was given" },
    etcd: { members: null, reason: { code: "not-asked", message: "--client was given" } },
  });
});

test("version without a server says its own, and fails with the reason", async () => {
  const { io, out, err } = fake();
  expect(await run(["version", "--kubeconfig", KUBECONFIG, "--context", "a"], io)).toBe(1);
  expect(out()).toMatch(/^Client Version: v.*\nCommit: .*\nNode Version: v24\.0\.0\nPlatform: linux\/x64\n$/);
  expect(err()).toMatch(/^error: connection refused by 127\.0\.0\.1:1; .*\n$/);
});

test("version where etcd does not answer says so of each member, and fails", async () => {
  const { io, out, err } = fake({ ETCDCTL_ENDPOINTS: "http://127.0.0.1:1,http://localhost:1" });
  expect(await run(["version", "--kubeconfig", KUBECONFIG, "--context", "a", "-o", "json"], io)).toBe(1);
  const refused = (endpoint: string): object => ({
    ...{ name: endpoint, endpoint, version: null },
    reason: { code: "refused", message: `connection refused by ${endpoint}` },
  });
  expect(JSON.parse(out())).toMatchObject({
    serverVersion: null,
    etcd: { members: [refused("127.0.0.1:1"), refused("localhost:1")], reason: null },
  });
  expect(err()).toMatch(/^error: connection refused by 127\.0\.0\.1:1; .*\n$/);
});

test("version without a way to etcd says which ways there are", async () => {
  const { io, out } = fake();
  await run(["version", "--kubeconfig", KUBECONFIG, "--context", "a", "-o", "json"], io);
  expect(JSON.parse(out())).toMatchObject({
    etcd: {
      members: null,
      reason: { code: "not-configured", message: expect.stringContaining("--etcd-endpoints") },
    },
  });
});

describe("what a shell asks on TAB", () => {
  const asked = async (...line: readonly string[]): Promise<{ code: number; out: string; err: string }> => {
    const { io, out, err } = fake({ KUBECONFIG });
    const code = await run(["__complete", ...line], io);
    return { code, out: out(), err: err() };
  };

  test("is reported in cobra's way", async () => {
    const about = "print leaders, API servers, etcd and findings once";
    expect(await asked("st")).toEqual({ code: 0, out: `status\t${about}\n:4\n`, err: "" });
    expect(await asked("status", "--context", "")).toMatchObject({ out: "a\tcluster a\n:4\n" });
    expect(await asked("status", "--kubeconfig", "")).toMatchObject({ out: ":0\n" });
    expect(await asked("status", "--etcd-endpoints", "")).toMatchObject({ out: ":6\n" });
    expect(await asked()).toMatchObject({ out: expect.stringMatching(/^top\t.*\nstatus\t[^]*\n:4\n$/) });
  });

  test.each<[what: string, line: readonly string[]]>([
    ["a server that is not there", ["leaders", "--context", "a", ""]],
    ["no kubeconfig", ["leaders", "--kubeconfig", "/nonexistent", ""]],
    ["a kubeconfig that is none", ["leaders", "--kubeconfig", folder, ""]],
    ["a context that does not exist", ["leaders", "--context", "b", ""]],
    ["a line that is wrong", ["leaders", "--request-timeout", "soon", ""]],
    ["a command that does not exist", ["leader", ""]],
  ])("of %s: nothing, and without a word", async (_what, line) => {
    expect(await asked(...line)).toEqual({ code: 0, out: ":4\n", err: "" });
  });

  test.each([
    ["a server", (port: number) => ["leaders", "-s", `http://127.0.0.1:${port}`, "--context", "a", ""]],
    [
      "a member of etcd",
      (port: number) => ["etcd", "status", "--etcd-endpoints", `http://127.0.0.1:${port}`, ""],
    ],
  ])("of %s that never answers: nothing, and what asked it is gone", async (_what, lineFor) => {
    const { promise: gone, resolve } = Promise.withResolvers<string>();
    const server = createServer((socket) => {
      socket
        .on("error", () => undefined)
        .on("close", () => {
          resolve("gone");
        });
      socket.resume();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    expect(await asked(...lineFor(port))).toEqual({ code: 0, out: ":4\n", err: "" });
    expect(await gone).toBe("gone");
    server.close();
  });
});

test("a reader that has left is the end, not an error", async () => {
  const { io, err } = fake();
  expect(await run(["help"], { ...io, stdout: refusing("EPIPE") })).toBe(0);
  expect(err()).toBe("");
});

test("a full disk is an error", async () => {
  const { io, err } = fake();
  expect(await run(["help"], { ...io, stdout: refusing("ENOSPC") })).toBe(1);
  expect(err()).toBe("error: cannot write the output: no space left\n");
  await expect(print(refusing("ENOSPC"), "x")).rejects.toThrow(UserError);
  await expect(print(refusing("EPIPE"), "x")).rejects.toThrow(ReaderGone);
});

test("the exit code is kept where even stderr is gone", async () => {
  const { io } = fake();
  expect(await run(["statsu"], { ...io, stderr: refusing("EPIPE") })).toBe(2);
});

test("an interrupt prints nothing", async () => {
  const { io, err } = fake();
  expect(await run(["leaders"], { ...io, interrupted: AbortSignal.abort() })).toBe(0);
  expect(err()).toBe("");
});

test.each<[Record<string, string>, boolean, boolean]>([
  [{ TERM: "xterm" }, true, true],
  [{}, true, true],
  [{ TERM: "xterm" }, false, false],
  [{ TERM: "dumb" }, true, false],
  [{ TERM: "xterm", NO_COLOR: "1" }, true, false],
  [{ TERM: "xterm", NO_COLOR: "" }, true, true],
])("colour with %j on a terminal (%s): %s", (env, isTTY, colour) => {
  expect(mayColour(fake(env).io, Object.assign(new PassThrough(), { isTTY }))).toBe(colour);
});

test.each([
  [{}, false],
  [{ WT_SESSION: "8f7a" }, true],
  [{ WT_SESSION: "8f7a", NO_COLOR: "1" }, false],
])("colour on Windows with %j: %s", (env, colour) => {
  expect(mayColour({ env, platform: "win32" }, Object.assign(new PassThrough(), { isTTY: true }))).toBe(
    colour,
  );
});
