import type { EvidenceObservation } from "../core/facts/evidence.ts";
import type { Failure } from "../core/facts/failure.ts";
import type {
  ApiServerObservation,
  EtcdObservation,
  LeaseObservation,
  Observation,
} from "../core/facts/observation.ts";
import { FirstMembers } from "./etcd/first-members.ts";
import { FirstAnnotations } from "./kube/leaders.ts";

/** What is said of a source that gave no answer in time. */
export type Unanswered = LeaseObservation | ApiServerObservation | EtcdObservation | EvidenceObservation;

/** What tells of leaders beyond their leases, and what is said where it gave no answer. */
const EVIDENCE = [
  ["pods", "pods-failed"],
  ["nodes", "nodes-failed"],
  ["events", "election-events-failed"],
] as const;

/** Keeps count of what has been answered once, or has failed once, of all that there is to ask. */
export class FirstAnswers {
  readonly #done = new Set<string>();
  readonly #annotations = new FirstAnnotations();
  readonly #members = new FirstMembers();
  readonly #etcd: boolean;
  #servers: readonly string[] | undefined;

  /** `etcd` false: its members are not asked. */
  constructor({ etcd = true }: { readonly etcd?: boolean } = {}) {
    this.#etcd = etcd;
  }

  add(seen: Observation): void {
    this.#annotations.add(seen);
    this.#members.add(seen);
    switch (seen.kind) {
      case "leases-listed":
        this.#done.add("leases");
        break;
      case "leases-failed":
        // Who does not give leases will not tell its version either; that is no reason to wait.
        this.#done.add("leases").add("version");
        break;
      case "version":
        this.#done.add("version");
        break;
      case "pods-listed":
      case "pods-failed":
        this.#done.add("pods");
        break;
      case "nodes-listed":
      case "nodes-failed":
        this.#done.add("nodes");
        break;
      case "election-events-listed":
      case "election-events-failed":
        this.#done.add("events");
        break;
      case "api-servers-found":
        this.#servers = seen.servers.map((one) => one.server);
        break;
      case "api-servers-unknown":
        this.#servers = [];
        break;
      case "api-server-answered":
      case "api-server-failed":
        this.#done.add(`server ${seen.server}`);
        break;
      default:
    }
  }

  get complete(): boolean {
    const isKnown = this.#done.has("version") && this.#annotations.complete;
    // Which members there are is said a moment later than that an API server cannot be asked.
    const isEtcdKnown = !this.#etcd || this.#members.complete;
    return isKnown && isEtcdKnown && this.missing({ code: "timeout", text: "" }).length === 0;
  }

  /** What to say of all that is still open. */
  missing(failure: Failure): readonly Unanswered[] {
    const isOpen = (what: string): boolean => !this.#done.has(what);
    const leases: Unanswered[] = isOpen("leases") ? [{ kind: "leases-failed", failure }] : [];
    const evidence: readonly Unanswered[] = EVIDENCE.filter(([what]) => isOpen(what)).map(([, kind]) => ({
      kind,
      failure,
    }));
    const servers: readonly Unanswered[] = this.#servers
      ?.filter((server) => isOpen(`server ${server}`))
      .map((server) => ({ kind: "api-server-failed", server, failure })) ?? [
      { kind: "api-servers-unknown", failure },
    ];
    return [...leases, ...evidence, ...servers, ...this.#members.missing(failure)];
  }
}
