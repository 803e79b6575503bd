import type { Facts } from "../assessment.ts";
import type { Finding, Severity } from "./finding.ts";
import { sourceName, unmet } from "./needs.ts";
import type { Result, Rule, Source, Verdict } from "./rule.ts";
import { unknown } from "./rule.ts";
import { RULES } from "./table.ts";
import type { Thresholds } from "./thresholds.ts";
import { DEFAULTS } from "./thresholds.ts";

const RANK: Record<Severity, number> = { critical: 0, unknown: 1, warning: 2 };

/**
 * The results of a rule, one or more for each of its subjects. Where it cannot be evaluated, that is one: unknown, with
 * the reason.
 */
export function resultsOf(rule: Rule, facts: Facts, thresholds: Thresholds = DEFAULTS): readonly Result[] {
  const [severity] = rule.severities;
  return verdicts(rule, facts, thresholds).map((verdict) => ({ severity, ...verdict }));
}

function verdicts(rule: Rule, facts: Facts, thresholds: Thresholds): readonly Verdict[] {
  const [missing] = sourcesOf(rule).flatMap((source) => unmet(source, facts) ?? []);
  if (missing !== undefined) return [missing];
  const judged = rule.evaluate(facts, thresholds);
  return judged.length === 0 ? [nothingToJudge(rule)] : judged.map((verdict) => timely(rule, verdict, facts));
}

function sourcesOf({ needs }: Rule): readonly Source[] {
  return needs.filter((need) => typeof need === "string");
}

function nothingToJudge(rule: Rule): Verdict {
  return unknown(sourcesOf(rule).map(sourceName).join(", "), `no ${rule.each ?? "subject"} found`);
}

/** A condition that was not observed for long enough may have been there before: no pass yet. */
function timely({ needs }: Rule, verdict: Verdict, { observedFor }: Facts): Verdict {
  const seconds = Math.max(0, ...needs.map((need) => (typeof need === "string" ? 0 : need.for)));
  if (verdict.outcome !== "pass" || observedFor >= seconds) return verdict;
  return unknown(verdict.subject, `observed for ${Math.floor(observedFor)} s of ${seconds} s`);
}

/** All findings of one moment, the worst first. Pure: they follow from what is assessed and from nothing else. */
export function findings(facts: Facts): readonly Finding[] {
  return RULES.flatMap((rule, i) =>
    resultsOf(rule, facts).flatMap((result, row) =>
      isFinding(result)
        ? [{ finding: findingOf(rule, result), order: [rank(rule, result), group(i), row] }]
        : [],
    ),
  )
    .sort((a, b) => compare(a.order, b.order))
    .map(({ finding }) => finding);
}

/** A failure; and an unknown of a rule whose severity that is, where there is something to do about it. */
function isFinding({ outcome, severity, advice }: Result): boolean {
  return outcome === "fail" || (outcome === "unknown" && severity === "unknown" && advice !== "");
}

function findingOf({ id }: Rule, { severity, subject, evidence, advice }: Result): Finding {
  return { id, severity, subject, evidence, advice };
}

function rank({ isStanding }: Rule, { severity }: Result): number {
  return RANK[severity] + (isStanding ? 1 : 0);
}

/** Rules on the same rows that stand beside each other in the table are a group: their findings follow row by row. */
function group(index: number): number {
  const [rule, before] = [RULES[index], RULES[index - 1]];
  return rule?.each !== undefined && rule.each === before?.each ? group(index - 1) : index;
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sign, n, i) => sign || n - (b[i] ?? 0), 0);
}
