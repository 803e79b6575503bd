import { connectEtcd } from "../etcd/connect.ts";
import type { EtcdClientFlags } from "../etcd/endpoints.ts";
import { findEtcd } from "../etcd/endpoints.ts";
import type { EtcdAccess } from "../observe/etcd.ts";
import type { AskDate } from "../observe/member-clock.ts";
import type { Io } from "./io.ts";

/** What the flags and the environment name of etcd, ready to be asked. Throws Problem. */
export async function openEtcd(flags: EtcdClientFlags, io: Io): Promise<EtcdAccess> {
  const route = await findEtcd(flags, io.env);
  if (!route.found) return route;
  const { targets, clientCertificateEnds, tls } = route;
  const ask: AskDate = async (target, call) =>
    (await import("../etcd/member-date.ts")).askDate(target, tls, call);
  return { found: true, targets, clientCertificateEnds, open: await connectEtcd(route), askDate: ask };
}
