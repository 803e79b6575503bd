import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { labForFile } from "../lab-for-file.ts";
import { eventually, leaseHolder, podField, processState } from "./support.ts";

const TERMINATED = ".status.containerStatuses[0].state.terminated";
const ETCDCTL = [
  "etcdctl",
  "--cacert=/etc/kubernetes/pki/etcd/ca.crt",
  "--cert=/etc/kubernetes/pki/etcd/healthcheck-client.crt",
  "--key=/etc/kubernetes/pki/etcd/healthcheck-client.key",
];

const lab = labForFile();

/**
 * Kills a process without asking the lab. One without its lease or its API server ends by itself at any moment: then it
 * is the one after it.
 */
async function killBehindTheLab(target: string): Promise<{ pid: number; restarts: number }> {
  return eventually("a process to kill", async () => {
    const row = (await lab().processes()).find((one) => one.target === target);
    if (row?.state !== "running" || row.pid === undefined) return undefined;
    try {
      process.kill(row.pid, "SIGKILL");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ESRCH") return undefined;
      throw error;
    }
    return { pid: row.pid, restarts: row.restarts };
  });
}

/** Brings back what a test left frozen or down, and waits until all is ready for the next one. */
async function heal(): Promise<void> {
  for (const { target, state } of await lab().processes()) {
    if (state === "frozen") await lab().fault("thaw", target);
    if (state === "stopped") await lab().fault("start", target);
  }
  await eventually("every pod to be ready", async () => {
    const ready = await lab().kubectl([
      ...["get", "pods", "-n", "kube-system", "-l", "tier=control-plane"],
      ...["-o", "jsonpath={.items[*].status.containerStatuses[0].ready}"],
    ]);
    return ready.split(" ").length === 12 && !ready.includes("false");
  });
  await eventually("both leases to be held", async () => {
    const holders = await Promise.all(
      ["kube-scheduler", "kube-controller-manager"].map((name) => leaseHolder(lab(), name)),
    );
    return holders.every(({ host }) => host !== "");
  });
}

