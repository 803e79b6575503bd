// Runs pkg (@yao-pkg/pkg) in a process of its own, in which HOME and TMPDIR are its folder (binary.ts): it looks for
// its Nodes below HOME, and it changes the working folder. `run-pkg.ts TARGETS ASSETS`, both as JSON.
import { join } from "node:path";
import pkg from "@yao-pkg/pkg/lib-es5/sea.js";

type SeaTargets = Parameters<typeof pkg.default>[1]["targets"];

const [targets = "", assets = ""] = process.argv.slice(2);
const seaConfig = {
  // This path gets into the binary: relative to where pkg works, below TMPDIR, it is the same on every machine.
  main: "../main.cjs",
  // Both are written by binary.ts.
  assets: JSON.parse(assets) as Record<string, string>,
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  // Of what there is to cache, each part has its own (code-cache.ts).
  useCodeCache: false,
  // The user's NODE_OPTIONS are for other programs.
  execArgvExtension: "none",
};
await pkg.default(join(process.env["TMPDIR"] ?? "", "main.cjs"), {
  seaConfig,
  signature: false,
  targets: JSON.parse(targets) as SeaTargets,
});
