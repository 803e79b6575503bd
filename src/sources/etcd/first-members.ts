import type { Failure } from "../../core/facts/failure.ts";
import type { RouteKey } from "../../core/facts/route.ts";
import type { EtcdObservation, Observation } from "../../core/facts/observation.ts";

/** Keeps count of what etcd's members have answered once, or have failed to: their status and their list. */
export class FirstMembers {
  readonly #done = new Set<string>();
  #routes: readonly RouteKey[] | undefined;

  add(seen: Observation): void {
    switch (seen.kind) {
      case "etcd-routes":
        this.#routes = seen.routes.map(({ route }) => route.key);
        break;
      case "etcd-not-configured":
        this.#routes = [];
        break;
      case "member-answered":
      case "member-failed":
        this.#done.add(`status ${seen.route}`);
        break;
      case "members-listed":
      case "members-failed":
        this.#done.add(`list ${seen.route}`);
        break;
      default:
    }
  }

  get complete(): boolean {
    return this.#routes !== undefined && this.missing({ code: "timeout", text: "" }).length === 0;
  }

  /** What to report for each open question; nothing while the members are unknown. */
  missing(failure: Failure): readonly EtcdObservation[] {
    const open = (what: string): readonly RouteKey[] =>
      (this.#routes ?? []).filter((route) => !this.#done.has(`${what} ${route}`));
    return [
      ...open("status").map((route) => ({ kind: "member-failed", route, failure }) as const),
      ...open("list").map((route) => ({ kind: "members-failed", route, failure }) as const),
    ];
  }
}
