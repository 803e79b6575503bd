import { parseCommand, UsageError } from "./command.ts";
import { runCommand } from "./commands.ts";

try {
  process.exitCode = await runCommand(parseCommand(process.argv.slice(2)));
} catch (error) {
  console.error(`lab: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
