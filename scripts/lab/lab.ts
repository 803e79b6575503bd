import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findBinaries } from "./build/binaries.ts";
import { liveDaemon, readSpec } from "./client.ts";
import { Lab } from "./lab-handle.ts";
import { daemonLog, failedLogs, labsRoot } from "./paths.ts";
import { requireNamespaces } from "./preflight.ts";
import type { DaemonMessage } from "./protocol.ts";
import { startDaemon } from "./start-daemon.ts";
import type { LabSpec } from "./topology.ts";

export type { Lab } from "./lab-handle.ts";

/** How a lab is to be; see LabSpec. `progress` gets a line per step of building and starting. */
export type LabOptions = {
  name?: string;
  nodes?: number;
  leaseDuration?: number;
  etcdServers?: "local" | "all";
  net?: "loopback" | "veth";
  coordinatedElection?: boolean;
  /** A folder with the binaries, in place of building them. */
  bin?: string;
  progress?: (text: string) => void;
  /** Aborting it takes down again what is being started. */
  signal?: AbortSignal;
};

/**
 * Starts a lab and resolves when it is whole: `await using lab = await startLab()`. It goes down with the
 * process that started it, however that ends. Without a name it gets one of its own.
 * Rejects with one line that says what failed and where the logs are.
 */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const lab = await openLab(options);
  if (!lab.isOwned)
    throw new Error(`a lab named ${lab.name} is up already: take it down, or choose another name`);
  return lab;
}

/** As startLab, but a lab of that name that is up already is no error: it is given as it is. */
export async function openLab(options: LabOptions): Promise<Lab> {
  const { progress = () => undefined, signal } = options;
  const kind = { net: options.net ?? "loopback", userNamespace: process.getuid?.() !== 0 };
  await requireNamespaces(kind);
  const bin = await findBinaries(options.bin, { progress, signal });
  const started = await startDaemon({
    name: options.name ?? `lab-${randomBytes(4).toString("hex")}`,
    nodes: options.nodes ?? 3,
    leaseDuration: options.leaseDuration,
    etcdServers: options.etcdServers ?? "local",
    coordinatedElection: options.coordinatedElection ?? false,
    ...kind,
    bin,
  });
  if (started.kind === "exists") return whenOthersAreReady(started.spec, progress, signal);
  const lab = new Lab(started.spec, started.child);
  try {
    await whenReady(started, progress, signal);
  } catch (error) {
    const logs = failedLogs(started.spec.dir);
    rmSync(logs, { recursive: true, force: true });
    lab.keepLogs(logs);
    await lab.down();
    if (signal?.aborted === true) rmSync(logs, { recursive: true, force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`lab ${lab.name} did not come up: ${reason}; its logs are in ${logs}`, { cause: error });
  }
  return lab;
}

/** The lab of that name, if it is up. Throws one line that says how to start it. */
export function attachLab(name: string): Lab {
  const dir = join(labsRoot(), name);
  const spec = readSpec(dir);
  if (spec === undefined || liveDaemon(dir) === undefined) {
    throw new Error(`no lab named ${name} is up: start it with "npm run -s lab -- up --name ${name}"`);
  }
  return new Lab(spec, undefined);
}

/** A lab that another process started, or is just starting. */
async function whenOthersAreReady(
  spec: LabSpec,
  progress: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<Lab> {
  const lab = new Lab(spec, undefined);
  const isReady = async (): Promise<boolean> => (await lab.info().catch(() => undefined))?.ready === true;
  if (!(await isReady())) progress(`lab ${lab.name} is being started already: waiting for it`);
  while (!(await isReady())) {
    signal?.throwIfAborted();
    if (liveDaemon(spec.dir) === undefined)
      throw new Error(`lab ${lab.name} went down while it was being started`);
    await sleep(200);
  }
  return lab;
}

function whenReady(
  { child, spec }: { child: ChildProcess; spec: LabSpec },
  progress: (text: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const onMessage = (message: DaemonMessage): void => {
    if (message.type === "progress") progress(message.text);
    if (message.type === "ready") resolve(undefined);
    if (message.type === "failed") reject(new Error(message.error));
  };
  child.on("message", onMessage);
  child.once("error", reject);
  const onExit = (code: number | null, name: string | null): void => {
    const lastWords = readFileSync(daemonLog(spec.dir), "utf8").trim().split("\n").at(-1) ?? "";
    reject(new Error(`its daemon ended (${name ?? `exit ${code}`}): ${lastWords}`));
  };
  child.once("exit", onExit);
  signal?.addEventListener("abort", () => {
    reject(new Error("interrupted"));
  });
  return promise.finally(() => {
    child.off("message", onMessage);
    child.off("exit", onExit);
    child.unref();
    child.channel?.unref();
  });
}
