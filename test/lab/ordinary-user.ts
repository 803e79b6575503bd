import { execFile, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The user nobody, as it is numbered nearly everywhere. */
const NOBODY = 65_534;
const BECOME_NOBODY = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];

/** The sources and programs may lie where only root can look, in root's home: the user gets them as mounts. */
const WITH_MOUNTS = `mount --bind "$1" "$4/repo" && mount --bind "$2" "$4/bin" && mount --bind "$3" "$4/node" &&
  shift 4 && exec setpriv "$@"`;

const isRoot = process.getuid?.() === 0;

/** Why the kernel gives an ordinary user no user namespace; undefined if it does. */
export function userNamespacesRefused(): string | undefined {
  const probe = ["--user", "--map-root-user", "--uts", "hostname", "probe"];
  const [program, args] = isRoot ? ["setpriv", [...BECOME_NOBODY, "unshare", ...probe]] : ["unshare", probe];
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? undefined : stderr.trim();
}

/** How a command of the lab ended that an ordinary user ran. */
type Ended = { code: number; stdout: string; stderr: string };

/** A user who is not root, with a home and a runtime folder: nobody if the tests are run by root, else who runs them. */
export class OrdinaryUser {
  readonly uid = isRoot ? NOBODY : process.getuid?.();
  /** The folder of the lab's programs as the user sees it. */
  readonly bin: string;
  readonly #folder = mkdtempSync("/tmp/kubectl-ha-user-");
  readonly #realBin: string;

  constructor(realBin: string) {
    this.#realBin = realBin;
    this.bin = isRoot ? join(this.#folder, "bin") : realBin;
    for (const name of ["run", "repo", "bin"]) mkdirSync(join(this.#folder, name));
    writeFileSync(join(this.#folder, "node"), "");
    if (!isRoot) return;
    chmodSync(this.#folder, 0o755);
    chownSync(this.#run, NOBODY, NOBODY);
  }

  /** Where the lab keeps the state of this user's labs. */
  get labsRoot(): string {
    return join(this.#run, `kubectl-ha-lab-${String(this.uid)}`);
  }

  get #run(): string {
    return join(this.#folder, "run");
  }

  /** Runs the lab's command line as this user. */
  lab(...args: string[]): Promise<Ended> {
    const repo = process.cwd();
    const main = (root: string): string => join(root, "scripts/lab/main.ts");
    const mounts = [repo, this.#realBin, process.execPath, this.#folder];
    const become: [string, ...string[]] = [
      "unshare",
      "--mount",
      "sh",
      "-c",
      WITH_MOUNTS,
      "sh",
      ...mounts,
      ...BECOME_NOBODY,
    ];
    const [program, ...rest]: [string, ...string[]] = isRoot
      ? [...become, join(this.#folder, "node"), main(join(this.#folder, "repo")), ...args]
      : [process.execPath, main(repo), ...args];
    const env = { PATH: process.env["PATH"], HOME: this.#run, XDG_RUNTIME_DIR: this.#run };
    const { promise, resolve, reject } = Promise.withResolvers<Ended>();
    execFile(program, rest, { cwd: "/", env }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === "number") resolve({ code: error.code, stdout, stderr });
      else reject(error);
    });
    return promise;
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
