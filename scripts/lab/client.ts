import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { inLab } from "./paths.ts";
import { isAlive } from "./process-identity.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import type { LabRequest, LabResponse } from "./protocol.ts";
import type { LabSpec } from "./topology.ts";

const TIMEOUT_MS = 15_000;

/** Asks the daemon of the lab in that folder. Rejects with its one line, or with one that says it does not answer. */
export function askDaemon(dir: string, request: LabRequest): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const socket = connect(inLab.socket(dir));
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
  socket.on("error", (error) => {
    reject(new Error(`the lab's daemon does not answer: ${error.message}`));
  });
  socket.on("close", () => {
    reject(new Error("the lab's daemon closed the connection without an answer"));
  });
  const lines = createInterface({ input: socket });
  // readline repeats the socket's errors.
  lines.on("error", () => undefined);
  lines.once("line", (line) => {
    // The daemon is this same program.
    const response = JSON.parse(line) as LabResponse;
    if (response.ok) resolve(response.value);
    else reject(new Error(response.error));
    socket.destroy();
  });
  socket.write(`${JSON.stringify(request)}\n`);
  return promise;
}

/** The process that holds the lab together, if it lives; undefined for no lab and for one that crashed. */
export function liveDaemon(dir: string): ProcessIdentity | undefined {
  const daemon = readJson(inLab.daemon(dir)) as ProcessIdentity | undefined;
  return daemon !== undefined && isAlive(daemon) ? daemon : undefined;
}

/** What the lab in that folder is made of; undefined if there is none. */
export function readSpec(dir: string): LabSpec | undefined {
  // Written by this program.
  return readJson(inLab.spec(dir)) as LabSpec | undefined;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    // Not there, or half written by a program that died: in both cases there is no lab.
    return undefined;
  }
}
