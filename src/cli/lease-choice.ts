import type { Assessment, LeaseRow } from "../model/assessment.ts";
import { onlyLeases } from "../model/judge-leases.ts";
import { cleanText } from "../model/clean-text.ts";
import { UserError } from "../model/problem.ts";
import type { LeadersCommand } from "./command.ts";

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

  /** Throws Problem if a lease was named that is not there. */
  check({ leases }: Assessment): void {
    const there = new Set(leases.rows.map((row) => row.record.name));
    const missing = [...this.#names].find((name) => !there.has(name));
    if (missing === undefined) return;
    const unread = leases.unread.find(({ name }) => name === missing);
    const why =
      unread === undefined
        ? `there is no lease of a leader "${missing}" in ${this.#namespace}`
        : `the record of ${missing} cannot be read: ${unread.failure.text}`;
    const known = there.size === 0 ? "there are none" : `there are ${[...there].slice(0, 5).join(", ")}`;
    throw new UserError(cleanText(`${why}; ${known}`, 500));
  }

  #isWanted({ key, record, status, lastHolder }: LeaseRow): boolean {
    if (this.#names.size > 0 && !this.#names.has(record.name)) return false;
    if (this.#node === undefined || this.#shown.has(key)) return true;
    // Who is not known to hold it now, or held it last, is on no node.
    const holder = status.state === "vacant" ? lastHolder : status.holder;
    return holder?.host === this.#node;
  }
}
