import type { ControlPlaneSummary, Facts, Freshness } from "../assessment.ts";
import type { Seconds } from "../facts/time.ts";
import type { FindingId, Severity } from "./finding.ts";
import type { Thresholds } from "./thresholds.ts";

/**
 * A condition of a finding. It compares values of the assessment with thresholds: what is computed from several of them
 * is computed in `assess`.
 */
export interface Rule {
  readonly id: FindingId;
  /** the condition in a word or two, after its subject and without it; no figures, so that it stays the same while it lasts */
  readonly title: readonly [afterSubject: string, alone: string];
  /** how bad it can be, the worst first */
  readonly severities: readonly [Severity, ...Severity[]];
  /** true while nothing fails, too: such a warning gives way to the others */
  readonly isStanding?: true;
  /** what it judges one by one: a verdict on each, in the order of the assessment's rows, before those on anything else */
  readonly each?: "lease" | "member" | "API server" | "node";
  readonly needs: readonly Need[];
  readonly evaluate: (facts: Facts, thresholds: Thresholds) => readonly Verdict[];
}

/**
 * What a rule depends on: a source, without which it is not evaluated; or a time of observation, before which it may fail
 * but cannot pass.
 */
export type Need = Source | { readonly for: Seconds };

/** The parts of T that have a freshness, in one of their states at least. */
type Fresh<T> = {
  [K in keyof T]: Extract<T[K], { readonly freshness: Freshness }> extends never ? never : K;
}[keyof T];

/** What an assessment has a freshness for. */
export type Source = Fresh<Facts> | Fresh<ControlPlaneSummary>;

/** The judgement of a rule on one subject. */
export interface Result {
  /** a lease, `etcd`, `etcd cp-3`, `node cp-3`, a host */
  readonly subject: string;
  /** unknown: it cannot be judged, `evidence` says why */
  readonly outcome: "pass" | "fail" | "unknown";
  /** how bad it is, or would be if it failed */
  readonly severity: Severity;
  /** the measured fact, with its unit; of a pass it may be empty */
  readonly evidence: string;
  /** what to do: an imperative, with the command to run; empty: nothing */
  readonly advice: string;
}

/** A result as a rule makes it: `severity` is left out where it is the rule's worst. */
export type Verdict = Omit<Result, "severity"> & { readonly severity?: Severity };

/** The condition is not there. */
export function pass(subject: string, evidence = ""): Verdict {
  return { subject, outcome: "pass", evidence, advice: "" };
}

/** The condition is there. */
export function fail(subject: string, evidence: string, advice: string): Verdict {
  return { subject, outcome: "fail", evidence, advice };
}

/** The condition cannot be judged; of a rule whose severity is "unknown" that is a finding where there is advice. */
export function unknown(subject: string, evidence: string, advice = ""): Verdict {
  return { subject, outcome: "unknown", evidence, advice };
}
