import type { EtcdCall } from "../../transport/etcd-api.ts";
import type { MemberRow } from "../../core/assessment.ts";
import { routeFor } from "../../core/etcd/routes.ts";
import type { EtcdTransports } from "./access.ts";
import { openRoute } from "./access.ts";
import type { HashAnswer } from "../../core/etcd/hash.ts";
import type { Clock } from "../async/clock.ts";
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
export async function askHash(
  { transports, member: { name, routes }, call, clock }: Asking,
  revision: bigint,
): Promise<HashAnswer> {
  const serving = routeFor("hash", routes);
  if (serving === undefined) {
    const text = `no route to ${cleanText(name)} serves a hash`;
    return { state: "failed", failure: { code: "unsupported", text } };
  }
  const api = openRoute(transports, serving.route);
  let sentAt = clock();
  const sent = (): void => {
    sentAt = clock();
  };
  try {
    const answer = await api.hash(revision, { ...call, sent });
    return { state: "hashed", ...answer, took: secondsBetween(sentAt, clock()) };
  } catch (error) {
    return { state: "failed", failure: failureOf(error) };
  } finally {
    api.close();
  }
}
