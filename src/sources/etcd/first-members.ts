import type { Failure } from "../../core/facts/failure.ts";
import type { RouteKey } from "../../core/facts/route.ts";
import type { AskedRoute, EtcdObservation, Observation } from "../../core/facts/observation.ts";

/**
 * Keeps count of what etcd's members have answered once, or have failed to: their status and their list; with `reads` also
 * a read through the majority, which learners do not serve.
 */
export class FirstMembers {
  readonly #reads: boolean;
  readonly #done = new Set<string>();
  #routes: readonly AskedRoute[] | undefined;

  constructor({ reads = false }: { readonly reads?: boolean } = {}) {
    this.#reads = reads;
  }

  add(seen: Observation): void {
    switch (seen.kind) {
      case "etcd-routes":
        this.#routes = seen.routes;
        break;
      case "etcd-not-configured":
        this.#routes = [];
        break;
      case "member-answered":
        this.#done.add(`status ${seen.route}`);
        if (seen.status.isLearner) this.#done.add(`read ${seen.route}`);
        break;
      case "member-failed":
        this.#done.add(`status ${seen.route}`);
        break;
      case "member-read":
        this.#done.add(`read ${seen.route}`);
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
    const open = (what: string, routes = this.#routes ?? []): readonly RouteKey[] =>
      routes.map(({ route }) => route.key).filter((key) => !this.#done.has(`${what} ${key}`));
    const readable = this.#reads ? this.#routes?.filter(({ can }) => can.linearizable) : undefined;
    return [
      ...open("status").map((route) => ({ kind: "member-failed", route, failure }) as const),
      ...open("list").map((route) => ({ kind: "members-failed", route, failure }) as const),
      ...open("read", readable ?? []).map(
        (route) => ({ kind: "member-read", route, read: { took: 0, failure } }) as const,
      ),
    ];
  }
}
