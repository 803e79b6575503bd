import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import type { CatalogEntry } from "../../src/cli/args/catalog.ts";
import { CATALOG, commandNames } from "../../src/cli/args/catalog.ts";
import type { CommandName } from "../../src/cli/args/command.ts";
import type { Flag } from "../../src/cli/args/flags.ts";
import { FLAGS } from "../../src/cli/args/flags.ts";
import type { Ended } from "./program.ts";
import { runProgram, Running } from "./program.ts";
// The program as a person types it: completion, and every example of the help. status.test.ts runs it, on its lab.
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { inLab } from "../../scripts/lab/paths.ts";
import { labNodes, PORTS } from "../../scripts/lab/topology.ts";
import { startRobot } from "../../scripts/robot/robot.ts";
import { lab } from "./calm-lab.ts";
import { folderForFile } from "../folder-for-file.ts";

const home = folderForFile("home");
const bin = join(home, ".local", "bin");

beforeAll(() => {
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(home, ".config", "fish", "completions"), { recursive: true });
});

/** A person's environment: the program and kubectl on PATH, and a folder of their own. */
function person(): Record<string, string> {
  const { PATH = "", ...env } = lab().env;
  return { ...env, HOME: home, LANG: "C.UTF-8", PATH: [bin, resolve("dist"), PATH].join(delimiter) };
}

/** Whether a program is on this machine that the project does not ask for. */
const isInstalled = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));

const shell = (line: string): Promise<Ended> => runProgram("bash", ["-c", line], person());

/** What kubectl offers when TAB is pressed behind these words, and how it is to go on. */
interface Offered {
  readonly values: readonly string[];
  readonly lines: readonly string[];
}

async function kubectlOffers(...words: readonly string[]): Promise<Offered> {
  const { code, stdout, stderr } = await runProgram("kubectl", ["__complete", "ha", ...words], person());
  // kubectl says itself what it looks for and what the last line means; we add nothing.
  const others = stderr.split("\n").filter((line) => !/^(?:\[Debug\] |Completion ended with |$)/.test(line));
  expect({ code, others }).toEqual({ code: 0, others: [] });
  const lines = stdout.split("\n").slice(0, -1);
  return { lines, values: lines.slice(0, -1).map((line) => line.split("\t")[0] ?? "") };
}

/** The same of names that only the cluster knows, however busy this machine is. */
const clusterOffers = (...words: readonly string[]): Promise<Offered> =>
  kubectlOffers("--request-timeout=1m", ...words);

const namesOf = async (...args: readonly string[]): Promise<string[]> => {
  const names = await lab().kubectl(["get", ...args, "-o", "name"]);
  return names
    .split("\n")
    .filter((name) => name !== "")
    .map((name) => name.slice(name.indexOf("/") + 1));
};

