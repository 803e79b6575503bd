// What the binary starts with: loads the program out of itself.
import { getRawAsset } from "node:sea";
import { partId, partLoader } from "./load-part.ts";
import type { Program } from "./parts.ts";
import { PROGRAM } from "./parts.ts";

const asset = (name: string): Buffer => Buffer.from(getRawAsset(name));

const { require: load } = partLoader(
  // ASCII, as esbuild writes it: V8 takes such text as it lies there.
  (name) => ({ source: asset(`${name}.cjs`).toString("latin1"), cache: asset(`${name}.cache`) }),
  require,
);
// The part of src/main.ts.
void (load(partId(PROGRAM)) as Program).start();
