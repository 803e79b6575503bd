import type { Session } from "../../session.ts";
import type { EtcdMembersSummary, MemberRow } from "../../../core/assessment.ts";
import type { Attempt } from "../../../core/facts/observation.ts";
import type { Seconds } from "../../../core/facts/time.ts";
import type { Asking } from "../../../sources/etcd/ask-hash.ts";
import { UserError } from "../../../core/facts/failure.ts";
import { lookOnce } from "../../follow.ts";

/** Which members there are, and how each is asked on by itself. */
export interface EtcdLook {
  readonly etcd: EtcdMembersSummary;
  readonly asking: (row: MemberRow, timeout: Seconds) => Asking;
}

/** One look at all members, before they are asked for more. Throws UserError if there is no way to any. */
export async function lookAtEtcd(session: Session, interrupted: AbortSignal): Promise<EtcdLook> {
  const config = await session.etcd();
  if (!config.found) throw notConfigured(config.tried);
  const { transports } = config;
  const { etcd } = await lookOnce(session.look("etcd", interrupted), session);
  if (etcd.state !== "members") throw new UserError("etcd was not asked: interrupted");
  const { clock } = session;
  const asking = (member: MemberRow, timeout: Seconds): Asking => ({
    ...{ transports, member, clock },
    call: { signal: interrupted, timeout },
  });
  return { etcd, asking };
}

/** That no way to etcd was found, and what was tried. */
export function notConfigured(tried: readonly Attempt[]): UserError {
  const all = tried.map(({ route, outcome }) => `${route} ${outcome}`).join(", ");
  return new UserError(`etcd is not configured: ${all}; set one of them`);
}
