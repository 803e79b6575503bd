import type { AddressInfo } from "node:net";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { methodOf } from "../../src/transport/etcd-grpc/services.ts";

/** Command lines that together do most of what the commands do that are run most often. */
export interface Rehearsal {
  readonly lines: readonly (readonly string[])[];
  end(): void;
}

const meta = (name: string): object => ({ name, namespace: "kube-system", uid: name, resourceVersion: "7" });
const TIME = "2026-01-01T00:00:00.000000Z";
const LEASES = ["kube-scheduler", "kube-controller-manager"].map((name) => ({
  metadata: meta(name),
  spec: {
    ...{ holderIdentity: `cp-1_${name}`, leaseDurationSeconds: 15, leaseTransitions: 1 },
    ...{ acquireTime: TIME, renewTime: TIME },
  },
}));

/** What the fake API server answers, by what the path ends in; anything else is an empty list. */
const ANSWERS: Readonly<Record<string, object>> = {
  version: { gitVersion: "v1.36.0" },
  leases: { metadata: { resourceVersion: "7" }, items: LEASES },
};
const NOTHING = { metadata: { resourceVersion: "7" }, items: [] };

/** A kubeconfig as kubeadm writes it, of the parts that need no certificate. */
const kubeconfig = (server: string): string => `apiVersion: v1
clusters:
- cluster:
    server: ${server}
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: kubernetes-admin
  name: kubernetes-admin@kubernetes
current-context: kubernetes-admin@kubernetes
kind: Config
preferences: {}
users:
- name: kubernetes-admin
  user:
    token: ${"c".repeat(2000)}
`;

/** Starts an API server and a member of etcd that answer as a calm cluster does; in `folder` goes their kubeconfig. */
export async function rehearse(folder: string): Promise<Rehearsal> {
  const api = createServer((request, response) => {
    const last = (request.url ?? "").split("?")[0]?.split("/").at(-1) ?? "";
    response.end(JSON.stringify(ANSWERS[last] ?? NOTHING));
  });
  await new Promise<void>((done) => api.listen(0, "127.0.0.1", done));
  const file = join(folder, "kubeconfig.yaml");
  writeFileSync(file, kubeconfig(`http://127.0.0.1:${(api.address() as AddressInfo).port}`));
  const [etcd, port] = await startMember();
  const at = ["--kubeconfig", file];
  const endpoints = ["--etcd-endpoints", `http://127.0.0.1:${port}`];
  return {
    lines: [
      ["--help"],
      ["version", "--client"],
      ["leaders", ...at],
      ["status", ...at, ...endpoints],
      ["etcd", "status", ...endpoints],
    ],
    end: () => {
      api.closeAllConnections();
      api.close();
      etcd.forceShutdown();
    },
  };
}

async function startMember(): Promise<[Server, number]> {
  const etcd = new Server();
  const header = { cluster_id: "1", member_id: "1", revision: "7", raft_term: "2" };
  const status = {
    header,
    version: "3.6.0",
    leader: "1",
    raftIndex: "9",
    raftTerm: "2",
    raftAppliedIndex: "9",
  };
  const members = [{ ID: "1", name: "cp-1", peerURLs: [], clientURLs: [] }];
  const answers = [
    [methodOf("Maintenance", "Status"), status],
    [methodOf("Cluster", "MemberList"), { header, members }],
  ] as const;
  for (const [method, answer] of answers)
    etcd.addService(
      { it: method },
      {
        it: (_: unknown, reply: (error: null, value: object) => void) => {
          reply(null, answer);
        },
      },
    );
  const port = await new Promise<number>((done, fail) => {
    etcd.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) done(bound);
      else fail(error);
    });
  });
  return [etcd, port];
}
