import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine } from "../files/command-line.ts";
import { componentLog } from "../paths.ts";
import type { FaultAction, FaultRecord, ProcessRow } from "../protocol.ts";
import type { ComponentId } from "../target.ts";
import { balancerAddress, labNodes, NODE_ROLES, PORTS } from "../topology.ts";
import type { LabSpec } from "../topology.ts";
import { restartDelay } from "./backoff.ts";
import { Component } from "./component.ts";
import type { AfterEnd } from "./component.ts";
import { residentBytes } from "./host-pid.ts";
import type { Holder } from "./node-holder.ts";

/** A killed process is gone in milliseconds, unless it waits for a disk. */
const KILL_WAIT_MS = 5000;

const SIGNALS = { kill: "SIGKILL", term: "SIGTERM", freeze: "SIGSTOP", thaw: "SIGCONT" } as const;

/** The environment of every process of a lab; its name tells afterwards which processes were the lab's. */
export function labEnvironment(spec: LabSpec): NodeJS.ProcessEnv {
  return {
    PATH: [spec.bin, process.env["PATH"] ?? "/usr/bin:/bin"].join(delimiter),
    HOME: spec.dir,
    KUBECTL_HA_LAB: spec.dir,
    // An API server that collects its garbage later starts with a quarter less of a processor's time.
    GOGC: "400",
  };
}

/** Owns the lab's processes: starts them, does faults to them, and follows up when one ends. */
export class Supervisor {
  readonly #components = new Map<ComponentId, Component>();
  readonly #onChange: () => void;
  #closing = false;

  /** `onChange` is called after every change of a process's state. */
  constructor(spec: LabSpec, holders: readonly Holder[], onChange: () => void) {
    this.#onChange = onChange;
    const env = labEnvironment(spec);
    const add = (id: ComponentId, argv: readonly [string, ...string[]]): void => {
      const launch = { argv, env, log: componentLog(spec.dir, id) };
      this.#components.set(
        id,
        new Component(id, launch, (component, afterEnd) => {
          this.#ended(component, afterEnd);
        }),
      );
    };
    for (const node of labNodes(spec)) {
      const holder = holders.find((candidate) => candidate.host === node.name);
      if (holder === undefined) throw new Error(`node ${node.name} has no namespaces`);
      for (const role of NODE_ROLES) {
        add(`${role}/${node.name}`, holder.enter(commandLine(role, spec, node)));
      }
    }
    const balancerHost = holders.find((candidate) => candidate.host === "balancer");
    const balancer = balancerCommand(spec);
    add("balancer", balancerHost?.enter(balancer) ?? balancer);
  }

  /** The process of that name. */
  component(id: ComponentId): Component {
    const component = this.#components.get(id);
    if (component === undefined) throw new Error(`there is no ${id} in this lab`);
    return component;
  }

  /** Whether there is a kubelet at work on the node; before its first start the lab itself stands in. */
  kubeletWorks(node: string): boolean {
    const kubelet = this.component(`kubelet/${node}`);
    return kubelet.works || kubelet.life.state === "new";
  }

  /**
   * Does a fault to each of the processes and tells what was done, for `kill` when they are gone. A process that
   * cannot take it (it is not running, or it runs already) is passed over; rejects if that is so for all of them.
   */
  async fault(action: FaultAction, ids: readonly ComponentId[], restart: boolean): Promise<FaultRecord[]> {
    const components = ids.map((id) => this.component(id));
    const ends = components.filter((component) => component.isRunning).map((component) => component.gone);
    const records = components.flatMap((component) => {
      const done = action === "start" ? startIfStopped(component) : this.#signal(component, action, restart);
      return done === undefined ? [] : [{ at: done.at, action, target: component.id, pid: done.pid }];
    });
    for (const component of components) this.#kubeletChanged(component);
    this.#onChange();
    if (records.length === 0) {
      throw new Error(
        `nothing to ${action}: ${ids.join(", ")} ${action === "start" ? "runs already" : "is not running"}`,
      );
    }
    if (action === "kill")
      await Promise.race([Promise.all(ends), sleep(KILL_WAIT_MS, undefined, { ref: false })]);
    return records;
  }

  /** All processes and their state. */
  rows(): ProcessRow[] {
    return [...this.#components.values()].map(row);
  }

  /** Kills everything at once and starts nothing again. */
  close(): void {
    this.#closing = true;
    for (const component of this.#components.values()) {
      clearTimeout(component.restartTimer);
      component.signal("SIGKILL");
    }
  }

  #signal(
    component: Component,
    action: Exclude<FaultAction, "start">,
    restart: boolean,
  ): { at: string; pid: number } | undefined {
    if (action === "kill" || action === "term") {
      component.afterEnd = restart ? "again" : "stay";
      clearTimeout(component.restartTimer);
      component.restartTimer = undefined;
    }
    return component.signal(SIGNALS[action]);
  }

  #ended(component: Component, afterEnd: AfterEnd): void {
    if (this.#closing) return;
    if (afterEnd === "again") component.start();
    if (afterEnd === "recover") this.#recover(component);
    this.#kubeletChanged(component);
    this.#onChange();
  }

  /** A process that ended by itself: its node's kubelet starts it again; kubelet and balancer are services of the machine. */
  #recover(component: Component): void {
    const { life } = component;
    if (life.state !== "ended" || component.restartTimer !== undefined) return;
    const node = nodeOf(component.id);
    if (node !== undefined && !component.id.startsWith("kubelet/") && !this.kubeletWorks(node)) return;
    const ranFor = Date.parse(life.ended.finishedAt) - Date.parse(life.ended.startedAt);
    const { delayMs, failures } = restartDelay(component.failures, ranFor);
    component.failures = failures;
    component.restartTimer = setTimeout(() => {
      component.start();
      this.#kubeletChanged(component);
      this.#onChange();
    }, delayMs);
  }

  /** A kubelet that works again looks after what ended by itself in the meantime. */
  #kubeletChanged(component: Component): void {
    const node = nodeOf(component.id);
    if (node === undefined || !component.id.startsWith("kubelet/") || !component.works) return;
    for (const other of this.#components.values()) {
      if (nodeOf(other.id) === node && other.afterEnd === "recover") this.#recover(other);
    }
  }
}

function startIfStopped(component: Component): { at: string; pid: number } | undefined {
  return component.isRunning ? undefined : component.start();
}

function nodeOf(id: ComponentId): string | undefined {
  return id.split("/")[1];
}

function row(component: Component): ProcessRow {
  const { id: target, life, restarts } = component;
  if (life.state === "running") {
    const state = life.frozen ? "frozen" : "running";
    return {
      target,
      pid: life.hostPid,
      state,
      since: life.startedAt,
      restarts,
      residentBytes: residentBytes(life.hostPid),
      detail: "",
    };
  }
  const gone = { target, pid: undefined, restarts, residentBytes: undefined };
  if (life.state === "new") return { ...gone, state: "stopped", since: "", detail: "not started yet" };
  const state = component.restartTimer === undefined ? "stopped" : "waiting";
  return { ...gone, state, since: life.ended.finishedAt, detail: `exit ${life.ended.exitCode}` };
}

/** The command of the balancer process: a program of this folder, run by the Node that runs the daemon. */
function balancerCommand(spec: LabSpec): [string, ...string[]] {
  const program = join(import.meta.dirname, "balancer-main.ts");
  const backends = labNodes(spec).map((node) => `${node.address}:${PORTS.apiserver}`);
  return [process.execPath, program, `${balancerAddress(spec)}:${PORTS.apiserver}`, ...backends];
}
