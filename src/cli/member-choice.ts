import type { EtcdMembersPicture } from "../model/assessment.ts";
import { cleanText } from "../model/clean-text.ts";
import { Problem } from "../model/problem.ts";
import type { Look } from "./follow.ts";

/** The etcd members that a command was asked for by name; none named: all. */
export class MemberChoice {
  readonly #names: ReadonlySet<string>;

  constructor(names: readonly string[]) {
    this.#names = new Set(names);
  }

  /** The same look with the rows and the events of those members only; what is told of etcd as a whole stays. */
  of<T extends Pick<Look, "assessment"> & Partial<Pick<Look, "state">>>(look: T): T {
    const { etcd } = look.assessment;
    if (this.#names.size === 0 || etcd.state !== "members") return look;
    const assessment = { ...look.assessment, etcd: { ...etcd, rows: this.#rows(etcd) } };
    if (look.state === undefined) return { ...look, assessment };
    const events = look.state.events.filter(({ subject }) => this.#concerns(subject));
    return { ...look, assessment, state: { ...look.state, events } };
  }

  /** Throws Problem if a member was named that the member list does not have. */
  check({ list }: EtcdMembersPicture): void {
    if (list.members.length === 0) return;
    const there = list.members
      .map(({ name }) => name)
      .filter((name) => name !== "")
      .toSorted();
    const missing = [...this.#names].find((name) => !there.includes(name));
    if (missing === undefined) return;
    throw new Problem(
      cleanText(`there is no etcd member "${missing}"; there are ${there.slice(0, 9).join(", ")}`, 500),
    );
  }

  /** Without a member list nobody knows who is who: then all are told of. */
  #rows({ rows, list }: EtcdMembersPicture): EtcdMembersPicture["rows"] {
    return list.members.length === 0 ? rows : rows.filter(({ name }) => this.#names.has(name));
  }

  #concerns(subject: string): boolean {
    return subject === "etcd" || [...this.#names].some((name) => subject === `etcd ${name}`);
  }
}
