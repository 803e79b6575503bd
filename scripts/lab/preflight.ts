import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { LabSpec } from "./topology.ts";

const run = promisify(execFile);

/** What a kernel may say about user namespaces of ordinary users: the setting, and the value that forbids them. */
const SETTINGS = [
  { name: "kernel.unprivileged_userns_clone", forbids: "0", allows: "1" },
  { name: "user.max_user_namespaces", forbids: "0", allows: "15000" },
  { name: "kernel.apparmor_restrict_unprivileged_userns", forbids: "1", allows: "0" },
] as const;

/** The flags of unshare for the namespaces that the lab's daemon itself lives in, beside that of its processes. */
export function daemonNamespaces({ net, userNamespace }: Pick<LabSpec, "net" | "userNamespace">): string[] {
  const user = userNamespace ? ["--user", "--map-root-user"] : [];
  return net === "veth" ? [...user, "--net"] : user;
}

/** Where programs of the system are that an ordinary user may not have in PATH, such as ip. */
export function systemPath(): string {
  return `${process.env["PATH"] ?? "/usr/bin:/bin"}:/usr/sbin:/sbin`;
}

/** Tries the namespaces that such a lab needs. Rejects with one line that says what is missing or refused. */
export async function requireNamespaces(spec: Pick<LabSpec, "net" | "userNamespace">): Promise<void> {
  if (process.platform !== "linux")
    throw new Error("the lab needs Linux: it gives every node namespaces of its own");
  const env = { ...process.env, PATH: systemPath() };
  if (spec.net === "veth") {
    await run("ip", ["-V"], { env }).catch(() => {
      throw new Error("ip was not found: install iproute2, or leave --net veth away");
    });
  }
  const probe = ["--uts", "--mount", "--pid", "--fork", "--mount-proc", "sh", "-c", "hostname probe"];
  await run("unshare", [...daemonNamespaces(spec), ...probe], { env }).catch((error: unknown) => {
    throw new Error(refusal(spec.userNamespace, whatFailed(error), setting), { cause: error });
  });
}

/**
 * The line for a machine that does not give a lab its namespaces: `failed` is what the attempt printed, `read`
 * gives the value of a kernel setting, or undefined where the kernel does not know it.
 */
export function refusal(
  isOrdinaryUser: boolean,
  failed: string,
  read: (name: string) => string | undefined,
): string {
  if (!isOrdinaryUser) return `the lab needs namespaces, and this machine refuses them: ${failed}`;
  const needs = "without root the lab needs user namespaces, and this machine refuses them";
  const culprit = SETTINGS.find(({ name, forbids }) => read(name) === forbids);
  if (culprit === undefined) return `${needs}: ${failed}`;
  const { name, forbids, allows } = culprit;
  return `${needs}: ${name} is ${forbids}; as root, "sysctl -w ${name}=${allows}" allows them`;
}

function setting(name: string): string | undefined {
  try {
    return readFileSync(`/proc/sys/${name.replaceAll(".", "/")}`, "utf8").trim();
  } catch {
    // This kernel does not have it.
    return undefined;
  }
}

function whatFailed(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const printed = "stderr" in error && typeof error.stderr === "string" ? error.stderr.trim() : "";
  return (printed === "" ? error.message : printed).replaceAll("\n", " ");
}
