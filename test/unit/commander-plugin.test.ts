import { readFileSync } from "node:fs";
import { withoutChildProcess } from "../../scripts/build/commander-plugin.ts";

test("commander starts no other programs, and if it would in another way the build fails", () => {
  const path = "node_modules/commander/lib/command.js";
  const source = readFileSync(path, "utf8");
  expect(withoutChildProcess(source, path)).not.toContain("node:child_process");
  expect(() => withoutChildProcess(source.replace("childProcess from", "cp from"), path)).toThrow(
    /command\.js does not/,
  );
});
