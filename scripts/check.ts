// npm run check: types, lint, format, import rules, dead code, unit tests. No control plane, under a minute.
import { runChecks } from "./tasks/checks.ts";

const failed = await runChecks();
console.log(failed === 0 ? "all checks passed" : `${failed} of the checks failed`);
process.exitCode = failed === 0 ? 0 : 1;
