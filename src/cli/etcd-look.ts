import type { OpenMember } from "../etcd/connect.ts";
import type { EtcdTarget } from "../etcd/endpoints.ts";
import type { EtcdMembersSummary, MemberRow } from "../model/assessment.ts";
import { UserError } from "../model/problem.ts";
import type { Attempt } from "../model/observation.ts";
import type { Seconds } from "../model/time.ts";
import type { Asking } from "../observe/ask-member.ts";
import { targetOf } from "../observe/ask-member.ts";
import { observeEtcdOnce } from "../observe/etcd-once.ts";
import type { EtcdCommand } from "./command.ts";
import { lookOnce } from "./follow.ts";
import type { Io } from "./io.ts";
import { openEtcd } from "./open-etcd.ts";

/** Seconds to wait for one answer of a member that tells of itself. */
export const DEADLINE: Seconds = 1.5;

/** Which members there are, and how each is asked on by itself. */
export interface EtcdLook {
  readonly etcd: EtcdMembersSummary;
  readonly asking: (row: MemberRow, timeout: Seconds) => Asking;
}

/** One look at all members, before they are asked for more. Throws Problem if there is no way to any. */
export async function lookAtEtcd(command: EtcdCommand, io: Io): Promise<EtcdLook> {
  const route = await openEtcd(command.etcd, io);
  if (!route.found) throw noWay(route.tried);
  const { open, targets } = route;
  const timeout = command.requestTimeout ?? DEADLINE;
  const source = { etcd: route, timeout, clock: io.clock };
  const { etcd } = await lookOnce(observeEtcdOnce(source, io.interrupted), io);
  if (etcd.state !== "members") throw new UserError("etcd was not asked: the program was interrupted");
  return { etcd, asking: (row, longest) => asking(row, longest, { open, targets, etcd, io }) };
}

/** That no way to etcd was found, and what was tried. */
export function noWay(tried: readonly Attempt[]): UserError {
  const all = tried.map(({ route, outcome }) => `${route} ${outcome}`).join(", ");
  return new UserError(`no way to etcd: ${all}; give --etcd-endpoints or ETCDCTL_ENDPOINTS`);
}

interface Known {
  readonly open: OpenMember;
  readonly targets: readonly EtcdTarget[];
  readonly etcd: EtcdMembersSummary;
  readonly io: Io;
}

function asking({ endpoint }: MemberRow, timeout: Seconds, { open, targets, etcd, io }: Known): Asking {
  const target = targetOf(endpoint, targets, etcd.list.members);
  return { open, target, call: { signal: io.interrupted, timeout }, clock: io.clock };
}
