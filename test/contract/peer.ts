import type { StatusDocument } from "../../src/output/etcd-document.ts";
import type { Ended } from "./program.ts";
import { kubectlHa, parseExact, runProgram } from "./program.ts";

/** A row of `etcdctl endpoint status -w json`; what is zero or empty is absent. */
export interface EndpointStatus {
  readonly Endpoint: string;
  readonly Status: {
    readonly header: { readonly cluster_id: bigint; readonly member_id: bigint; readonly revision: bigint };
    readonly version: string;
    readonly storageVersion?: string;
    readonly dbSize: bigint;
    readonly dbSizeInUse: bigint;
    readonly dbSizeQuota?: bigint;
    readonly leader?: bigint;
    readonly isLearner?: boolean;
    readonly errors?: readonly string[];
    readonly raftIndex: bigint;
    readonly raftTerm: bigint;
    readonly raftAppliedIndex: bigint;
    readonly downgradeInfo?: { readonly enabled?: boolean; readonly targetVersion?: string };
  };
}

/** `etcdctl member list -w json`. */
export interface MemberList {
  readonly members: readonly {
    readonly ID: bigint;
    readonly name?: string;
    readonly peerURLs: readonly string[];
    readonly clientURLs?: readonly string[];
    readonly isLearner?: boolean;
  }[];
}

/** What it wrote; it must not have failed. */
export function written(ended: Ended): string {
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  return ended.stdout;
}

/** What etcdctl says, exact in all 64 bits. It may fail for one of its endpoints: the others are written all the same. */
export async function etcdctl(env: Record<string, string>, ...args: readonly string[]): Promise<unknown> {
  return parseExact((await runProgram("etcdctl", [...args, "-w", "json"], env)).stdout);
}

/** On a busy machine an answer may take its time; none of what is tested with it depends on a deadline. */
export const PATIENT: readonly string[] = ["--request-timeout", "20s"];

/** A document as JSON.parse reads it: its 64-bit numbers, none of which exceeds 2^53 in these tests, as numbers. */
export type Parsed<T> = T extends bigint
  ? number
  : T extends object
    ? { readonly [K in keyof T]: Parsed<T[K]> }
    : T;

/** The document that a command of ours about etcd writes, however it ends. */
export async function document<D>(
  env: Record<string, string>,
  ...args: readonly string[]
): Promise<Parsed<D>> {
  return JSON.parse((await kubectlHa([...args, "-o", "json", ...PATIENT], env)).stdout) as Parsed<D>;
}

/** Asks the peer, us, and the peer again, until both of the peer's answers are of one time. */
export async function between<P, O>(
  peer: () => Promise<P>,
  ours: () => Promise<O>,
  isSame: (before: P, after: P) => boolean,
): Promise<{ before: P; answer: O; after: P }> {
  for (let tries = 0; tries < 5; tries += 1) {
    const before = await peer();
    const answer = await ours();
    const after = await peer();
    if (isSame(before, after)) return { before, answer, after };
  }
  throw new Error("the cluster did not stand still for a moment");
}

/** Expects that a 64-bit number lies between two of the peer's. */
export function expectBetween(
  before: bigint | string,
  ours: number | string | null | undefined,
  after: bigint | string,
): void {
  const value = BigInt(ours ?? -1);
  expect(value >= BigInt(before) && value <= BigInt(after) ? "between" : [before, value, after]).toBe(
    "between",
  );
}

/** Expects of a member all that etcdctl says of it, before and after. */
export function expectStatus(
  ours: Parsed<StatusDocument> | null | undefined,
  first: EndpointStatus["Status"],
  last: EndpointStatus["Status"],
): void {
  const { header, downgradeInfo } = first;
  expect(ours).toMatchObject({
    clusterID: header.cluster_id.toString(16),
    memberID: header.member_id.toString(16),
    leaderID: first.leader?.toString(16) ?? null,
    version: first.version,
    storageVersion: first.storageVersion ?? null,
    raftTerm: Number(first.raftTerm),
    dbSizeQuotaBytes: first.dbSizeQuota === undefined ? null : Number(first.dbSizeQuota),
    isLearner: first.isLearner ?? false,
    errors: first.errors ?? [],
    downgrade:
      downgradeInfo === undefined
        ? null
        : { enabled: downgradeInfo.enabled ?? false, targetVersion: downgradeInfo.targetVersion ?? "" },
  });
  expectBetween(header.revision, ours?.revision, last.header.revision);
  expectBetween(first.raftIndex, ours?.raftIndex, last.raftIndex);
  expectBetween(first.raftAppliedIndex, ours?.raftAppliedIndex, last.raftAppliedIndex);
  expectBetween(first.dbSize, ours?.dbSizeBytes, last.dbSize);
}
