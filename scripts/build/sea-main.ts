// What the binary starts with: loads the program out of itself.
import { getRawAsset } from "node:sea";
import { partLoader } from "./load-part.ts";

const asset = (name: string): Buffer => Buffer.from(getRawAsset(name));

partLoader(
  // ASCII, as esbuild writes it: V8 takes such text as it lies there.
  (name) => ({ source: asset(`${name}.cjs`).toString("latin1"), cache: asset(`${name}.cache`) }),
  require,
).require("part:kubectl-ha");
