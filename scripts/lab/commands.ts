import { spawn } from "node:child_process";
import { readdirSync, existsSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { findBinaries } from "./build/binaries.ts";
import { USAGE } from "./command.ts";
import type { Command } from "./command.ts";
import { readSpec } from "./client.ts";
import { Lab } from "./lab-handle.ts";
import { attachLab, openLab } from "./lab.ts";
import { printLog } from "./log-reader.ts";
import { componentLog, labsRoot } from "./paths.ts";
import { cutLines, linkLine, processTable, shellExports, waysIn } from "./print.ts";

/** Runs a command of the lab's command line and gives its exit code. Throws one line for what failed. */
export async function runCommand(command: Command): Promise<number> {
  switch (command.kind) {
    case "up":
      return interruptible((context) => up(command, context));
    case "build":
      return interruptible(async (context) => {
        await findBinaries(undefined, context);
        return 0;
      });
    case "down":
      return down(command.name);
    case "down-all":
      for (const name of labNames()) await down(name);
      return 0;
    case "ps":
      return ps(attachLab(command.name));
    case "env":
      return env(attachLab(command.name));
    case "exec":
      return exec(attachLab(command.name), command.node, command.argv);
    case "logs":
      return logs(attachLab(command.name), command.target, command.follow);
    case "fault": {
      const records = await attachLab(command.name).fault(command.action, command.target, {
        restart: command.restart,
      });
      for (const { at, action, target, pid } of records) console.log(`${at} ${action} ${target} pid ${pid}`);
      return 0;
    }
    case "partition": {
      const { host, from, direction } = command;
      console.log(linkLine(await attachLab(command.name).partition(host, { from, direction })));
      return 0;
    }
    case "heal":
      for (const record of await attachLab(command.name).heal(command.host)) console.log(linkLine(record));
      return 0;
    case "help":
      process.stdout.write(USAGE);
      return 0;
  }
}

async function up(command: Extract<Command, { kind: "up" }>, context: Context): Promise<number> {
  const { name, nodes, etcdServers, net, coordinatedElection, leaseDuration, bin } = command;
  const { progress, signal } = context;
  const lab = await openLab({
    name,
    nodes,
    etcdServers,
    net,
    coordinatedElection,
    progress,
    signal,
    ...(leaseDuration === undefined ? {} : { leaseDuration }),
    ...(bin === undefined ? {} : { bin }),
  });
  if (signal.aborted && lab.isOwned) await lab.down();
  signal.throwIfAborted();
  await lab.release();
  progress(`lab ${name} ${lab.isOwned ? "is up" : "was up already, left as it is"}`);
  const which = name === "default" ? "" : ` --name ${name}`;
  const [use = ""] = lab.spec.net === "veth" ? waysIn(lab.spec) : [];
  const shell = `eval "$(npm run -s lab -- env${which})"; kubectl get pods -A`;
  console.error(`\nuse it:        ${use === "" ? shell : use}`);
  console.error(`break it:      npm run -s lab -- kill scheduler/leader${which}`);
  console.error(`take it down:  npm run -s lab -- down${which}`);
  return 0;
}

/** Where lines of progress go, and what Ctrl-C and its like abort. */
type Context = { progress: (text: string) => void; signal: AbortSignal };

/** Runs what takes long: with progress and time on standard error, and exit code 130 when it was interrupted. */
async function interruptible(body: (context: Context) => Promise<number>): Promise<number> {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted.abort();
    });
  }
  const started = performance.now();
  const progress = (text: string): void => {
    console.error(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${text}`);
  };
  try {
    return await body({ progress, signal: interrupted.signal });
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error("lab: interrupted");
    return 130;
  }
}

async function down(name: string): Promise<number> {
  const dir = join(labsRoot(), name);
  const spec = readSpec(dir);
  if (spec === undefined) {
    console.error(`no lab named ${name} is up`);
    return 0;
  }
  await new Lab(spec, undefined).down();
  console.error(`lab ${name} is down`);
  return 0;
}

function labNames(): string[] {
  const root = labsRoot();
  return existsSync(root) ? readdirSync(root).filter((name) => readSpec(join(root, name)) !== undefined) : [];
}

async function ps(lab: Lab): Promise<number> {
  const now = new Date();
  process.stdout.write(processTable(await lab.processes(), now) + cutLines(await lab.cuts(), now));
  return 0;
}

function env(lab: Lab): number {
  process.stdout.write(shellExports(lab));
  return 0;
}

async function exec(lab: Lab, where: string, argv: readonly string[]): Promise<number> {
  const { command, env } = await lab.commandAt(where, argv);
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: "inherit", env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the command as well, which decides what it means.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once("error", reject);
  child.once("exit", (code, signal) => {
    resolve(code ?? 128 + constants.signals[signal ?? "SIGKILL"]);
  });
  return promise;
}

async function logs(lab: Lab, target: string, follow: boolean): Promise<number> {
  const ids = await lab.resolve(target);
  const [id] = ids;
  if (id === undefined || ids.length > 1)
    throw new Error(`${target} is ${ids.length} processes: name one of ${ids.join(", ")}`);
  await printLog(componentLog(lab.spec.dir, id), follow, (text) => process.stdout.write(text));
  return 0;
}
