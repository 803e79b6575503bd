import type { Failure } from "../../core/facts/failure.ts";
import type { EtcdObservation, Observation } from "../../core/facts/observation.ts";

/** Keeps count of what etcd's members have answered once, or have failed to: their status and their list. */
export class FirstMembers {
  readonly #done = new Set<string>();
  #endpoints: readonly string[] | undefined;

  add(seen: Observation): void {
    switch (seen.kind) {
      case "etcd-endpoints":
        this.#endpoints = seen.endpoints;
        break;
      case "etcd-not-configured":
        this.#endpoints = [];
        break;
      case "member-answered":
      case "member-failed":
        this.#done.add(`status ${seen.endpoint}`);
        break;
      case "members-listed":
      case "members-failed":
        this.#done.add(`list ${seen.endpoint}`);
        break;
      default:
    }
  }

  get complete(): boolean {
    return this.#endpoints !== undefined && this.missing({ code: "timeout", text: "" }).length === 0;
  }

  /** What to report for each open question; nothing while the members are unknown. */
  missing(failure: Failure): readonly EtcdObservation[] {
    const open = (what: string): readonly string[] =>
      (this.#endpoints ?? []).filter((endpoint) => !this.#done.has(`${what} ${endpoint}`));
    return [
      ...open("status").map((endpoint) => ({ kind: "member-failed", endpoint, failure }) as const),
      ...open("list").map((endpoint) => ({ kind: "members-failed", endpoint, failure }) as const),
    ];
  }
}
