import type { LeaseRow } from "../model/assessment.ts";
import { evidenceWords } from "../model/evidence-words.ts";
import type { Column } from "./table.ts";
import { NONE, UNKNOWN } from "./table.ts";

/** What the pod and the node of a lease's holder tell of it. */
export const EVIDENCE_COLUMN: Column<LeaseRow> = {
  head: "EVIDENCE",
  wide: true,
  cell: ({ evidence }) => evidenceWords(evidence)[0] ?? (evidence === undefined ? NONE : UNKNOWN),
};
