import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { parseMemberStatus } from "../../scripts/lab/daemon/leaders.ts";
import type { MemberStatus } from "../../scripts/lab/daemon/leaders.ts";
import { labForFile } from "../lab-for-file.ts";
import { LinesTo } from "./line-to.ts";
import { eventually, networks, processState } from "./support.ts";

/** Longer than ARP takes to find that nobody answers (3 s), after which a link that is down is "no route to host". */
const SILENCE_S = 6;
const METRICS = 2381;

const lab = labForFile({ net: "veth" });
const nodes = ["cp-1", "cp-2", "cp-3"];
const addressOf = (node: string): string => `${lab().spec.prefix}.${node.slice(-1)}`;

/** What the member of a node says of itself, asked by the observer. */
async function memberStatus(node: string): Promise<MemberStatus> {
  const { code, stdout, stderr } = await lab().exec("observer", [
    ...["env", `ETCDCTL_ENDPOINTS=https://${addressOf(node)}:2379`],
    ...["etcdctl", "endpoint", "status", "--write-out=fields", "--command-timeout=2s"],
  ]);
  if (code !== 0) throw new Error(stderr);
  return parseMemberStatus(stdout);
}

/** The members of these nodes that say of themselves that they lead. */
async function claimants(of: readonly string[]): Promise<{ node: string; term: bigint }[]> {
  const answers = await Promise.all(of.map(async (node) => ({ node, ...(await memberStatus(node)) })));
  return answers.flatMap(({ node, leader, member, term }) => (leader === member ? [{ node, term }] : []));
}

/** Joins what a test left cut off, and waits until all is whole for the next one. */
async function heal(): Promise<void> {
  for (const { target, state } of await lab().processes())
    if (state === "frozen") await lab().fault("thaw", target);
  if ((await lab().cuts()).length > 0) await lab().heal();
  await eventually("one leader that all members know", async () => {
    const all = await Promise.all(nodes.map(memberStatus));
    return new Set(all.map(({ leader, term }) => `${leader} ${term}`)).size === 1 && all[0]?.leader !== 0n;
  });
  await eventually("every API server to be ready", async () => {
    const answers = await Promise.all(
      nodes.map((node) =>
        lab().kubectl(["get", "--raw", "/readyz", `--server=https://${addressOf(node)}:6443`]),
      ),
    );
    return answers.every((answer) => answer === "ok");
  });
}

describe("a lab with a network per node", () => {
  test("gives each node kubeadm's own addresses, and the API its endpoints", async () => {
    expect(networks(lab().spec.dir)).toHaveLength(6);
    const pki = "/etc/kubernetes/pki/etcd";
    const health = await lab().exec("cp-2", [
      ...["etcdctl", "--endpoints=https://127.0.0.1:2379", "endpoint", "status", "-w", "fields"],
      ...[
        `--cacert=${pki}/ca.crt`,
        `--cert=${pki}/healthcheck-client.crt`,
        `--key=${pki}/healthcheck-client.key`,
      ],
    ]);
    expect(parseMemberStatus(health.stdout).member).toBe((await memberStatus("cp-2")).member);
    await eventually("the endpoints of all API servers", async () => {
      const path = "jsonpath={.endpoints[*].addresses[0]}";
      const endpoints = await lab().kubectl(["get", "endpointslice", "kubernetes", "-o", path]);
      return endpoints.split(" ").toSorted().join() === nodes.map(addressOf).join();
    });
  });

  test("runs etcdctl by kubectl exec with kubeadm's endpoint", async () => {
    const hostname = await lab().kubectl(["exec", "-n", "kube-system", "etcd-cp-2", "--", "hostname"]);
    expect(hostname).toBe("cp-2\n");
  });
});

