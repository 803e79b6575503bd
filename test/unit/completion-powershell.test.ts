import { execFileSync } from "node:child_process";
import { POWERSHELL } from "../../src/cli/commands/completion/shells.ts";

interface Read {
  readonly hasError: boolean;
  readonly names: readonly string[];
}

/** What a parser makes of each text as PowerShell: there is none in Debian that would run it. */
function parse(...texts: readonly string[]): readonly Read[] {
  const input = JSON.stringify(texts);
  const printed = execFileSync(process.execPath, ["test/powershell-main.ts"], { input, encoding: "utf8" });
  return JSON.parse(printed) as readonly Read[];
}

test("the script for PowerShell is PowerShell, and registers a completer for the program", () => {
  const [script, cut] = parse(POWERSHELL, POWERSHELL.replace(/\}\s*$/, ""));
  expect(script?.hasError).toBe(false);
  expect(script?.names).toEqual(
    expect.arrayContaining(["Register-ArgumentCompleter", "System.Management.Automation.CompletionResult"]),
  );
  expect(cut?.hasError).toBe(true);
}, 60_000);
