import type { EtcdClientFlags } from "../../../transport/etcd-grpc/config.ts";
import type { EtcdTarget } from "../../../core/etcd/address.ts";
import { findEtcd } from "../../../transport/etcd-grpc/config.ts";
import type { EtcdAccess } from "../../../sources/etcd/etcd.ts";
import type { AskDate } from "../../../sources/etcd/member-clock.ts";
import type { Io } from "../../io.ts";
import type { OpenMember } from "../../../transport/etcd-grpc/connect.ts";
import { connectEtcd } from "../../../transport/etcd-grpc/connect.ts";
import type { EtcdMembersSummary, MemberRow } from "../../../core/assessment.ts";
import type { Attempt } from "../../../core/facts/observation.ts";
import type { Seconds } from "../../../core/facts/time.ts";
import type { Asking } from "../../../sources/etcd/ask-member.ts";
import { targetOf } from "../../../sources/etcd/ask-member.ts";
import type { EtcdCommand } from "../../args/command.ts";
import { UserError } from "../../../core/facts/failure.ts";
import { observeEtcdOnce } from "../../../sources/etcd/etcd-once.ts";
import { lookOnce } from "../../follow.ts";

/** What the flags and the environment name of etcd, ready to be asked. Throws Problem. */
export async function openEtcd(flags: EtcdClientFlags, io: Io): Promise<EtcdAccess> {
  const route = await findEtcd(flags, io.env);
  if (!route.found) return route;
  const { targets, clientCertificateEnds, tls } = route;
  const ask: AskDate = async (target, call) =>
    (await import("../../../transport/etcd-grpc/member-date.ts")).askDate(target, tls, call);
  return { found: true, targets, clientCertificateEnds, open: await connectEtcd(route), askDate: ask };
}

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
