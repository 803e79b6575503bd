import { posix, win32 } from "node:path";

/** What kubectl looks for on PATH to complete the plugin (k8s.io/kubectl pkg/cmd/plugin, since 1.26). */
export interface Helper {
  readonly file: string;
  readonly text: string;
}

/** Stands in every helper of ours, of every version: what has it may be replaced. */
const MARK = 'made by "kubectl ha completion --install"';

/** Calls the plugin by its name, never by its path: krew keeps each version in a folder of its own. */
export function helperFor(platform: string, plugin: string): Helper {
  // kubectl reads `_` in the name of a file as `-`, since `-` separates a command from its subcommand.
  const file = `kubectl_complete-${plugin.replaceAll("-", "_")}`;
  return platform === "win32"
    ? {
        file: `${file}.cmd`,
        text: `@rem ${MARK}\r\n@kubectl ${plugin} __complete %*\r\n`,
      }
    : {
        file,
        text: `#!/bin/sh\n# ${MARK}\nexec kubectl ${plugin} __complete "$@"\n`,
      };
}

/** Whether a file is a helper that this program made. */
export function isOurs(text: string): boolean {
  return text.split("\n").some((line) => /^(?:#|@rem) /.test(line) && line.includes(MARK));
}

/** The folders of PATH, as kubectl searches them; those that are relative it does not take. */
export function foldersOfPath(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
): readonly string[] {
  const path = platform === "win32" ? win32 : posix;
  return (env["PATH"] ?? "").split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

/** krew's own folder. Source: krew internal/environment, `MustGetKrewPaths`. */
export function krewRoot(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  home: string,
): string {
  const path = platform === "win32" ? win32 : posix;
  const root = env["KREW_ROOT"] ?? "";
  return root === "" ? path.join(home, ".krew") : root;
}
