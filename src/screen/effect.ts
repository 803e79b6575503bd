import type { KeyHit } from "../core/keys/search.ts";

/** What the program asks of the world after an update. */
export type Effect =
  | { readonly kind: "quit" }
  /** keys are read, if they are not yet, and searched; "": they are only read */
  | { readonly kind: "search"; readonly query: string }
  | { readonly kind: "open-key"; readonly hit: KeyHit }
  | { readonly kind: "cancel-search" };