describe("a partition", () => {
  afterEach(heal);

  test("is silent: what is open hangs, what is new hangs, and both go on when it is healed", async () => {
    await using lines = await LinesTo.from(lab(), addressOf("cp-1"), METRICS);
    lines.say("dial old");
    await lines.hear("old connected");
    lines.say("ask old");
    await lines.hear("old answered");

    const asked = Date.now();
    const record = await lab().partition("cp-1");
    expect(record).toMatchObject({ action: "partition", target: "cp-1", from: "all", direction: "both" });
    expect(Date.parse(record.at)).toBeGreaterThanOrEqual(asked);
    lines.say("ask old");
    lines.say("dial new");
    expect(await lines.anything(SILENCE_S)).toEqual([]);
    // No pulled cable: the node's own side looks as ever.
    const { stdout } = await lab().exec("cp-1", ["ip", "link", "show", "eth0"]);
    expect(stdout).toContain("LOWER_UP");
    expect(await lab().cuts()).toEqual([{ host: "cp-1", from: "all", direction: "both", since: record.at }]);

    await lab().heal("cp-1");
    await lines.hear("old answered", "new connected");
  });

  test("one way loses one direction: packets come in, and no answer leaves", async () => {
    await using lines = await LinesTo.from(lab(), addressOf("cp-2"), METRICS);
    await lab().partition("cp-2", { direction: "out" });
    lines.say("dial half");
    await eventually("the SYN to have come in", async () => {
      const { stdout } = await lab().exec("cp-2", ["cat", "/proc/net/tcp"]);
      // Local port 2381 in hexadecimal, any peer, state SYN_RECV.
      return /:094D \S+ 03 /.test(stdout);
    });
    expect(await lines.anything(1)).toEqual([]);
    await lab().heal();
    await lines.hear("half connected");
  });

  test("of etcd's leader from the other nodes: the majority elects another, and both sides can be watched", async () => {
    // Frozen until the others have elected: else it may step down first, and a second leader is seen by luck only.
    const [leader = ""] = await lab().resolve("etcd/leader");
    const old = leader.replace("etcd/", "");
    const others = nodes.filter((node) => node !== old);
    // All stand still while it is cut off: else the others may elect before, and it finds their word when it wakes.
    await lab().fault("freeze", "etcd/all");
    const { at } = await lab().partition(old, { from: "nodes" });
    for (const one of others) await lab().fault("thaw", `etcd/${one}`);
    const [elected] = await eventually("another leader", async () => {
      const found = await claimants(others);
      return found.length === 1 && found;
    });
    expect(Date.now() - Date.parse(at)).toBeLessThan(60_000);

    // Asked while it sleeps, it answers when it wakes: it leads for a second or two before it knows better.
    const connections = async (): Promise<number> => {
      const { stdout } = await lab().exec(old, ["cat", "/proc/net/tcp"]);
      // Local port 2379 in hexadecimal, any peer, state ESTABLISHED.
      return stdout.match(/:094B \S+ 01 /g)?.length ?? 0;
    };
    const before = await connections();
    const seen = eventually("two that say they lead", async () => {
      const found = await claimants(nodes);
      return found.length === 2 && found;
    });
    await eventually("the question to wait there", async () => (await connections()) > before);
    const [, both] = await Promise.all([lab().fault("thaw", `etcd/${old}`), seen]);
    const [low, high] = both.toSorted((a, b) => Number(a.term - b.term));
    expect(low?.node).toBe(old);
    // They may have elected once more.
    expect(others).toContain(high?.node);
    expect((high?.term ?? 0n) >= (elected?.term ?? 0n)).toBe(true);
    expect(Number(high?.term)).toBeGreaterThan(Number(low?.term));
    await eventually("the old leader to know that it is none", async () => {
      const { leader } = await memberStatus(old);
      return leader === 0n;
    });

    await lab().heal(old);
    await eventually("one leader, of the new term or a later one", async () => {
      const found = await claimants(nodes);
      return found.length === 1 && (found[0]?.term ?? 0n) >= (elected?.term ?? 0n);
    });
  });

  test("of the observer: the program sees nothing, everything else goes on", async () => {
    await lab().partition("observer");
    await expect(lab().kubectl(["get", "--raw", "/version", "--request-timeout=3s"])).rejects.toThrow(
      /deadline exceeded|timeout|Timeout/,
    );
    const inside = ["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", "get", "--raw", "/readyz"];
    expect(await lab().exec("cp-3", inside)).toMatchObject({ code: 0, stdout: "ok" });
    await lab().heal("observer");
    await eventually(
      "an API server to be ready",
      async () => (await lab().kubectl(["get", "--raw", "/readyz"])) === "ok",
    );
  });

  test("of a node: the balancer passes over it, and its processes live on", async () => {
    const before = await lab().processes();
    await lab().partition("cp-1");
    // The balancer takes the nodes in turn.
    const answers = await Promise.all(nodes.map(() => lab().kubectl(["get", "--raw", "/version"])));
    for (const answer of answers) expect(answer).toContain("v1.36.3");
    const etcd = before.find(({ target }) => target === "etcd/cp-1")?.pid ?? 0;
    expect(processState(etcd)).toMatch(/[RSD]/);
  });

  test("is printed by the command line with its time, shown by ps, and refused where there is nothing to do", () => {
    const command = (...args: string[]): string => {
      const program = join(process.cwd(), "scripts/lab/main.ts");
      const ended = spawnSync(process.execPath, [program, ...args, "--name", lab().name], {
        encoding: "utf8",
      });
      return ended.stdout + ended.stderr;
    };
    const line = (rest: string): RegExp => new RegExp(`^\\d{4}-\\d\\d-\\d\\dT[\\d:]+\\.\\d{3}Z ${rest}\\n$`);
    expect(command("partition", "cp-2", "--from", "nodes")).toMatch(line("partition cp-2 from other nodes"));
    expect(command("ps")).toMatch(/^cut off: cp-2 from other nodes, for \d+s$/m);
    expect(command("heal")).toMatch(line("heal cp-2 from other nodes"));
    expect(command("ps")).not.toContain("cut off");
    expect(command("heal", "cp-2")).toBe("lab: nothing to heal: cp-2 is not cut off\n");
    expect(command("partition", "cp-9")).toMatch(/^lab: unknown host "cp-9": use one of cp-1, .+\n$/);
    expect(command("env")).toMatch(
      /^# The addresses of this lab are reachable from within only:\n# npm run /,
    );
  });
});
