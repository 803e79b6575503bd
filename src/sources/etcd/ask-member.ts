import type { EtcdApi, EtcdCall } from "../../transport/etcd-api.ts";
import type { OpenMember } from "../../transport/etcd-grpc/connect.ts";
import type { EtcdTarget } from "../../core/etcd/address.ts";
import { targetsOf } from "../../core/etcd/resolve.ts";
import type { QuorumRead } from "../../core/etcd/health.ts";
import type { HashAnswer } from "../../core/etcd/hash.ts";
import type { ListedMember } from "../../core/facts/member.ts";
import type { Clock } from "../async/clock.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { secondsBetween } from "../../core/facts/time.ts";

/** How one member is asked by itself: over a connection of its own, which ends with the answer. */
export interface Asking {
  readonly open: OpenMember;
  readonly target: EtcdTarget;
  readonly call: EtcdCall;
  readonly clock: Clock;
}

/** Asks a member for the hash of its data at `revision`: how long that took it, without connecting. It never throws. */
export async function askHash(asking: Asking, revision: bigint): Promise<HashAnswer> {
  const { clock } = asking;
  let sentAt = clock();
  const sent = (): void => {
    sentAt = clock();
  };
  const { answer, failure } = await ask(asking, (member, call) => member.hash(revision, { ...call, sent }));
  if (answer === undefined) return { state: "failed", failure };
  return { state: "hashed", ...answer, took: secondsBetween(sentAt, clock()) };
}

/** Asks a member for a read through the majority. It never throws. */
export async function askQuorumRead(asking: Asking): Promise<QuorumRead> {
  const { took, failure } = await ask(asking, throughQuorum);
  return { took, failure };
}

/** The same over a connection that is there, and stays. */
export async function quorumRead(member: EtcdApi, call: EtcdCall, clock: Clock): Promise<QuorumRead> {
  const { took, failure } = await timed(member, call, clock, throughQuorum);
  return { took, failure };
}

async function throughQuorum(member: EtcdApi, call: EtcdCall): Promise<true> {
  await member.readThroughQuorum(call);
  return true;
}

type Asked<T> = { readonly took: number } & (
  | { readonly answer: T; readonly failure: undefined }
  | { readonly answer: undefined; readonly failure: ReturnType<typeof failureOf> }
);

type Question<T> = (member: EtcdApi, call: EtcdCall) => Promise<T>;

async function ask<T>({ open, target, call, clock }: Asking, question: Question<T>): Promise<Asked<T>> {
  const member = open(target);
  try {
    return await timed(member, call, clock, question);
  } finally {
    member.close();
  }
}

async function timed<T>(
  member: EtcdApi,
  call: EtcdCall,
  clock: Clock,
  question: Question<T>,
): Promise<Asked<T>> {
  const asked = clock();
  try {
    const answer = await question(member, call);
    return { answer, failure: undefined, took: secondsBetween(asked, clock()) };
  } catch (error) {
    return { answer: undefined, failure: failureOf(error), took: secondsBetween(asked, clock()) };
  }
}

/** How the member at `endpoint` is reached: as it was given, or as the member list has it. */
export function targetOf(
  endpoint: string,
  given: readonly EtcdTarget[],
  list: readonly ListedMember[],
): EtcdTarget {
  return (
    [...given, ...list.flatMap(targetsOf)].find((target) => target.endpoint === endpoint) ?? {
      endpoint,
      secure: true,
    }
  );
}
