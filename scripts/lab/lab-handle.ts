import { execFile } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { askDaemon, liveDaemon } from "./client.ts";
import type { Cut } from "./links.ts";
import { inNamespaces } from "./nsenter.ts";
import type { NamespaceKind } from "./nsenter.ts";
import { inLab } from "./paths.ts";
import { isAlive } from "./process-identity.ts";
import type { FaultAction, FaultRecord, LabInfo, LinkRecord, OwnerMessage, ProcessRow } from "./protocol.ts";
import type { ComponentId } from "./target.ts";
import { labNodes, PORTS } from "./topology.ts";
import type { LabSpec } from "./topology.ts";

/** How a program ended that was run on a node. */
export type Outcome = { code: number; stdout: string; stderr: string };

const DOWN_TIMEOUT_MS = 15_000;

/** A running lab. */
export class Lab {
  readonly spec: LabSpec;
  readonly #child: ChildProcess | undefined;

  constructor(spec: LabSpec, child: ChildProcess | undefined) {
    this.spec = spec;
    this.#child = child;
  }

  get name(): string {
    return this.spec.name;
  }

  /** Whether this process started the lab, which then goes down with it. */
  get isOwned(): boolean {
    return this.#child !== undefined;
  }

  /** The administrator's kubeconfig, which names the balancer. */
  get kubeconfig(): string {
    return inLab.kubeconfig(this.spec.dir);
  }

  /** The folder of the logs, one file a process; it goes with the lab, see keepLogs. */
  get logDir(): string {
    return inLab.logs(this.spec.dir);
  }

  /**
   * The environment in which kubectl and etcdctl work on the lab: KUBECONFIG, ETCDCTL_*, and PATH with the
   * binaries. The addresses of a veth lab are reachable from within only, see observerCommand.
   */
  get env(): Record<string, string> {
    const pki = join(inLab.pki(this.spec.dir), "etcd");
    return {
      KUBECONFIG: this.kubeconfig,
      ETCDCTL_ENDPOINTS: labNodes(this.spec)
        .map((node) => `https://${node.address}:${PORTS.etcdClient}`)
        .join(","),
      ETCDCTL_CACERT: join(pki, "ca.crt"),
      ETCDCTL_CERT: join(pki, "client.crt"),
      ETCDCTL_KEY: join(pki, "client.key"),
      PATH: [this.spec.bin, process.env["PATH"] ?? ""].join(delimiter),
    };
  }

  /**
   * Does a fault to a target such as `scheduler/leader`; one record a process, in the order done. With
   * `restart`, killed processes are started again at once. Rejects when there is nothing to do it to.
   */
  async fault(
    action: FaultAction,
    target: string,
    options: { restart?: boolean } = {},
  ): Promise<FaultRecord[]> {
    const request = { command: "fault", action, target, restart: options.restart ?? false } as const;
    return (await askDaemon(this.spec.dir, request)) as FaultRecord[];
  }

  /**
   * Cuts a host of a veth lab off (a node, `etcd/leader` and its like, `observer` or `balancer`), in place of
   * how it was cut off before: from all others, or with `from: "nodes"` from the other nodes only. Packets are
   * lost without a word; `way` says which, by default those in both directions.
   */
  async partition(host: string, options: Partial<Pick<Cut, "from" | "direction">> = {}): Promise<LinkRecord> {
    const { from = "all", direction: direction = "both" } = options;
    return (await askDaemon(this.spec.dir, {
      command: "partition",
      target: host,
      from,
      direction,
    })) as LinkRecord;
  }

  /** Heals a host's partition, or all. Rejects when there is nothing to heal. */
  async heal(host?: string): Promise<LinkRecord[]> {
    return (await askDaemon(this.spec.dir, { command: "heal", target: host })) as LinkRecord[];
  }

  /** The partitions that there are now. */
  async cuts(): Promise<Cut[]> {
    return (await askDaemon(this.spec.dir, { command: "cuts" })) as Cut[];
  }

  /** All processes of the lab. */
  async processes(): Promise<ProcessRow[]> {
    return (await askDaemon(this.spec.dir, { command: "ps" })) as ProcessRow[];
  }

  /** The processes that a target means now. */
  async resolve(target: string): Promise<ComponentId[]> {
    return (await askDaemon(this.spec.dir, { command: "resolve", target })) as ComponentId[];
  }

  /** What the daemon says of itself. */
  async info(): Promise<LabInfo> {
    return (await askDaemon(this.spec.dir, { command: "info" })) as LabInfo;
  }

