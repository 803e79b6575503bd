import { readFileSync, readlinkSync } from "node:fs";
import { rm } from "node:fs/promises";
import { writeLabFiles } from "../files/lab-files.ts";
import { inLab } from "../paths.ts";
import type { DaemonMessage, LabInfo, LabRequest } from "../protocol.ts";
import { parseTarget, targetComponents } from "../target.ts";
import type { ComponentId } from "../target.ts";
import type { LabSpec } from "../topology.ts";
import { Api } from "./api.ts";
import { bringUp } from "./bring-up.ts";
import { serveControl } from "./control.ts";
import { Kubelets } from "./kubelet.ts";
import { findLeader } from "./leaders.ts";
import { Network } from "./network.ts";
import { startHolders } from "./node-holder.ts";
import type { Holder } from "./node-holder.ts";
import { labEnvironment, Supervisor } from "./supervisor.ts";

/**
 * The daemon of one lab: `labd.ts FOLDER`, with spec.json in the folder and the owner at the other end of the
 * IPC channel. It runs in a PID namespace of its own, so that whatever ends it ends everything it started.
 * Until the owner says `release`, the end of the owner is the end of the lab.
 */
async function main(dir: string): Promise<void> {
  // Written by the program that started this one.
  const spec = JSON.parse(readFileSync(inLab.spec(dir), "utf8")) as LabSpec;
  const lab = new Daemon(spec);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void lab.down());
  process.on("disconnect", () => {
    if (!lab.released) void lab.down();
  });
  // Releasing is all that an owner ever says.
  process.on("message", () => {
    lab.released = true;
  });
  try {
    await lab.up();
    tellOwner({ type: "ready" });
  } catch (error) {
    tellOwner({ type: "failed", error: error instanceof Error ? error.message : String(error) });
  }
}

function tellOwner(message: DaemonMessage): void {
  if (process.connected) process.send?.(message, () => undefined);
}

/** The parts of a lab that is up, or coming up. */
type Running = { supervisor: Supervisor; kubelets: Kubelets; api: Api; network: Network | undefined };

class Daemon {
  readonly #spec: LabSpec;
  #holders: Holder[] = [];
  #running: Running | undefined;
  #ready = false;
  #ending: Promise<never> | undefined;
  released = false;

  constructor(spec: LabSpec) {
    this.#spec = spec;
  }

  async up(): Promise<void> {
    const spec = this.#spec;
    const progress = (text: string): void => {
      tellOwner({ type: "progress", text });
    };
    await serveControl(inLab.socket(spec.dir), (request) => this.#answer(request));
    await writeLabFiles(spec);
    const env = labEnvironment(spec);
    this.#holders = await startHolders(spec, env);
    const network = spec.net === "veth" ? await Network.build(spec, this.#holders) : undefined;
    const api = new Api(spec);
    const supervisor: Supervisor = new Supervisor(spec, this.#holders, () => {
      if (this.#ready) kubelets.sync();
    });
    const kubelets = new Kubelets(spec, api, supervisor, network);
    this.#running = { supervisor, kubelets, api, network };
    await bringUp({ spec, api, supervisor, kubelets, progress });
    this.#ready = true;
  }

  /** Ends every process, removes the state folder and exits; the namespaces end with their processes. */
  down(): Promise<never> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<never> {
    this.#running?.kubelets.close();
    this.#running?.supervisor.close();
    for (const holder of this.#holders) holder.kill();
    await rm(this.#spec.dir, { recursive: true, force: true, maxRetries: 5 });
    process.exit(0);
  }

  async #answer(request: LabRequest): Promise<unknown> {
    switch (request.command) {
      case "info":
        return this.#info();
      case "down":
        setImmediate(() => void this.down());
        return undefined;
      case "resolve":
        return this.#resolve(request.target);
      case "ps":
        return this.#whenUp().supervisor.rows();
      case "fault":
        return this.#whenUp().supervisor.fault(
          request.action,
          await this.#resolve(request.target),
          request.restart,
        );
      case "partition":
        return this.#network().partition(await this.#host(request.target), request);
      case "heal":
        return this.#network().heal(request.target);
      case "cuts":
        return this.#whenUp().network?.cuts() ?? [];
    }
  }

  /** The host that is to be cut off, by its name or as the one where a component leads. */
  async #host(text: string): Promise<string> {
    if (!text.endsWith("/leader")) return text;
    const [id = text] = await this.#resolve(text);
    return id.slice(id.indexOf("/") + 1);
  }

  #network(): Network {
    const { network } = this.#whenUp();
    if (network === undefined)
      throw new Error(`the nodes of lab ${this.#spec.name} share one network: start it with --net veth`);
    return network;
  }

  async #resolve(text: string): Promise<ComponentId[]> {
    const target = parseTarget(text, this.#spec);
    if (target.kind !== "leader") return targetComponents(target, this.#spec);
    return [`${target.role}/${await findLeader(target.role, this.#spec, this.#whenUp().api)}`];
  }

  #whenUp(): Running {
    if (this.#running === undefined)
      throw new Error(`lab ${this.#spec.name} is still being started: try again in a moment`);
    return this.#running;
  }

  #info(): LabInfo {
    const holders = Object.fromEntries(this.#holders.map((holder) => [holder.host, holder.hostPid]));
    return { spec: this.#spec, ready: this.#ready, pid: Number(readlinkSync("/proc/self")), holders };
  }
}

await main(process.argv[2] ?? "");
