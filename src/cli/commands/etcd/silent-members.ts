import type { EtcdMembersSummary, MemberRow } from "../../../core/assessment.ts";
import type { Failure } from "../../../core/facts/failure.ts";
import { UserError } from "../../../core/facts/failure.ts";
import { peerFailureFor } from "../../../core/facts/connection-failure.ts";
import { ETCD_ADVICE } from "../../../core/etcd/advice.ts";
import { unlistedWords } from "../../../core/etcd/endpoints.ts";

/**
 * What an etcd command fails with when not all of `rows` told of themselves: who does not answer, who refuses us, why,
 * and what to try. Undefined if all did. Fewer `rows` than `of` has are those that were asked for by name.
 */
export function silentMembers(rows: readonly MemberRow[], of: EtcdMembersSummary): UserError | undefined {
  const all = of.rows.length;
  const endpoints = rows.length < all ? [] : of.endpoints;
  const silent = rows.filter(({ state }) => state !== "answers");
  const failures = [...silent.map(failureOf), ...endpoints.map(({ failure }) => failure)];
  const [only, ...others] = silent;
  if (failures.length === 0) return undefined;
  if (only && others.length === 0 && rows.length < all)
    return problem(`etcd ${only.name} ${peerFailureFor(failureOf(only))}`, failures);
  const refusing = silent.filter(({ state }) => state === "accessDenied");
  const still = silent.filter(({ state }) => state !== "accessDenied");
  const said = [
    still.length > 0 && still.length === all
      ? `no etcd member answers: ${reasons(still)}`
      : count(still, rows, "does not answer"),
    count(refusing, rows, "denies access"),
    ...endpoints.map(unlistedWords),
  ];
  return problem(said.filter((text) => text !== "").join("; "), failures);
}

/** What failed, and of each kind of failure what to try. */
export function problem(said: string, failures: readonly Failure[]): UserError {
  const advice = adviceFor(failures);
  return new UserError([said, ...(advice.length > 0 ? advice : ["check --etcd-endpoints"])].join("; "), 1);
}

/** What to try, of each kind of failure once. */
export function adviceFor(failures: readonly Failure[]): readonly string[] {
  return [...new Set(failures.flatMap(({ code }) => ETCD_ADVICE[code] ?? []))];
}

const PLURAL = { "does not answer": "do not answer", "denies access": "deny access" } as const;

function count(some: readonly MemberRow[], of: readonly MemberRow[], does: keyof typeof PLURAL): string {
  if (some.length === 0) return "";
  const verb = some.length === 1 ? does : PLURAL[does];
  return `${some.length} of ${of.length} etcd members ${verb}: ${reasons(some)}`;
}

function reasons(rows: readonly MemberRow[]): string {
  return [...new Set(rows.map((row) => failureOf(row).text))].join("; ");
}

function failureOf({ failure, endpoint }: MemberRow): Failure {
  return failure ?? { code: "timeout", text: `no answer from ${endpoint} in time` };
}
