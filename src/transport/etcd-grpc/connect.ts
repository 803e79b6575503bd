import type { EtcdApi } from "../etcd-api.ts";
import type { EtcdIdentity } from "./config.ts";
import type { EtcdTarget } from "../../core/etcd/address.ts";

/** Opens the way to one member; nothing is sent before the first question. */
export type OpenMember = (target: EtcdTarget) => EtcdApi;

/** Loads what speaks gRPC, which takes some 60 ms, only now that it is needed. */
export async function connectEtcd(identity: EtcdIdentity): Promise<OpenMember> {
  const { MemberClient } = await import("./member-client.ts");
  return (target) => new MemberClient(target, identity);
}
