import { cleanText } from "../../model/clean-text.ts";
import type { CompletionCommand, Shell } from "../command.ts";
import { BASH } from "../completion/bash.ts";
import { FISH } from "../completion/fish.ts";
import type { Installed } from "../completion/install.ts";
import { installHelper } from "../completion/install.ts";
import { POWERSHELL } from "../completion/powershell.ts";
import { ZSH } from "../completion/zsh.ts";
import type { Io } from "../io.ts";
import { print } from "../io.ts";
import { underName } from "../plugin-name.ts";

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: BASH,
  zsh: ZSH,
  fish: FISH,
  powershell: POWERSHELL,
};

/** Writes a shell's script, or puts kubectl's helper into a folder and says what it did. Throws Problem. */
export async function completion({ what }: CompletionCommand, io: Io): Promise<number> {
  const text =
    "script" in what
      ? SCRIPTS[what.script]
      : underName(installedText(await installHelper(what.installInto, io)), io.plugin);
  await print(io.stdout, text);
  return 0;
}

function installedText({ path, before }: Installed): string {
  const helper = cleanText(path);
  const did = {
    nothing: `Wrote ${helper}`,
    older: `Replaced ${helper}, which an older version had written`,
    unusable: `Wrote ${helper} anew, since it could not be run`,
    same: `${helper} is there already, and as it should be`,
  };
  return [
    `${did[before]}.`,
    "kubectl 1.26 or later completes 'kubectl ha' with it wherever its own completion is loaded: kubectl completion --help",
    "To undo it, delete that file.",
    "",
  ].join("\n");
}
