import { connectEtcd } from "../etcd/connect.ts";
import type { EtcdClientFlags } from "../etcd/endpoints.ts";
import { findEtcd } from "../etcd/endpoints.ts";
import type { EtcdAccess } from "../observe/etcd.ts";
import type { AskDate } from "../observe/member-clock.ts";
import type { Io } from "./io.ts";

/** What the flags and the environment name of etcd, ready to be asked. Throws Problem. */
export async function openEtcd(flags: EtcdClientFlags, io: Io): Promise<EtcdAccess> {
  const way = await findEtcd(flags, io.env);
  if (!way.found) return way;
  const { targets, clientCertificateEnds, tls } = way;
  const ask: AskDate = async (target, call) =>
    (await import("../etcd/member-date.ts")).askDate(target, tls, call);
  return { found: true, targets, clientCertificateEnds, open: await connectEtcd(way), askDate: ask };
}
