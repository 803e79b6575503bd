import { existsSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../tasks/cache-folder.ts";
import type { ComponentId } from "./target.ts";
import { podComponent, STATIC_POD_ROLES } from "./topology.ts";

/** The folder that holds the state of this user's labs. */
export function labsRoot(env: NodeJS.ProcessEnv = process.env): string {
  const runtime = env["XDG_RUNTIME_DIR"];
  const base = runtime !== undefined && runtime !== "" && existsSync(runtime) ? runtime : "/tmp";
  return join(base, `kubectl-ha-lab-${String(process.getuid?.())}`);
}

/** The folder of built binaries; one folder in it per set of inputs. */
export function binariesRoot(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(env), "lab");
}

/** Where things are in a lab's state folder. */
export const inLab = {
  spec: (dir: string): string => join(dir, "spec.json"),
  daemon: (dir: string): string => join(dir, "daemon.json"),
  socket: (dir: string): string => join(dir, "labd.sock"),
  kubeconfig: (dir: string): string => join(dir, "admin.kubeconfig"),
  pki: (dir: string): string => join(dir, "pki"),
  logs: (dir: string): string => join(dir, "log"),
  node: (dir: string, node: string): string => join(dir, "node", node),
  home: (dir: string, node: string): string => join(dir, "node", node, "home"),
} as const;

/** Where the logs of a lab are kept that did not come up. */
export function failedLogs(dir: string): string {
  return `${dir}.failed`;
}

/** The log of the lab's daemon itself. */
export function daemonLog(dir: string): string {
  return join(inLab.logs(dir), "labd.log");
}

/** The log of one process, named as its pod where it has one: `kube-scheduler-cp-1.log`, `kubelet-cp-1.log`. */
export function componentLog(dir: string, id: ComponentId): string {
  const pod = STATIC_POD_ROLES.find((role) => id.startsWith(`${role}/`));
  const name = pod === undefined ? id : id.replace(pod, podComponent(pod));
  return join(inLab.logs(dir), `${name.replace("/", "-")}.log`);
}
