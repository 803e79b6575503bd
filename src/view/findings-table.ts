import type { Finding, Severity } from "../model/finding.ts";
import type { Column, Tone } from "./table.ts";

const TONES: Readonly<Record<Severity, Tone>> = { critical: "bad", warning: "look", unknown: "look" };

/** What a person should know or do something about; what to do only where there is room. */
export const FINDING_COLUMNS: readonly Column<Finding>[] = [
  { head: "SEVERITY", cell: ({ severity }) => ({ text: severity, tone: TONES[severity] }) },
  { head: "FINDING", cell: ({ id }) => id },
  { head: "SUBJECT", cell: ({ subject }) => subject },
  { head: "EVIDENCE", cell: ({ evidence }) => evidence },
  { head: "ADVICE", wide: true, cell: ({ advice }) => advice },
];
