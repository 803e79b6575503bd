import type { LeaseRow, Standing } from "../model/assessment.ts";
import { duration, integer } from "./format.ts";
import type { LeaseChange } from "./changes.ts";
import type { Cell, Column, TableStyle, Tone } from "./table.ts";
import { NONE, tablePrinter, UNKNOWN } from "./table.ts";

const TONES: Readonly<Record<Standing, Tone | undefined>> = {
  held: "good",
  late: "look",
  leaderless: "bad",
  orphaned: undefined,
  unknown: "look",
};

export const LEADER_COLUMNS: readonly Column<LeaseRow>[] = [
  { head: "COMPONENT", cell: (row) => row.record.name },
  { head: "HOLDER", cell: holder },
  {
    head: "STATE",
    atLeast: "expired".length,
    cell: (row) => ({ text: state(row), tone: TONES[row.standing] }),
  },
  { head: "RENEWED", atLeast: "15.0 s ago".length, cell: renewed },
  { head: "DURATION", cell: ({ record }) => seconds(record.leaseDurationSeconds) },
  { head: "ACQUIRED", cell: ({ record }) => toTheSecond(record.acquireTime) },
  { head: "TRANSITIONS", cell: ({ record }) => count(record.leaseTransitions) },
  { head: "ENDS IN", wide: true, cell: endsIn },
  { head: "KIND", wide: true, cell: ({ record }) => record.kind },
  { head: "RENEW TIME", wide: true, cell: ({ record }) => record.renewTime ?? NONE },
  { head: "ACQUIRE TIME", wide: true, cell: ({ record }) => record.acquireTime ?? NONE },
  { head: "HOLDER IDENTITY", wide: true, cell: ({ record }) => record.holderIdentity || NONE },
];

/** Writes rows of leases, those of leases that are gone among them; heads once, columns never narrower. */
export function leaderPrinter(style: TableStyle): (rows: readonly LeaseChange[]) => string {
  const columns = LEADER_COLUMNS.map((column): Column<LeaseChange> => {
    const cell = ({ row, deleted }: LeaseChange): Cell =>
      deleted && column.head === "STATE" ? { text: "deleted", tone: "bad" } : column.cell(row);
    return { ...column, cell };
  });
  return tablePrinter(columns, style);
}

function state({ status, standing, gone }: LeaseRow): string {
  if (gone) return "gone";
  return standing === "orphaned" ? standing : status.state;
}

function holder({ status }: LeaseRow): string {
  if (status.state === "vacant") return NONE;
  return status.holder?.host ?? UNKNOWN;
}

function renewed({ basis, renewedAgo }: LeaseRow): string {
  return basis === "unknown" ? UNKNOWN : `${duration(renewedAgo)} ago`;
}

function endsIn({ status }: LeaseRow): string {
  switch (status.state) {
    case "held":
    case "late":
      return duration(status.expiresIn);
    case "expired":
      return `${duration(status.expiredFor)} ago`;
    case "vacant":
      return NONE;
    case "unknown":
      return UNKNOWN;
  }
}

function seconds(value: number | undefined): string {
  return value === undefined ? NONE : `${value} s`;
}

function count(value: number | undefined): string {
  return value === undefined ? NONE : integer(value);
}

/** A time as received without its fraction; `-o wide` has all digits. */
function toTheSecond(time: string | undefined): string {
  return time?.replace(/\.\d+(?=Z$|[+-])/, "") ?? NONE;
}