  /** The command that runs a program as on that node: in its namespaces, with the lab's binaries in PATH. */
  async nodeCommand(node: string, argv: readonly string[]): Promise<[string, ...string[]]> {
    if (!labNodes(this.spec).some(({ name }) => name === node))
      throw new Error(`there is no node ${JSON.stringify(node)} in lab ${this.name}`);
    // nsenter waits in between; without it the program would live on.
    return this.#enter(node, ["uts", "mnt", "pid"], ["setpriv", "--pdeathsig", "KILL", ...argv]);
  }

  /**
   * The command that runs a program as the observer, who has kubectl and a kubeconfig and sits at none of the
   * nodes: the command itself on loopback, else in the observer's network namespace. It wants `env`.
   */
  async observerCommand(argv: readonly string[]): Promise<[string, ...string[]]> {
    const [program, ...args] = argv;
    if (program === undefined) throw new Error("there is no command to run");
    return this.spec.net === "loopback" ? [program, ...args] : this.#enter("observer", [], argv);
  }

  /** The environment of a program on a node: a home of its own, and no KUBECONFIG or ETCDCTL_* of the caller. */
  nodeEnv(node: string): NodeJS.ProcessEnv {
    const foreign = (name: string): boolean => name === "KUBECONFIG" || name.startsWith("ETCDCTL_");
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign(name)));
    const home = inLab.home(this.spec.dir, node);
    return { ...own, HOME: home, PATH: this.env["PATH"], KUBECTL_HA_LAB: this.spec.dir };
  }

  /** A program on a node, or run by the `observer`: its command, and the environment that it is to have. */
  async commandAt(
    where: string,
    argv: readonly string[],
  ): Promise<{ command: [string, ...string[]]; env: NodeJS.ProcessEnv }> {
    return where === "observer"
      ? { command: await this.observerCommand(argv), env: { ...process.env, ...this.env } }
      : { command: await this.nodeCommand(where, argv), env: this.nodeEnv(where) };
  }

  /** Runs a program as on that node, or as the `observer`, and gives how it ended; 30 s at most. */
  async exec(where: string, argv: readonly string[]): Promise<Outcome> {
    const { command, env } = await this.commandAt(where, argv);
    return run(command, env);
  }

  /** Runs kubectl as the administrator and gives what it printed; rejects with its error. 30 s at most. */
  async kubectl(args: readonly string[]): Promise<string> {
    const outcome = await this.exec("observer", [join(this.spec.bin, "kubectl"), ...args]);
    if (outcome.code !== 0)
      throw new Error(`kubectl ${args.join(" ")}: exit ${outcome.code}: ${outcome.stderr.trim()}`);
    return outcome.stdout;
  }

  /** Copies the logs to a folder, for after the lab. */
  keepLogs(dir: string): void {
    cpSync(this.logDir, dir, { recursive: true });
  }

  /** From now on the lab outlives this process. */
  async release(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const message: OwnerMessage = { type: "release" };
    await new Promise((resolve) => child.send(message, resolve));
    child.disconnect();
  }

  /** Ends every process of the lab and removes its state; no harm if it is gone already. */
  async down(): Promise<void> {
    const daemon = liveDaemon(this.spec.dir);
    if (daemon !== undefined) {
      // If the daemon cannot be asked, it is killed below.
      await askDaemon(this.spec.dir, { command: "down" }).catch(() => this.#child?.kill("SIGKILL"));
      const deadline = Date.now() + DOWN_TIMEOUT_MS;
      while (isAlive(daemon)) {
        if (Date.now() > deadline) process.kill(daemon.pid, "SIGKILL");
        await sleep(20);
      }
    }
    rmSync(this.spec.dir, { recursive: true, force: true });
  }

  async #enter(
    host: string,
    kinds: readonly NamespaceKind[],
    argv: readonly string[],
  ): Promise<[string, ...string[]]> {
    const holder = (await this.info()).holders[host];
    if (holder === undefined) throw new Error(`${host} of lab ${this.name} is still being started`);
    const user: NamespaceKind[] = this.spec.userNamespace ? ["user"] : [];
    const net: NamespaceKind[] = this.spec.net === "veth" ? ["net"] : [];
    return inNamespaces(holder, [...user, ...kinds, ...net], argv);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }
}

function run([program, ...args]: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  execFile(program, args, { env, timeout: 30_000, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
    if (error === null) resolve({ code: 0, stdout, stderr });
    else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
    else reject(error);
  });
  return promise;
}
