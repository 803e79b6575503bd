/** The kinds of namespaces that a lab makes, named as in /proc/PID/ns. */
export type NamespaceKind = "user" | "uts" | "mnt" | "net" | "pid";

/**
 * The command that runs a program in namespaces of another process, by that process's ID in /proc as the caller
 * sees it. The files of the namespaces are named rather than the process, because its ID means another process
 * once nsenter has entered a PID namespace. Without `pid` nsenter becomes the program; with it, it waits for it.
 */
export function inNamespaces(
  pid: number,
  kinds: readonly NamespaceKind[],
  argv: readonly string[],
): [string, ...string[]] {
  const flags = kinds.map((kind) => `--${kind === "mnt" ? "mount" : kind}=/proc/${pid}/ns/${kind}`);
  // The owner of a user namespace is its root already: there is no user to change to.
  const credentials = kinds.includes("user") ? ["--preserve-credentials"] : [];
  return ["nsenter", ...flags, ...credentials, "--", ...argv];
}
