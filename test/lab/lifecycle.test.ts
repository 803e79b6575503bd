import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findBinaries } from "../../scripts/lab/build/binaries.ts";
import { attachLab, startLab } from "../../scripts/lab/lab.ts";
import { labsRoot } from "../../scripts/lab/paths.ts";
import { OrdinaryUser, userNamespacesRefused } from "./ordinary-user.ts";
import { eventually, interfaces, networks, traces } from "./support.ts";

const LAB_PROGRAM = join(process.cwd(), "scripts/lab/main.ts");

/** The lab's command line, as a process, and what it has printed so far. */
function labCommand(...args: string[]): {
  child: ChildProcess;
  printed: () => string;
  ended: Promise<number | null>;
} {
  const child = spawn(process.execPath, [LAB_PROGRAM, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = once(child, "close").then(([code]) => code as number | null);
  return { child, printed: () => text, ended };
}

function newName(): string {
  return `t-${randomBytes(4).toString("hex")}`;
}

/** Nothing of the lab in that folder is left on this machine, but maybe the folder. */
async function gone(dir: string, made: readonly string[] = []): Promise<void> {
  await eventually(`nothing of ${dir} to be left`, () => Promise.resolve(traces(dir, made).length === 0));
}

describe.each(["loopback", "veth"] as const)("labs on %s", (net) => {
  const small = { nodes: 1, net };

  test("two run side by side, and each goes without a trace and without harm to the other: taken down, and by its daemon's death", async () => {
    const before = interfaces();
    const name = newName();
    const [first, crashed] = await Promise.all([startLab(small), startLab({ ...small, name })]);
    await using _ = first;
    const uid = ["get", "namespace", "kube-system", "-o", "jsonpath={.metadata.uid}"];
    const identity = await first.kubectl(uid);
    expect(await crashed.kubectl(uid)).not.toBe(identity);
    expect(traces(crashed.spec.dir).length).toBeGreaterThan(7);
    expect(interfaces()).toEqual(before);
    // On veth: the daemon's with the bridge, the node's, the balancer's, the observer's.
    const made = networks(crashed.spec.dir);
    expect(made).toHaveLength(net === "veth" ? 4 : 0);
    if (net === "loopback") expect(crashed.spec.prefix).not.toBe(first.spec.prefix);

    const { pid } = await crashed.info();
    process.kill(pid, "SIGKILL");
    await gone(crashed.spec.dir, made);
    expect(interfaces()).toEqual(before);
    expect(() => attachLab(name)).toThrow(`no lab named ${name} is up`);
    await expect(first.kubectl(uid)).resolves.toBe(identity);

    const again = await startLab({ ...small, name });
    await eventually(
      "an API server to be ready",
      async () => (await again.kubectl(["get", "--raw", "/readyz"])) === "ok",
    );
    const madeAgain = networks(again.spec.dir);
    await again.down();
    expect(traces(again.spec.dir, madeAgain)).toEqual([]);
    expect(existsSync(again.spec.dir)).toBe(false);
    await again.down();
    await expect(first.kubectl(uid)).resolves.toBe(identity);
    expect(interfaces()).toEqual(before);
  });
});

describe("a lab", () => {
  test("an owner that is killed takes its lab along", async () => {
    const name = newName();
    const program = `const { startLab } = await import(${JSON.stringify(join(process.cwd(), "scripts/lab/lab.ts"))});
      await startLab({ nodes: 1, name: ${JSON.stringify(name)} }); console.log("up"); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(owner.stdout, "data");
    const { spec } = attachLab(name);
    expect(traces(spec.dir).length).toBeGreaterThan(7);
    owner.kill("SIGKILL");
    await gone(spec.dir);
    await eventually("the state folder to be gone", () => Promise.resolve(!existsSync(spec.dir)));
  });
});

describe("the command line", () => {
  test("up, up again, a fault, down, down again", async () => {
    const name = newName();
    const up = labCommand("up", "--name", name, "--nodes", "1");
    expect(await up.ended).toBe(0);
    expect(up.printed()).toContain(`eval "$(npm run -s lab -- env --name ${name})"`);
    const { spec } = attachLab(name);
    try {
      const again = labCommand("up", "--name", name);
      expect(await again.ended).toBe(0);
      expect(again.printed()).toContain("was up already");

      const env = labCommand("env", "--name", name);
      expect(await env.ended).toBe(0);
      expect(env.printed()).toContain(`export KUBECONFIG='${spec.dir}/admin.kubeconfig'\n`);

      const kill = labCommand("kill", "scheduler/leader", "--name", name);
      expect(await kill.ended).toBe(0);
      expect(kill.printed()).toMatch(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z kill scheduler\/cp-1 pid \d+\n$/,
      );
      const deadAlready = labCommand("kill", "scheduler/cp-1", "--name", name);
      expect(await deadAlready.ended).toBe(1);
      expect(deadAlready.printed()).toBe("lab: nothing to kill: scheduler/cp-1 is not running\n");

      const ps = labCommand("ps", "--name", name);
      expect(await ps.ended).toBe(0);
      expect(ps.printed()).toMatch(/^scheduler\/cp-1 +stopped .*exit 137$/m);

      const exec = labCommand("exec", "cp-1", "--name", name, "--", "sh", "-c", "hostname; exit 7");
      expect(await exec.ended).toBe(7);
      expect(exec.printed()).toBe("cp-1\n");

      const logs = labCommand("logs", "etcd/cp-1", "--name", name);
      expect(await logs.ended).toBe(0);
      expect(logs.printed()).toContain("stderr F");
    } finally {
      expect(await labCommand("down", "--name", name).ended).toBe(0);
    }
    expect(traces(spec.dir)).toEqual([]);
    expect(existsSync(spec.dir)).toBe(false);
    const downAgain = labCommand("down", "--name", name);
    expect(await downAgain.ended).toBe(0);
    expect(downAgain.printed()).toBe(`no lab named ${name} is up\n`);
  });

  test.each(["SIGINT", "SIGTERM"] as const)(
    "%s while a lab is starting takes it down again",
    async (signal) => {
      const name = newName();
      const dir = join(labsRoot(), name);
      const up = labCommand("up", "--name", name, "--nodes", "1");
      await eventually("etcd to run", () => Promise.resolve(up.printed().includes("etcd is healthy")));
      expect(traces(dir).length).toBeGreaterThan(3);
      up.child.kill(signal);
      expect(await up.ended).toBe(130);
      expect(up.printed()).toMatch(/^lab: interrupted\n$/m);
      expect(traces(dir)).toEqual([]);
      expect(existsSync(dir)).toBe(false);
    },
  );

  test("wrong usage is one line and exit 2", async () => {
    const wrong = labCommand("kill", "a", "b");
    expect(await wrong.ended).toBe(2);
    expect(wrong.printed()).toMatch(/^lab: kill needs one target, .+\n$/);
  });
});

describe("an ordinary user", () => {
  const refused = userNamespacesRefused();
  if (refused !== undefined)
    console.warn(`not run, this kernel gives ordinary users no namespaces: ${refused}`);

  (refused === undefined ? test : test.skip).each(["loopback", "veth"])(
    "has a lab on %s with faults, which goes without a trace",
    async (net) => {
      const name = newName();
      using user = new OrdinaryUser(
        await findBinaries(undefined, { progress: () => undefined, signal: undefined }),
      );
      const dir = join(user.labsRoot, name);
      const up = await user.lab("up", "--name", name, "--nodes", "1", "--net", net, "--bin", user.bin);
      expect(up).toMatchObject({ code: 0 });
      try {
        const raw = ["kubectl", "get", "--raw", "/readyz"];
        expect(await user.lab("exec", "observer", "--name", name, "--", ...raw)).toMatchObject({
          stdout: "ok",
        });
        expect(await user.lab("exec", "cp-1", "--name", name, "--", "hostname")).toMatchObject({
          stdout: "cp-1\n",
        });
        const { stdout } = await user.lab("kill", "etcd/leader", "--restart", "--name", name);
        expect(stdout).toMatch(/^\S+Z kill etcd\/cp-1 pid \d+\n$/);
        const cut = await user.lab("partition", "cp-1", "--name", name);
        if (net === "veth") expect(cut.stdout).toMatch(/^\S+Z partition cp-1 from all\n$/);
        else expect(cut).toMatchObject({ code: 1, stderr: expect.stringContaining("--net veth") as string });
        const ps = await user.lab("ps", "--name", name);
        const pid = /^apiserver\/cp-1 +(\d+) +running/m.exec(ps.stdout)?.[1] ?? "";
        expect(readFileSync(`/proc/${pid}/status`, "utf8")).toContain(`Uid:\t${user.uid}\t`);
        expect(traces(dir).length).toBeGreaterThan(7);
      } finally {
        const made = networks(dir);
        expect(await user.lab("down", "--name", name)).toMatchObject({ code: 0 });
        expect(traces(dir, made)).toEqual([]);
        expect(existsSync(dir)).toBe(false);
      }
    },
  );
});
