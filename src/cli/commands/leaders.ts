import { connectKube } from "../../kube/client.ts";
import { loadSelection } from "../../kube/config.ts";
import type { Assessment } from "../../model/assessment.ts";
import { cleanText } from "../../model/clean-text.ts";
import { RequestError } from "../../model/failed.ts";
import type { LeaseSource } from "../../observe/leases.ts";
import { FirstAnnotations, observeLeaders } from "../../observe/leaders.ts";
import { leadersChanged, leaseChanges } from "../../view/changes.ts";
import { toJson, toYaml } from "../../view/encode.ts";
import { leaderListDocument } from "../../view/leaders-document.ts";
import { leaderPrinter } from "../../view/leaders-table.ts";
import type { LeadersCommand } from "../command.ts";
import { follow } from "../follow.ts";
import type { Io } from "../io.ts";
import { mayColour, print } from "../io.ts";
import { LeaseChoice } from "../lease-choice.ts";

/** Seconds to wait for one answer. */
const DEADLINE = 1.5;

/** Who leads: one row a lease, once, or from now on whenever something changes. */
export async function leaders(command: LeadersCommand, io: Io): Promise<number> {
  const api = await connectKube(await loadSelection(command.cluster, io));
  const timeout = command.cluster.requestTimeout ?? DEADLINE;
  const source = { api, namespace: command.namespace, timeout, clock: io.clock, once: !command.watch };
  try {
    await answer(command, source, io);
  } finally {
    api.close();
  }
  return 0;
}

async function answer(command: LeadersCommand, source: LeaseSource, io: Io): Promise<void> {
  let last: Assessment | undefined;
  let printer: Printer | undefined;
  const annotations = new FirstAnnotations();
  const choice = new LeaseChoice(command);
  for await (const { seen, assessment: all } of follow((signal) => observeLeaders(source, signal), io)) {
    annotations.add(seen);
    if (all.leases.freshness.state === "asking" || !annotations.complete) continue;
    if (all.leases.freshness.state === "live" && printer === undefined) choice.check(all);
    const assessment = choice.of(all);
    if (printer === undefined) printer = await begin(command, assessment, io);
    else if (last !== undefined && leadersChanged(last, assessment)) await printer(last, assessment);
    else continue;
    if (!command.watch) return;
    last = assessment;
  }
}

/** Writes what changed from one moment to another. */
type Printer = (before: Assessment, after: Assessment) => Promise<void>;

/** Writes the first answer. Throws Failed if there is none. */
async function begin(command: LeadersCommand, first: Assessment, io: Io): Promise<Printer> {
  const { freshness, rows } = first.leases;
  if (freshness.state === "stale") {
    const { code, text } = freshness.failure;
    throw new RequestError({ code, text: `cannot read the leases in ${command.namespace}: ${text}` });
  }
  const { output, watch, headers } = command;
  const document = async (assessment: Assessment): Promise<void> => {
    const value = leaderListDocument(assessment);
    await print(io.stdout, output === "yaml" ? await toYaml(value, watch) : toJson(value, watch));
  };
  if (output === "json" || output === "yaml") {
    await document(first);
    return (_, after) => document(after);
  }
  if (rows.length === 0) await print(io.stderr, nothingFound(command, first));
  const write = leaderPrinter({ wide: output === "wide", headers, colour: mayColour(io, io.stdout) });
  if (rows.length > 0) await print(io.stdout, write(rows.map((row) => ({ row, deleted: false }))));
  return (before, after) => print(io.stdout, write(leaseChanges(before, after)));
}

/** That there is nothing, and what there might be that could not be read. */
function nothingFound({ namespace, node }: LeadersCommand, { leases }: Assessment): string {
  const unread = leases.unread.map(
    ({ name, failure }) => `The record of ${name} cannot be read: ${failure.text}\n`,
  );
  const where = node === undefined ? "" : ` held on ${cleanText(node, 60)}`;
  return [`No leases of leaders found in ${namespace} namespace${where}.\n`, ...unread].join("");
}
