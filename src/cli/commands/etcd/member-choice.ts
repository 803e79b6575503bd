import type { EtcdMembersSummary, MemberRow } from "../../../core/assessment.ts";
import type { Look } from "../../follow.ts";
import { cleanText } from "../../../text/clean.ts";
import { matchesMember } from "../../../core/etcd/resolve.ts";
import { UserError } from "../../../core/facts/failure.ts";

/** The etcd members that a command was asked for, see matchesMember; none named: all. */
export class MemberChoice {
  readonly #names: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
  }

  /** The same look with the rows and the events of those members only; events and findings of etcd as a whole stay. */
  of<T extends Pick<Look, "assessment"> & Partial<Pick<Look, "state">>>(look: T): T {
    const { etcd } = look.assessment;
    if (this.#names.size === 0 || etcd.state !== "members") return look;
    const rows = this.#rows(etcd);
    const assessment = { ...look.assessment, etcd: { ...etcd, rows } };
    if (look.state === undefined) return { ...look, assessment };
    const subjects = new Set([
      "etcd",
      ...[...this.#names, ...rows.map(({ name }) => name)].map((one) => `etcd ${one}`),
    ]);
    const events = look.state.events.filter(({ subject }) => subjects.has(subject));
    return { ...look, assessment, state: { ...look.state, events } };
  }

  /** Throws UserError if a member was named that the member list does not have. */
  check({ list, rows }: EtcdMembersSummary): void {
    if (list.members.length === 0) return;
    const there = list.members
      .map(({ name }) => name)
      .filter((name) => name !== "")
      .toSorted();
    const missing = [...this.#names].find((word) => !rows.some((row) => matchesMember(row, word)));
    if (missing === undefined) return;
    const unstarted = list.members.find(({ id, name }) => id === missing && name === "");
    if (unstarted)
      throw new UserError(`etcd member ${missing} was added and never started: it cannot be asked`);
    throw new UserError(
      cleanText(`etcd member "${missing}" not found; members: ${there.slice(0, 9).join(", ")}`, 500),
    );
  }

  /** Without a member list the names cannot be matched: all rows stay. */
  #rows({ rows, list }: EtcdMembersSummary): EtcdMembersSummary["rows"] {
    return list.members.length === 0 ? rows : rows.filter((row) => this.#has(row));
  }

  #has(member: MemberRow): boolean {
    return [...this.#names].some((word) => matchesMember(member, word));
  }
}
