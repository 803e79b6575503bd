import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, openSync, closeSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { liveDaemon, readSpec } from "./client.ts";
import { withFileLock } from "./file-lock.ts";
import { daemonLog, failedLogs, inLab, labsRoot } from "./paths.ts";
import { daemonNamespaces, systemPath } from "./preflight.ts";
import { prefixCandidates } from "./prefix.ts";
import { identify } from "./process-identity.ts";
import { PORTS, VETH_PREFIX } from "./topology.ts";
import type { LabSpec } from "./topology.ts";

/** PID 1 of the lab's PID namespace: reaps what loses its parent, and ends, with everything, when the daemon ends. */
const INIT = '"$@"; exit $?';

/** A daemon that was started, or the lab of that name that is there already. */
export type Started =
  | { kind: "started"; spec: LabSpec; child: ChildProcess }
  | { kind: "exists"; spec: LabSpec };

/**
 * Starts the daemon of a new lab, with a prefix of its own, and clears away what a crashed lab of the same name
 * left. The child is connected by IPC (DaemonMessage, OwnerMessage).
 */
export async function startDaemon(wanted: Omit<LabSpec, "prefix" | "dir">): Promise<Started> {
  const root = labsRoot();
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return withFileLock(
    join(root, ".lock"),
    () => undefined,
    async () => {
      const dir = join(root, wanted.name);
      const existing = readSpec(dir);
      if (existing !== undefined && liveDaemon(dir) !== undefined) return { kind: "exists", spec: existing };
      for (const old of [dir, failedLogs(dir)]) rmSync(old, { recursive: true, force: true });
      const prefix = wanted.net === "veth" ? VETH_PREFIX : await freePrefix(root, wanted.name);
      const spec: LabSpec = { ...wanted, dir, prefix };
      mkdirSync(inLab.logs(dir), { recursive: true });
      writeFileSync(inLab.spec(dir), JSON.stringify(spec));
      const child = spawnDaemon(spec);
      if (child.pid !== undefined) writeFileSync(inLab.daemon(dir), JSON.stringify(identify(child.pid)));
      return { kind: "started", spec, child };
    },
  );
}

function spawnDaemon(spec: LabSpec): ChildProcess {
  const { dir } = spec;
  const log = openSync(daemonLog(dir), "a");
  const program = join(import.meta.dirname, "daemon/labd.ts");
  const init = ["sh", "-c", INIT, "sh", process.execPath, program, dir];
  const argv = [...daemonNamespaces(spec), "--pid", "--fork", "--kill-child", ...init];
  const child = spawn("unshare", argv, {
    cwd: "/",
    detached: true,
    env: { PATH: systemPath(), HOME: process.env["HOME"], KUBECTL_HA_LAB: dir },
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return child;
}

async function freePrefix(root: string, name: string): Promise<string> {
  const taken = new Set(
    readdirSync(root)
      .filter((entry) => liveDaemon(join(root, entry)) !== undefined)
      .flatMap((entry) => readSpec(join(root, entry))?.prefix ?? []),
  );
  for (const prefix of prefixCandidates(`${String(process.getuid?.())}/${name}`, taken)) {
    if (await canListen(`${prefix}.1`)) return prefix;
  }
  throw new Error("no free loopback addresses in 127.64.0.0/10: take a lab down");
}

function canListen(host: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once("error", () => {
    resolve(false);
  });
  server.listen({ host, port: PORTS.etcdClient }, () => {
    server.close(() => {
      resolve(true);
    });
  });
  return promise;
}