describe("kubectl completes it through the helper", () => {
  beforeAll(async () => {
    expect(await shell("kubectl ha completion --install ~/.local/bin")).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`Wrote ${bin}/kubectl_complete-ha.\n`),
    });
  });

  test("commands, flags and formats", async () => {
    expect((await kubectlOffers("")).values).toEqual([
      ...new Set(commandNames().map((name) => name.split(" ")[0])),
    ]);
    expect((await kubectlOffers("leaders", "--no")).lines).toEqual([
      expect.stringMatching(/^--no-headers\t/),
      expect.stringMatching(/^--node\t/),
      ":4",
    ]);
    expect((await kubectlOffers("status", "-o", "")).values).toEqual(["table", "wide", "json", "yaml"]);
    expect((await kubectlOffers("status", "--kubeconfig", "")).lines).toEqual([":0"]);
  });

  test("leases, nodes, namespaces and contexts, as kubectl itself names them", async () => {
    const leases = (await namesOf("lease", "-n", "kube-system")).filter(
      (name) => !name.startsWith("apiserver-"),
    );
    expect((await clusterOffers("leaders", "")).values.toSorted()).toEqual(leases.toSorted());
    expect((await clusterOffers("leaders", "kube-scheduler", "kube-")).values).not.toContain(
      "kube-scheduler",
    );
    expect((await clusterOffers("leaders", "--node", "")).values).toEqual(await namesOf("nodes"));
    expect((await clusterOffers("status", "-n", "kube-")).values).toEqual(
      (await namesOf("namespaces")).filter((name) => name.startsWith("kube-")),
    );
    const contexts = await lab().kubectl(["config", "get-contexts", "-o", "name"]);
    expect((await kubectlOffers("top", "--context", "")).values).toEqual(contexts.trim().split("\n"));
  });

  test("addresses of API servers and of etcd's members, and the members by name", async () => {
    const nodes = labNodes(lab().spec);
    const offered = await clusterOffers("leaders", "-s", "");
    expect(offered.lines.slice(0, -1)).toEqual(
      nodes.map(({ name, address }) => `https://${address}:${PORTS.apiserver}\t${name}`),
    );
    const [first, ...others] = nodes.map(({ address }) => `https://${address}:${PORTS.etcdClient}`);
    const listed = await clusterOffers("top", "--etcd-endpoints", `${first},`);
    expect(listed.lines.at(-1)).toBe(":6");
    expect(listed.values).toEqual(others.map((url) => `${first},${url}`));
    const members = await clusterOffers("etcd", "status", "cp-1", "");
    expect(members.values.toSorted()).toEqual(["cp-2", "cp-3"]);
    const list = await clusterOffers("keys", "diff", "--members", "cp-1,");
    expect([list.values.toSorted(), list.lines.at(-1)]).toEqual([["cp-1,cp-2", "cp-1,cp-3"], ":6"]);
  });

  test("nothing, and without a word, where nobody answers", async () => {
    const silent = createServer((socket) => socket.on("error", () => undefined).resume());
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    const { port } = silent.address() as AddressInfo;
    try {
      for (const server of [`https://127.0.0.1:${port}`, "https://127.0.0.1:1"])
        expect((await kubectlOffers("leaders", "-s", server, "")).lines).toEqual([":4"]);
      const member = ["--etcd-endpoints", `https://127.0.0.1:${port}`];
      expect((await kubectlOffers("etcd", "status", ...member, "")).lines).toEqual([":4"]);
    } finally {
      silent.close();
    }
  });
});

test("version says of the servers what kubectl and etcdctl say of them", async () => {
  const { code, stdout } = await shell("kubectl ha version -o json --request-timeout=1m");
  const kubectl = JSON.parse(await lab().kubectl(["version", "-o", "json"])) as { serverVersion: object };
  const etcdctl = JSON.parse((await shell("etcdctl endpoint status -w json")).stdout) as readonly {
    Status: { version: string };
  }[];
  const { name: first } = labNodes(lab().spec)[0] ?? {};
  expect([code, JSON.parse(stdout)]).toMatchObject([
    0,
    {
      serverVersion: { gitVersion: (kubectl.serverVersion as { gitVersion: string }).gitVersion },
      etcd: { members: etcdctl.map(({ Status: { version } }) => ({ version, reason: null })) },
    },
  ]);
  expect((await shell("kubectl ha version --request-timeout=1m")).stdout).toMatch(
    new RegExp(`\nServer Version: v1.*\netcd Version: 3\\.\\d+\\.\\d+ \\(${first ?? ""}, .*\\)\n$`),
  );
});

test("keys --value reads the lease that an API server wrote, as kubectl reads it", async () => {
  const lease = JSON.parse(
    await lab().kubectl(["get", "lease", "-n", "kube-system", "kube-scheduler", "-o", "json"]),
  ) as { metadata: { uid: string }; spec: { holderIdentity: string; leaseTransitions: number } };
  const key = "/registry/leases/kube-system/kube-scheduler";
  const { code, stdout } = await shell(`kubectl ha keys --exact ${key} --value --request-timeout=1m`);
  expect(code).toBe(0);
  expect(stdout).toContain(lease.metadata.uid);
  expect(stdout).toMatch(new RegExp(`holderIdentity\\W+${lease.spec.holderIdentity}\\b`));
  expect(stdout).toMatch(new RegExp(`leaseTransitions\\W+${lease.spec.leaseTransitions}\\b`));
});

