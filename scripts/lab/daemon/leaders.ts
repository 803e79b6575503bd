import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { inLab } from "../paths.ts";
import type { LeaderRole } from "../target.ts";
import { labNodes, PORTS } from "../topology.ts";
import type { LabNode, LabSpec } from "../topology.ts";
import type { Api } from "./api.ts";

const run = promisify(execFile);

/** What etcdctl prints with `-w fields` about one member; IDs and terms are 64 bits wide. */
export type MemberStatus = { member: bigint; leader: bigint; term: bigint };

/** The name of the node that leads, by asking the real components. Throws one line if nobody is known to. */
export function findLeader(role: LeaderRole, spec: LabSpec, api: Api): Promise<string> {
  return role === "etcd" ? etcdLeader(spec) : leaseHolder(`kube-${role}`, spec, api);
}

async function leaseHolder(name: string, spec: LabSpec, api: Api): Promise<string> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/${name}`;
  const answer = await Promise.any(
    labNodes(spec).map(async (node) => {
      const { status, body } = await api.ask(node.number, { method: "GET", path });
      if (status !== 200) throw new Error(`status ${status}`);
      return body;
    }),
  ).catch(() => {
    throw new Error(`cannot tell who leads: no API server answers for the lease ${name}`);
  });
  const holder = holderOf(answer);
  const node = labNodes(spec).find(
    (candidate) => candidate.name === holder.slice(0, holder.lastIndexOf("_")),
  );
  if (node === undefined)
    throw new Error(`nobody leads: the lease ${name} is held by ${JSON.stringify(holder)}`);
  return node.name;
}

function holderOf(lease: unknown): string {
  const { spec } = lease as { spec?: { holderIdentity?: unknown } };
  return typeof spec?.holderIdentity === "string" ? spec.holderIdentity : "";
}

async function etcdLeader(spec: LabSpec): Promise<string> {
  const answers = await Promise.all(
    labNodes(spec).map(async (node) => ({
      node,
      status: await memberStatus(spec, node).catch(() => undefined),
    })),
  );
  const leaders = answers.flatMap(({ node, status }) =>
    status !== undefined && status.leader === status.member ? [{ node, term: status.term }] : [],
  );
  // Two members may both say that they lead for a moment: the higher term is right.
  const [leader] = leaders.toSorted((a, b) => (a.term > b.term ? -1 : 1));
  if (leader === undefined) throw new Error("nobody leads: no etcd member says that it is the leader");
  return leader.node.name;
}

async function memberStatus(spec: LabSpec, node: LabNode): Promise<MemberStatus> {
  const pki = join(inLab.pki(spec.dir), "etcd");
  const { stdout } = await run(
    join(spec.bin, "etcdctl"),
    [
      `--endpoints=https://${node.address}:${PORTS.etcdClient}`,
      `--cacert=${pki}/ca.crt`,
      `--cert=${pki}/client.crt`,
      `--key=${pki}/client.key`,
      "--command-timeout=2s",
      "--dial-timeout=1s",
      "endpoint",
      "status",
      "--write-out=fields",
    ],
    { timeout: 4000 },
  );
  return parseMemberStatus(stdout);
}

/** Reads etcdctl's `-w fields`. A leader of 0 means that the member knows none. */
export function parseMemberStatus(fields: string): MemberStatus {
  const field = (name: string): bigint =>
    BigInt(new RegExp(`^"${name}" : (\\d+)$`, "m").exec(fields)?.[1] ?? 0);
  return { member: field("MemberID"), leader: field("Leader"), term: field("RaftTerm") };
}
