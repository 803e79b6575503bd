import type { Assessment, LeaseRow } from "../../core/assessment.ts";
import type { LeadersCommand } from "../args/command.ts";
import type { Io } from "../io.ts";
import type { Session } from "../session.ts";
import { mayColour, print } from "../io.ts";
import { isSameHost } from "../../core/facts/holder.ts";
import { onlyLeases } from "../../core/leases/judge.ts";
import { cleanText } from "../../text/clean.ts";
import { UserError, RequestError } from "../../core/facts/failure.ts";
import { FirstAnnotations } from "../../sources/kube/leaders.ts";
import { leadersChanged, leaseChanges } from "../../output/changes.ts";
import { encodeDocument } from "../answer.ts";
import { leaderListDocument, leaderPrinter } from "../../output/leaders.ts";
import { follow } from "../follow.ts";

/** The leases that `leaders` was asked for: by name, by the node of their holder, or all. */
export class LeaseChoice {
  readonly #names: ReadonlySet<string>;
  readonly #node: string | undefined;
  readonly #namespace: string;
  /** what was held on the node at one time: that it went elsewhere is what a watcher waits for */
  readonly #shown = new Set<string>();

  constructor({ names, node, namespace }: Pick<LeadersCommand, "names" | "node" | "namespace">) {
    this.#names = new Set(names);
    this.#node = node;
    this.#namespace = namespace;
  }

  /** The same assessment with the chosen leases only. */
  of(assessment: Assessment): Assessment {
    const leases = onlyLeases(assessment.leases, (row) => this.#isWanted(row));
    for (const row of leases.rows) this.#shown.add(row.key);
    return { ...assessment, leases };
  }

  /** Throws UserError if a lease was named that is not there. */
  check({ leases }: Assessment): void {
    const there = new Set(leases.rows.map((row) => row.record.name));
    const missing = [...this.#names].find((name) => !there.has(name));
    if (missing === undefined) return;
    const unread = leases.unread.find(({ name }) => name === missing);
    const why =
      unread === undefined
        ? `lease "${missing}" not found in namespace ${this.#namespace}`
        : `cannot read the record of ${missing}: ${unread.failure.text}`;
    const known = there.size === 0 ? "no leases found" : `leases found: ${[...there].slice(0, 5).join(", ")}`;
    throw new UserError(cleanText(`${why}; ${known}`, 500));
  }

  #isWanted({ key, record, status, lastHolder }: LeaseRow): boolean {
    if (this.#names.size > 0 && !this.#names.has(record.name)) return false;
    if (this.#node === undefined || this.#shown.has(key)) return true;
    // Who is not known to hold it now, or held it last, is on no node.
    const holder = status.state === "vacant" ? lastHolder : status.holder;
    return holder !== undefined && isSameHost(holder.host, this.#node);
  }
}

/** Who leads: one row a lease, once, or from now on whenever something changes. */
export async function leaders(command: LeadersCommand, session: Session, io: Io): Promise<number> {
  await session.prepare("leaders");
  let last: Assessment | undefined;
  let printer: Printer | undefined;
  const annotations = new FirstAnnotations();
  const choice = new LeaseChoice(command);
  const observations = session[command.watch ? "observe" : "look"]("leaders", io.interrupted);
  for await (const { seen, assessment: all } of follow(observations, session)) {
    annotations.add(seen);
    if (all.leases.freshness.state === "asking" || !annotations.complete) continue;
    if (all.leases.freshness.state === "live" && printer === undefined) choice.check(all);
    const assessment = choice.of(all);
    if (printer === undefined) printer = await begin(command, assessment, io);
    else if (last !== undefined && leadersChanged(last, assessment)) await printer(last, assessment);
    else continue;
    if (!command.watch) return 0;
    last = assessment;
  }
  return 0;
}

/** Writes what changed from one moment to another. */
type Printer = (before: Assessment, after: Assessment) => Promise<void>;

/** Writes the first answer. Throws RequestError if there is none. */
async function begin(command: LeadersCommand, first: Assessment, io: Io): Promise<Printer> {
  const { freshness, rows } = first.leases;
  if (freshness.state === "stale") {
    const { code, text } = freshness.failure;
    throw new RequestError({ code, text: `cannot read the leases in ${command.namespace}: ${text}` });
  }
  const { output, watch, headers } = command;
  if (output === "json" || output === "yaml") {
    const document = async (assessment: Assessment): Promise<void> => {
      await print(io.stdout, await encodeDocument(leaderListDocument(assessment), { output, watch }));
    };
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
    ({ name, failure }) => `Cannot read the record of ${name}: ${failure.text}\n`,
  );
  const where = node === undefined ? "" : ` held on ${cleanText(node, 60)}`;
  return [`No leader election leases found in ${namespace} namespace${where}.\n`, ...unread].join("");
}
