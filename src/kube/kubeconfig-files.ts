import { posix, win32 } from "node:path";

/** What of a process decides where its kubeconfig is. `platform` as Node has it: `linux`, `darwin`, `win32`. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/** The files that KUBECONFIG lists, each once, in its order; they are separated by `;` on Windows, by `:` elsewhere. */
export function listedKubeconfigs({ env, platform }: Machine): readonly string[] {
  const files = (env["KUBECONFIG"] ?? "").split(pathOf(platform).delimiter);
  return [...new Set(files.filter((file) => file !== ""))];
}

/**
 * Where the kubeconfig is if KUBECONFIG does not say: the first of these that exists. On Windows several variables may
 * name the home folder. Source: k8s.io/client-go util/homedir, `HomeDir`. `home`: what the system says, if no variable does.
 */
export function homeKubeconfigs({ env, platform }: Machine, home: string): readonly string[] {
  const { HOMEDRIVE: drive = "", HOMEPATH: folder = "" } = env;
  const onWindows = [drive === "" || folder === "" ? "" : `${drive}${folder}`, env["USERPROFILE"]];
  const homes = [env["HOME"], ...(platform === "win32" ? onWindows : [])].filter(isSet);
  const path = pathOf(platform);
  return [...new Set(homes.length > 0 ? homes : [home])].map((one) => path.join(one, ".kube", "config"));
}

function pathOf(platform: string): typeof posix {
  return platform === "win32" ? win32 : posix;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
