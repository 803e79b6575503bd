import type { EtcdApi, EtcdCall } from "../../transport/etcd-api.ts";
import type { MemberRow } from "../../core/assessment.ts";
import type { Question } from "../../core/etcd/routes.ts";
import { routeFor } from "../../core/etcd/routes.ts";
import type { Route } from "../../core/facts/route.ts";
import type { EtcdTransports } from "./access.ts";
import { openRoute } from "./access.ts";
import type { QuorumRead } from "../../core/etcd/health.ts";
import type { HashAnswer } from "../../core/etcd/hash.ts";
import type { Clock } from "../async/clock.ts";
import type { Failure } from "../../core/facts/failure.ts";
import { cleanText } from "../../text/clean.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { secondsBetween } from "../../core/facts/time.ts";

/** How one member is asked by itself: over a connection of its own, which ends with the answer. */
export interface Asking {
  readonly transports: EtcdTransports;
  readonly member: Pick<MemberRow, "name" | "routes">;
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
  const { answer, failure } = await ask(asking, "hash", (member, call) =>
    member.hash(revision, { ...call, sent }),
  );
  if (answer === undefined) return { state: "failed", failure };
  return { state: "hashed", ...answer, took: secondsBetween(sentAt, clock()) };
}

/** Asks a member for a read through the majority. It never throws. */
export async function askQuorumRead(asking: Asking): Promise<QuorumRead> {
  const { took, failure } = await ask(asking, "linearizable", throughQuorum);
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

type Put<T> = (member: EtcdApi, call: EtcdCall) => Promise<T>;

async function ask<T>(
  { transports, member: { name, routes }, call, clock }: Asking,
  question: Question,
  put: Put<T>,
): Promise<Asked<T>> {
  const serving = servingRoute(question, routes, transports);
  if (serving === undefined) return { answer: undefined, failure: notServed(question, name), took: 0 };
  const member = openRoute(transports, serving);
  try {
    return await timed(member, call, clock, put);
  } finally {
    member.close();
  }
}

/** Which of a member's routes serves a question, see routeFor; nothing is sent. Undefined: none does. */
export function servingRoute(
  question: Question,
  routes: MemberRow["routes"],
  transports: EtcdTransports,
): Route | undefined {
  const usable = routes.map(({ route, answers }) => {
    const member = openRoute(transports, route);
    member.close();
    return { route, answers, can: member.can };
  });
  return routeFor(question, usable)?.route;
}

const SERVED: Readonly<Partial<Record<Question, string>>> = {
  hash: "serves a hash",
  linearizable: "serves a read that needs quorum",
};

/** That a question cannot be asked of a member over any of its routes. */
export function notServed(question: Question, name: string): Failure {
  return { code: "unsupported", text: `no route to ${cleanText(name)} ${SERVED[question] ?? "serves this"}` };
}

async function timed<T>(member: EtcdApi, call: EtcdCall, clock: Clock, put: Put<T>): Promise<Asked<T>> {
  const asked = clock();
  try {
    const answer = await put(member, call);
    return { answer, failure: undefined, took: secondsBetween(asked, clock()) };
  } catch (error) {
    return { answer: undefined, failure: failureOf(error), took: secondsBetween(asked, clock()) };
  }
}
