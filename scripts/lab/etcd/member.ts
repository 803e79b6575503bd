import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How a member is started. It listens on an address of its own, on etcd's own ports. */
export interface MemberLaunch {
  readonly name: string;
  readonly address: string;
  /** the program, and its flags */
  readonly argv: readonly [string, ...string[]];
  readonly dataDir: string;
  readonly log: string;
}

/** The ports of etcd for clients and for its other members, and the one that answers over plain HTTP. */
export const MEMBER_PORTS = { client: 2379, peer: 2380, metrics: 2381 } as const;

/** How long a member may take to become healthy: far longer than it does, even on a busy machine. */
const LONGEST_MS = 60_000;
/** Between two looks whether it is. */
const LOOK_MS = 20;
/** etcd itself gives up a read that finds no quorum after 5 s. */
const HEALTH_MS = 7000;

/** One etcd process, over all its lives. It goes with the process that started it, however that ends. */
export class EtcdMember {
  readonly name: string;
  readonly endpoint: string;
  readonly url: string;
  readonly peerUrl: string;
  readonly dataDir: string;
  readonly #launch: MemberLaunch;
  #child: ChildProcess | undefined;

  constructor(launch: MemberLaunch) {
    this.#launch = launch;
    this.name = launch.name;
    this.dataDir = launch.dataDir;
    this.endpoint = `${launch.address}:${MEMBER_PORTS.client}`;
    this.url = `https://${this.endpoint}`;
    this.peerUrl = `https://${launch.address}:${MEMBER_PORTS.peer}`;
  }

  /** The process that runs, or ran last. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts the process, with flags that win over its others; see `healthy` for when it serves. */
  start(...args: readonly string[]): void {
    const out = openSync(this.#launch.log, "a");
    this.#child = spawn("setpriv", ["--pdeathsig", "KILL", ...this.#launch.argv, ...args], {
      stdio: ["ignore", out, out],
    });
    closeSync(out);
  }

  /**
   * Resolves when it has a leader, answers what needs a quorum, and takes connections of clients. Rejects with its log
   * if it ends or takes a minute.
   */
  async healthy(): Promise<void> {
    const end = Date.now() + LONGEST_MS;
    while (!(await this.#isHealthy().catch(() => false))) {
      if (!this.#runs || Date.now() > end) {
        const log = readFileSync(this.#launch.log, "utf8").slice(-3000);
        throw new Error(`etcd ${this.name} is not healthy${this.#runs ? "" : ": it ended"}\n${log}`);
      }
      await sleep(LOOK_MS);
    }
  }

  /** Ends the process and resolves when it is gone. */
  async stop(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const child = this.#child;
    if (child === undefined || !this.#runs) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  /** How many calls of a method have ended, by their code (`OK`, `Unauthenticated`), as it counts them itself. */
  async handled(method: string): Promise<ReadonlyMap<string, number>> {
    const text = await (await fetch(this.#metrics("metrics"))).text();
    const line = /^grpc_server_handled_total\{grpc_code="(\w+)",grpc_method="(\w+)",.*\} (\d+)$/gm;
    const found = [...text.matchAll(line)].filter(([, , of]) => of === method);
    return new Map(found.map(([, code = "", , count]) => [code, Number(count)]));
  }

  /** It keeps its connections and answers nothing. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  get #runs(): boolean {
    return this.#child?.exitCode === null && this.#child.signalCode === null;
  }

  #metrics(path: string): string {
    return `http://${this.#launch.address}:${MEMBER_PORTS.metrics}/${path}`;
  }

  async #isHealthy(): Promise<boolean> {
    const signal = AbortSignal.timeout(HEALTH_MS);
    const answer: unknown = await (await fetch(this.#metrics("health"), { signal })).json();
    const isWell =
      typeof answer === "object" && answer !== null && "health" in answer && answer.health === "true";
    // It says so some milliseconds before it listens to clients.
    return isWell && (await this.#listens());
  }

  async #listens(): Promise<boolean> {
    const socket = connect(MEMBER_PORTS.client, this.#launch.address);
    try {
      await once(socket, "connect");
      return true;
    } finally {
      socket.destroy();
    }
  }
}
