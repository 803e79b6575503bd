import { RULES } from "../../core/rules/table.ts";
import type { Finding, Severity } from "../../core/rules/finding.ts";
import type { Sign } from "../text/glyphs.ts";
import { shortName } from "./lease-words.ts";

/** The sign of a finding. */
export const FINDING_SIGNS: Readonly<Record<Severity, Sign>> = {
  critical: "bad",
  warning: "warn",
  unknown: "unknown",
};

const TITLES = new Map(RULES.map(({ id, title }) => [id, title]));

/** A finding in a few words: in full, and short. */
export function findingWords({ id, subject }: Finding): readonly [long: string, short: string] {
  const [after, alone] = TITLES.get(id) ?? [id, id];
  return [`${shortName(subject)}: ${after}`, alone];
}
