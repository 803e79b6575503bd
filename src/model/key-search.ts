import type { Failure } from "./failure.ts";
import type { Seconds } from "./time.ts";

/**
 * A search for a substring over the keys of one member, as far as it has come.
 * `scanned` keys were looked at of `total` (undefined: not known yet); `hits` are cleaned for showing, at most as many
 * as were asked for; `matched` counts all of them.
 */
export interface KeySearch {
  readonly query: string;
  readonly member: string;
  readonly state: "running" | "done" | "stopped" | "failed";
  /** set when `state` is failed; set when it is stopped by a bound: which one */
  readonly failure: Failure | undefined;
  readonly revision: bigint | undefined;
  readonly scanned: number;
  readonly total: number | undefined;
  readonly matched: number;
  readonly hits: readonly string[];
  readonly took: Seconds;
}
