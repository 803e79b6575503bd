import type { KeySearch } from "../core/keys/search.ts";
import type { OpenedKey } from "../core/keys/value.ts";
import type { ClusterState, TimelineEvent } from "../core/state.ts";
import type { Instant } from "../core/facts/time.ts";

/** What panes are drawn from, whichever of them has the focus: the cluster, and what its user asked for. Immutable. */
export interface Contents {
  /** the name of the cluster: the kubeconfig's context */
  readonly cluster: string;
  /** `host:port` of the API server that the kubeconfig names */
  readonly server: string | undefined;
  readonly state: ClusterState;
  readonly paused: Paused | undefined;
  readonly search: SearchBox | undefined;
  /** what the person marked, newest first */
  readonly marks: readonly TimelineEvent[];
}

/** The screen shows the state of `at`; new data is still received. */
export interface Paused {
  readonly at: Instant;
  readonly state: ClusterState;
}

/** The search box: what is typed into it, and how far the search has come. */
export interface SearchBox {
  readonly query: string;
  /** keys go into the box */
  readonly typing: boolean;
  readonly result: KeySearch | undefined;
  /** a hit that was opened, "asking" until the members have answered; `top`: its first line that is seen */
  readonly opened: { readonly key: OpenedKey | "asking"; readonly top: number } | undefined;
}
