import type { HashRow, HashVerdict } from "../core/etcd/hash.ts";
import type { Instant } from "../core/facts/time.ts";
import type { Reason } from "./document.ts";
import { API_VERSION, reasonOf, toMillis } from "./document.ts";
import type { Column, TableStyle, Tone } from "./table.ts";
import { lineText, NONE, table, UNKNOWN } from "./table.ts";
import { integer, latency } from "./format.ts";
import { bytes } from "../text/bytes.ts";

/** All that asking for hashes came to. */
export interface HashReport {
  readonly now: Instant;
  /** undefined: nobody could be asked */
  readonly revision: bigint | undefined;
  readonly rows: readonly HashRow[];
  readonly verdict: HashVerdict;
}

/** `kubectl ha etcd hash -o json`. */
export interface EtcdHashDocument {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: "EtcdHash";
  readonly time: string;
  readonly verdict: HashVerdict["state"];
  readonly message: string;
  readonly revision: bigint | null;
  readonly members: readonly MemberHashDocument[];
}

/** One member's hash. `compactRevision` -1: never compacted; null with a `reason` if there is no hash. */
export interface MemberHashDocument {
  readonly name: string;
  readonly endpoint: string;
  readonly role: string;
  readonly state: HashRow["answer"]["state"];
  readonly hash: number | null;
  readonly compactRevision: bigint | null;
  readonly tookSeconds: number | null;
  readonly reason: Reason | null;
}

const TONES: Readonly<Record<HashVerdict["state"], Tone>> = {
  identical: "good",
  diverged: "bad",
  inconclusive: "look",
};

/** The columns of `etcdctl endpoint hashkv`, and whose hash it is, up to what it was compacted, and how long it took. */
const HASH_COLUMNS: readonly Column<HashRow>[] = [
  { head: "MEMBER", cell: ({ member }) => member.name },
  { head: "ENDPOINT", cell: ({ member }) => member.endpoint },
  { head: "ROLE", cell: ({ member }) => member.role },
  { head: "HASH", cell: ({ answer }) => (answer.state === "hashed" ? String(answer.hash) : UNKNOWN) },
  {
    head: "COMPACT REVISION",
    cell: ({ answer }) =>
      answer.state !== "hashed"
        ? UNKNOWN
        : answer.compactRevision < 0n
          ? NONE
          : integer(answer.compactRevision),
  },
  { head: "TOOK", cell: ({ answer }) => (answer.state === "hashed" ? latency(answer.took) : UNKNOWN) },
  {
    head: "REASON",
    cell: ({ answer }) =>
      answer.state === "hashed" ? NONE : { text: answer.failure.text, tone: "look" as const },
  },
];

/** A row a member, and the verdict as the last line. */
export function hashTable({ rows, verdict }: HashReport, style: TableStyle): string {
  const line = lineText({ text: verdict.text, tone: TONES[verdict.state] }, style.colour);
  const heading = verdict.state === "inconclusive" ? "inconclusive: " : "";
  return `${rows.length === 0 ? "" : `${table(HASH_COLUMNS, rows, style)}\n`}${heading}${line}\n`;
}

/** The same as a document. */
export function hashDocument({ now, revision, rows, verdict }: HashReport): EtcdHashDocument {
  return {
    apiVersion: API_VERSION,
    kind: "EtcdHash",
    time: new Date(now.wall).toISOString(),
    verdict: verdict.state,
    message: verdict.text,
    revision: revision ?? null,
    members: rows.map(({ member, answer }) => {
      const hashed = answer.state === "hashed" ? answer : undefined;
      return {
        name: member.name,
        endpoint: member.endpoint,
        role: member.role,
        state: answer.state,
        hash: hashed?.hash ?? null,
        compactRevision: hashed?.compactRevision ?? null,
        tookSeconds: toMillis(hashed?.took),
        reason: reasonOf(answer.state === "hashed" ? undefined : answer.failure),
      };
    }),
  };
}

/** What it costs, said before: to a person, on one line. */
export function hashCost(rows: readonly HashRow["member"][], revision: bigint): string {
  const names = rows.map(({ name }) => name).join(", then ");
  const sizes = rows.map(({ status }) => status?.dbSizeInUse ?? 0n);
  const largest = sizes.reduce((top, size) => (size > top ? size : top), 0n);
  return (
    `Hashing all keys at revision ${revision}, one member at a time: ${names}. Each member reads its whole ` +
    `database (up to ${bytes(largest)} in use) and delays its writes: about one second for a million keys.\n`
  );
}