describe("a lab that is up", () => {
  test("has three ready nodes with kubeadm's mirror pods", async () => {
    const nodes = await lab().kubectl(["get", "nodes", "--no-headers"]);
    expect(nodes.match(/^cp-[123] +Ready +control-plane/gm)).toHaveLength(3);
    const pods = await lab().kubectl([
      "get",
      "pods",
      "-n",
      "kube-system",
      "-l",
      "tier=control-plane",
      "--no-headers",
    ]);
    expect(
      pods.match(
        /^(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)-cp-[123] +1\/1 +Running +\d/gm,
      ),
    ).toHaveLength(12);
    await expect(
      podField(
        lab(),
        "etcd-cp-2",
        ".metadata.annotations.kubeadm\\.kubernetes\\.io/etcd\\.advertise-client-urls",
      ),
    ).resolves.toBe(`https://${lab().spec.prefix}.2:2379`);
  });

  test("has identity leases of all API servers, with their hosts", async () => {
    const hosts = await lab().kubectl([
      ...["get", "leases", "-n", "kube-system", "-l", "apiserver.kubernetes.io/identity=kube-apiserver"],
      ...["-o", "jsonpath={.items[*].metadata.labels.kubernetes\\.io/hostname}"],
    ]);
    expect(hosts.split(" ").toSorted()).toEqual(["cp-1", "cp-2", "cp-3"]);
  });

  test("elects with the lease duration that was asked for", async () => {
    const path = "jsonpath={.spec.leaseDurationSeconds}";
    await expect(
      lab().kubectl(["get", "lease", "-n", "kube-system", "kube-scheduler", "-o", path]),
    ).resolves.toBe("6");
  });

  test("runs commands as on a node, with kubeadm's paths inside only", async () => {
    const hostname = await lab().exec("cp-2", ["hostname"]);
    expect(hostname).toEqual({ code: 0, stdout: "cp-2\n", stderr: "" });
    const manifests = await lab().exec("cp-2", ["cat", "/etc/kubernetes/manifests/kube-scheduler.yaml"]);
    expect(manifests.stdout).toContain("--kubeconfig=/etc/kubernetes/scheduler.conf");
    const kubectl = ["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "get", "--raw", "/readyz"];
    await eventually("the API server to be ready", async () => {
      const { stdout } = await lab().exec("cp-3", kubectl);
      return stdout === "ok";
    });
    expect((await lab().exec("cp-1", ["sh", "-c", "exit 3"])).code).toBe(3);
    await expect(lab().exec("cp-9", ["true"])).rejects.toThrow('no node "cp-9"');
  });

  test("runs the real etcdctl by kubectl exec, on the pod's node", async () => {
    const exec = ["exec", "-n", "kube-system", "etcd-cp-2", "--"];
    await expect(lab().kubectl([...exec, "hostname"])).resolves.toBe("cp-2\n");
    const status = await lab().kubectl([
      ...exec,
      ...ETCDCTL,
      `--endpoints=https://${lab().spec.prefix}.2:2379`,
      "endpoint",
      "status",
      "--write-out=fields",
    ]);
    expect(status).toMatch(/^"Version" : "3\.6\.8"$/m);
  });

  test("reaches the real member by kubectl port-forward", async () => {
    const forward = spawn(
      join(lab().spec.bin, "kubectl"),
      ["port-forward", "-n", "kube-system", "etcd-cp-3", ":2379", "--address=127.0.0.1"],
      { env: { ...process.env, ...lab().env }, stdio: ["ignore", "pipe", "inherit"] },
    );
    try {
      const [line] = (await once(createInterface({ input: forward.stdout }), "line")) as [string];
      const port = /127\.0\.0\.1:(\d+)/.exec(line)?.[1] ?? "";
      const asked = await lab().exec("cp-1", [
        ...ETCDCTL,
        `--endpoints=https://127.0.0.1:${port}`,
        "endpoint",
        "status",
        "--write-out=fields",
      ]);
      const direct = await lab().exec("cp-1", [
        ...ETCDCTL,
        "--endpoints=https://cp-3:2379",
        "endpoint",
        "status",
        "--write-out=fields",
      ]);
      const member = /^"MemberID" : \d+$/m;
      expect(asked.stdout).toMatch(member);
      expect(member.exec(asked.stdout)?.[0]).toBe(member.exec(direct.stdout)?.[0]);
    } finally {
      forward.kill();
      await once(forward, "exit");
    }
  });

  test("serves the real log by kubectl logs", async () => {
    const log = await lab().kubectl(["logs", "-n", "kube-system", "kube-scheduler-cp-1"]);
    expect(log).toContain("Starting Kubernetes Scheduler");
  });

  test("makes a deleted mirror pod again", async () => {
    const before = await podField(lab(), "kube-scheduler-cp-1", ".metadata.uid");
    await lab().kubectl(["delete", "pod", "-n", "kube-system", "kube-scheduler-cp-1", "--timeout=20s"]);
    const after = await eventually("the pod to be back", async () =>
      podField(lab(), "kube-scheduler-cp-1", ".metadata.uid"),
    );
    expect(after).not.toBe(before);
    await heal();
  });
});

describe("faults", () => {
  afterEach(heal);

  test("kill stays down and shows in the mirror pod; another takes over; start brings it back", async () => {
    const before = await leaseHolder(lab(), "kube-scheduler");
    const asked = Date.now();
    const [record, ...others] = await lab().fault("kill", "scheduler/leader");
    expect(others).toEqual([]);
    expect(record).toMatchObject({ action: "kill", target: `scheduler/${before.host}` });
    const at = Date.parse(record?.at ?? "");
    expect(at).toBeGreaterThanOrEqual(asked);
    expect(at).toBeLessThanOrEqual(Date.now());
    expect(record?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

    const pod = `kube-scheduler-${before.host}`;
    await eventually(
      "the pod to say exit 137",
      async () => (await podField(lab(), pod, `${TERMINATED}.exitCode`)) === "137",
    );
    const finished = Date.parse(await podField(lab(), pod, `${TERMINATED}.finishedAt`));
    expect(Math.abs(finished - at)).toBeLessThan(2000);
    await eventually("another scheduler to lead", async () => {
      const { host } = await leaseHolder(lab(), "kube-scheduler");
      return host !== "" && host !== before.host;
    });
    await expect(lab().fault("kill", `scheduler/${before.host}`)).rejects.toThrow("is not running");

    const [started] = await lab().fault("start", `scheduler/${before.host}`);
    await eventually("the process to run", () =>
      Promise.resolve(processState(started?.pid ?? 0) !== undefined),
    );
    await eventually(
      "the pod to run",
      async () => (await podField(lab(), pod, ".status.containerStatuses[0].ready")) === "true",
    );
    const row = (await lab().processes()).find(({ target }) => target === `scheduler/${before.host}`);
    const count = Number(await podField(lab(), pod, ".status.containerStatuses[0].restartCount"));
    expect([count, count > 0]).toEqual([row?.restarts, true]);
    await expect(
      podField(lab(), pod, ".status.containerStatuses[0].lastState.terminated.exitCode"),
    ).resolves.toBe("137");
    await expect(lab().fault("start", `scheduler/${before.host}`)).rejects.toThrow("runs already");
  });

  test("kill --restart brings a new process of the same host at once", async () => {
    const [record] = await lab().fault("kill", "controller-manager/cp-2", { restart: true });
    const row = await eventually("a new process", async () => {
      const found = (await lab().processes()).find(({ target }) => target === "controller-manager/cp-2");
      return found?.state === "running" && found.pid !== record?.pid && found;
    });
    expect(Date.parse(row.since) - Date.parse(record?.at ?? "")).toBeLessThan(2000);
    await eventually("the pod to count the restart", async () => {
      const count = await podField(
        lab(),
        "kube-controller-manager-cp-2",
        ".status.containerStatuses[0].restartCount",
      );
      // It may have ended once more since: its API server was just without etcd.
      return Number(count) >= row.restarts && row.restarts > 0;
    });
  });

  test("a terminated scheduler releases its lease on the way out", async () => {
    const before = await leaseHolder(lab(), "kube-scheduler");
    await lab().fault("term", "scheduler/leader");
    const { identity } = await eventually("the lease to change hands", async () => {
      const holder = await leaseHolder(lab(), "kube-scheduler");
      return holder.identity !== before.identity && holder;
    });
    expect(identity).not.toBe(before.identity);
    await eventually(
      "the pod to say how it ended",
      async () => (await podField(lab(), `kube-scheduler-${before.host}`, `${TERMINATED}.exitCode`)) !== "",
    );
    await lab().fault("start", `scheduler/${before.host}`);
  });

  test("a frozen process is stopped, not gone, and goes on when it is thawed", async () => {
    const [frozen] = await lab().fault("freeze", "etcd/cp-3");
    const pid = frozen?.pid ?? 0;
    await eventually("the process to stop", () => Promise.resolve(processState(pid) === "T"));
    const rows = await lab().processes();
    expect(rows.find(({ target }) => target === "etcd/cp-3")?.state).toBe("frozen");
    const [thawed] = await lab().fault("thaw", "etcd/cp-3");
    expect(thawed?.pid).toBe(pid);
    await eventually("the process to go on", () => Promise.resolve(/[RSD]/.test(processState(pid) ?? "")));
  });

  test("etcd/leader is the member that leads, and the others elect another", async () => {
    const [record] = await lab().fault("kill", "etcd/leader");
    expect(record?.target).toMatch(/^etcd\/cp-[123]$/);
    const [leader] = await eventually("another leader", () => lab().resolve("etcd/leader"));
    expect(leader).toMatch(/^etcd\/cp-[123]$/);
    expect(leader).not.toBe(record?.target);
  });

  test("what ends by itself is started again by its node's kubelet", async () => {
    const killed = await killBehindTheLab("scheduler/cp-3");
    const after = await eventually("a new process", async () => {
      const row = (await lab().processes()).find(({ target }) => target === "scheduler/cp-3");
      return row?.state === "running" && row.pid !== killed.pid && row;
    });
    expect(after.restarts).toBeGreaterThan(killed.restarts);
  });

  test("a leader loses its lease with its API server; clients of the balancer go on with the others", async () => {
    const { host } = await leaseHolder(lab(), "kube-scheduler");
    await lab().fault("kill", `apiserver/${host}`);
    await expect(lab().kubectl(["get", "--raw", "/version"])).resolves.toContain("v1.36.3");
    await eventually(
      "the pod to say exit 137",
      async () => (await podField(lab(), `kube-apiserver-${host}`, `${TERMINATED}.exitCode`)) === "137",
    );
    await eventually("another host to lead", async () => {
      const after = await leaseHolder(lab(), "kube-scheduler");
      return after.host !== "" && after.host !== host;
    });
  });

  test("a node that is gone takes all its processes along, and nobody reports for it", async () => {
    const records = await lab().fault("kill", "node/cp-3");
    const all = ["kubelet/cp-3", "scheduler/cp-3", "controller-manager/cp-3", "apiserver/cp-3", "etcd/cp-3"];
    const killed: readonly string[] = records.map(({ target }) => target);
    // One of them may have ended by itself the moment before.
    expect(killed).toEqual(all.filter((target) => killed.includes(target)));
    expect(killed).toContain("etcd/cp-3");
    await eventually("all of it to be gone", async () => {
      const rows = (await lab().processes()).filter(({ target }) => all.includes(target));
      const isDown = rows.every(({ state }) => state !== "running");
      return (
        rows.length === all.length && isDown && records.every(({ pid }) => processState(pid) === undefined)
      );
    });
    await eventually("the others to hold both leases", async () => {
      const holders = await Promise.all(
        ["kube-scheduler", "kube-controller-manager"].map((name) => leaseHolder(lab(), name)),
      );
      return holders.every(({ host }) => host !== "" && host !== "cp-3");
    });
    await expect(podField(lab(), "etcd-cp-3", TERMINATED)).resolves.toBe("");
    await lab().fault("start", "node/cp-3");
    await eventually("etcd to be whole", async () => {
      const health = await lab().exec("cp-3", [
        ...ETCDCTL,
        `--endpoints=${lab().env["ETCDCTL_ENDPOINTS"] ?? ""}`,
        "endpoint",
        "health",
      ]);
      return health.code === 0;
    });
  });

  test("without the balancer the kubeconfig leads nowhere", async () => {
    await lab().fault("kill", "balancer");
    await expect(lab().kubectl(["get", "--raw", "/version"])).rejects.toThrow("refused");
    await lab().fault("start", "balancer");
  });

  test("an unknown target is refused with what there is", async () => {
    await expect(lab().fault("kill", "scheduler/cp-4")).rejects.toThrow(
      /^unknown target "scheduler\/cp-4": use .*cp-1, cp-2, cp-3$/,
    );
  });
});
