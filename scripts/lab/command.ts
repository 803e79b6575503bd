import { parseArgs } from "node:util";
import type { CutWay } from "./links.ts";
import { FAULT_ACTIONS } from "./protocol.ts";
import type { FaultAction } from "./protocol.ts";

/** What the command line asks for. `name` is the lab's. */
export type Command =
  | {
      kind: "up";
      name: string;
      nodes: number;
      leaseDuration: number | undefined;
      etcdServers: "local" | "all";
      net: "loopback" | "veth";
      coordinatedElection: boolean;
      bin: string | undefined;
    }
  | { kind: "build" }
  | { kind: "down"; name: string }
  | { kind: "down-all" }
  | { kind: "ps"; name: string }
  | { kind: "env"; name: string }
  | { kind: "exec"; name: string; node: string; argv: [string, ...string[]] }
  | { kind: "logs"; name: string; target: string; follow: boolean }
  | { kind: "fault"; name: string; action: FaultAction; target: string; restart: boolean }
  | { kind: "partition"; name: string; host: string; from: "all" | "nodes"; direction: CutWay }
  | { kind: "heal"; name: string; host: string | undefined }
  | { kind: "help" };

/** The command line was wrong; the message says how in one line. */
export class UsageError extends Error {}

/** What `help` prints. */
export const USAGE = `usage: npm run -s lab -- COMMAND

  up [--name N] [--nodes 3] [--net loopback|veth] [--lease-duration S] [--etcd-servers local|all]
     [--coordinated-election] [--bin DIR]
  build                     builds the programs, as up does when they are missing
  down [--name N | --all]
  ps                        every process: state, process ID, restarts; the links that are cut
  env                       shell exports: eval "$(npm run -s lab -- env)"
  exec NODE|observer -- COMMAND...   runs a command as on that node, or as the person with kubectl
  logs TARGET [-f]
  kill|term TARGET [--restart]   SIGKILL, SIGTERM; stays down without --restart
  freeze|thaw TARGET             SIGSTOP, SIGCONT
  start TARGET                   starts again what is down, on the same data
  partition HOST [--from nodes] [--one-way in|out]   with --net veth: packets are lost without a word
  heal [HOST]                                        joins again

TARGET: scheduler/cp-2, scheduler/leader, apiserver/all, node/cp-3, balancer;
HOST: cp-1, etcd/leader, observer, balancer;
roles: etcd, apiserver, controller-manager, scheduler, kubelet. Every command takes --name (default: default).
`;

/** The options of a command by name; every command takes --name. */
type Options = Record<string, { type: "string" } | { type: "boolean"; short?: string }>;

/** What was given: options by name, and the arguments that are none. */
type Given = {
  name: string;
  text: (option: string) => string | undefined;
  flag: (option: string) => boolean;
  rest: string[];
};

/** Reads the arguments. Throws UsageError. */
export function parseCommand(argv: readonly string[]): Command {
  const [verb, ...args] = argv;
  const action = FAULT_ACTIONS.find((candidate) => candidate === verb);
  if (action !== undefined) return parseFault(action, args);
  switch (verb) {
    case "up":
      return parseUp(args);
    case "down": {
      const { name, flag } = read(args, { all: { type: "boolean" } }, "no argument");
      return flag("all") ? { kind: "down-all" } : { kind: "down", name };
    }
    case "build":
      read(args, {}, "no argument");
      return { kind: "build" };
    case "ps":
    case "env":
      return { kind: verb, name: read(args, {}, "no argument").name };
    case "exec": {
      const { name, rest } = read(args, {}, "arguments");
      const [node, program, ...others] = rest;
      if (node === undefined || program === undefined)
        throw new UsageError("exec needs a node and a command: exec cp-1 -- hostname");
      return { kind: "exec", name, node, argv: [program, ...others] };
    }
    case "logs": {
      const { name, rest, flag } = read(args, { follow: { type: "boolean", short: "f" } }, "arguments");
      return { kind: "logs", name, target: only(rest, "logs"), follow: flag("follow") };
    }
    case "partition":
      return parsePartition(args);
    case "heal": {
      const { name, rest } = read(args, {}, "arguments");
      return { kind: "heal", name, host: rest.length === 0 ? undefined : only(rest, "heal", "cp-1") };
    }
    case undefined:
    case "help":
    case "--help":
    case "-h":
      return { kind: "help" };
    default:
      throw new UsageError(`unknown command ${JSON.stringify(verb)}: see "npm run -s lab -- help"`);
  }
}

function parseUp(args: string[]): Command {
  const text = { type: "string" } as const;
  const given = read(
    args,
    {
      ...{ nodes: text, net: text, "lease-duration": text, "etcd-servers": text, bin: text },
      "coordinated-election": { type: "boolean" },
    },
    "no argument",
  );
  return {
    kind: "up",
    name: given.name,
    nodes: wholeNumber(given, "nodes", 1, 5) ?? 3,
    leaseDuration: wholeNumber(given, "lease-duration", 2, 3600),
    etcdServers: oneOf(given, "etcd-servers", ["local", "all"]) ?? "local",
    net: oneOf(given, "net", ["loopback", "veth"]) ?? "loopback",
    coordinatedElection: given.flag("coordinated-election"),
    bin: given.text("bin"),
  };
}

function parseFault(action: FaultAction, args: string[]): Command {
  const restartable = action === "kill" || action === "term";
  const { name, rest, flag } = read(args, restartable ? { restart: { type: "boolean" } } : {}, "arguments");
  return { kind: "fault", name, action, target: only(rest, action), restart: flag("restart") };
}

function parsePartition(args: string[]): Command {
  const text = { type: "string" } as const;
  const given = read(args, { from: text, "one-way": text }, "arguments");
  return {
    kind: "partition",
    name: given.name,
    host: only(given.rest, "partition", "cp-1"),
    from: oneOf(given, "from", ["all", "nodes"]) ?? "all",
    direction: oneOf(given, "one-way", ["in", "out"]) ?? "both",
  };
}

function read(args: string[], options: Options, takes: "no argument" | "arguments"): Given {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...options, name: { type: "string" } },
      allowPositionals: takes !== "no argument",
    });
    const given = new Map<string, unknown>(Object.entries(values));
    const text = (option: string): string | undefined => {
      const value = given.get(option);
      return typeof value === "string" ? value : undefined;
    };
    return {
      name: labName(text("name") ?? "default"),
      text,
      flag: (option) => given.get(option) === true,
      rest: positionals,
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const [sentence = ""] = (error instanceof Error ? error.message : String(error)).split(". ");
    throw new UsageError(`${sentence}: see "npm run -s lab -- help"`);
  }
}

function only(rest: string[], verb: string, example = "scheduler/cp-2"): string {
  const [target, ...others] = rest;
  if (target !== undefined && others.length === 0) return target;
  throw new UsageError(`${verb} needs one target, such as ${example}: see "npm run -s lab -- help"`);
}

/** The name becomes part of a socket's path, which may not be long. */
function labName(name: string): string {
  if (/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(`--name takes up to 32 of a-z, 0-9 and -, not ${JSON.stringify(name)}`);
}

function oneOf<T extends string>(given: Given, option: string, choices: readonly T[]): T | undefined {
  const text = given.text(option);
  const choice = choices.find((candidate) => candidate === text);
  if (text === undefined || choice !== undefined) return choice;
  throw new UsageError(`--${option} is ${choices.join(" or ")}, not ${JSON.stringify(text)}`);
}

function wholeNumber(given: Given, option: string, least: number, most: number): number | undefined {
  const text = given.text(option);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`--${option} is a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}
