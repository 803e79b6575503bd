import type { EtcdTransport } from "../etcd-api.ts";
import type { EtcdIdentity } from "./config.ts";
import type { EtcdTarget } from "../../core/facts/route.ts";
import { DIRECT, directRoute } from "../../core/etcd/routes.ts";

/** The members that were given, and how to be known to them. */
export type DirectMembers = EtcdIdentity & { readonly targets: readonly EtcdTarget[] };

/**
 * The members at given addresses, over gRPC; others are reached at the addresses that they list. Loads what speaks gRPC,
 * which takes some 60 ms, only now that it is needed.
 */
export async function connectEtcd({ targets, ...identity }: DirectMembers): Promise<EtcdTransport> {
  const { MemberClient } = await import("./member-client.ts");
  return {
    name: DIRECT,
    // What was given never changes.
    async *discover() {
      yield await Promise.resolve(targets.map(directRoute));
    },
    open({ to, key }) {
      if ("endpoint" in to) return new MemberClient(to, identity);
      throw new Error(`${key} leads to no address`);
    },
  };
}