const SHELLS = {
  bash: { args: ["--norc", "--noprofile", "-i"], load: "source <(kubectl-ha completion bash)" },
  zsh: { args: ["-f", "-i"], load: "autoload -U compinit; compinit -u; source <(kubectl-ha completion zsh)" },
  fish: { args: ["--no-config", "-i"], load: "kubectl-ha completion fish | source" },
} as const;

describe.each(Object.entries(SHELLS))("%s completes kubectl-ha", (name, { args, load }) => {
  if (name !== "bash" && !isInstalled(name)) {
    test.skip(`not tested: there is no ${name} on this machine`, () => undefined);
    return;
  }

  test("a command, the value of a flag, and a lease of the live cluster", async () => {
    const env = { ...person(), PS1: "$ " };
    await using robot = startRobot({ command: name, args, env });
    robot.type(`${load}; echo load''ed\n`);
    await robot.see("the script was read", (text) => /^loaded$/m.test(text));
    const keys = [
      ["kubectl-ha lead", "kubectl-ha leaders"],
      ["--request-timeout=1m --output=j", "--output=json"],
      ["kube-sch", "--output=json kube-scheduler"],
    ] as const;
    for (const [typed, line] of keys) {
      robot.type(`${typed}\t`);
      await robot.see(line, (text) => text.includes(line), 60);
    }
  });
});

/** An example of the help, for this lab instead of the reader's cluster, however busy this machine is. */
function here(name: CommandName, line: string): string {
  const nodes = labNodes(lab().spec);
  const patient: Flag | undefined = FLAGS.find((flag) => flag.name === "request-timeout");
  // Without jq, what it would be given is all that can be tested.
  const runnable = isInstalled("jq") ? line : line.replace(/ \| jq .*/, "");
  return runnable
    .replace("kubectl ha ", patient?.on.includes(name) ? "$&--request-timeout=1m " : "$&")
    .replaceAll(/\b10\.0\.0\.1?(\d)\b/g, (address, n: string) => nodes[Number(n) - 1]?.address ?? address);
}

describe("every example of the help", () => {
  beforeAll(async () => {
    const pki = join(inLab.pki(lab().spec.dir), "etcd");
    for (const file of ["ca.crt", "client.crt", "client.key"]) cpSync(join(pki, file), join(home, file));
    // What the examples look for.
    await lab().kubectl(["create", "configmap", "hatest"]);
  });

  const examples = commandNames().flatMap((name) => {
    const { examples: all }: CatalogEntry = CATALOG[name];
    return all.map(({ line }) => ({ name, line }));
  });
  const isWatch = (line: string): boolean => / (?:-w|--watch)\b/.test(line);

  test.each(examples.filter(({ name, line }) => name !== "top" && !isWatch(line)))(
    "$line",
    async ({ name, line }) => {
      expect(await shell(`cd && set -o pipefail && ${here(name, line)}`)).toMatchObject({
        code: 0,
        // A node may lead nothing at all, and what a question costs is said before it is asked.
        stderr: expect.not.stringMatching(/^error:/m),
      });
    },
  );

  test.each(examples.filter(({ line }) => isWatch(line)))("$line", async ({ name, line }) => {
    await using running = new Running(["-c", `cd && exec ${here(name, line)}`], person(), "bash");
    await running.see("the first answer", (lines) => lines[0]);
    expect(running.stderr).toBe("");
  });

  test.each(examples.filter(({ name }) => name === "top"))("$line", async ({ name, line }) => {
    await using robot = startRobot({
      command: "bash",
      args: ["-c", `cd && exec ${here(name, line)}`],
      env: person(),
    });
    await robot.see("the leases", (text) => text.includes("kube-scheduler"));
    robot.type("q");
    expect(await robot.ended()).toEqual({ exitCode: 0, signal: 0 });
  });
});
