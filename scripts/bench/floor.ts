import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Lab } from "../lab/lab.ts";
import { timeLine } from "./processes.ts";
import type { Row } from "./row.ts";
import { alternately, GET_LEASES } from "./start.ts";
import type { Env } from "./watched.ts";

/** What is left of a kubeconfig when everything is decided. */
interface Connection {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** The shortest program that reads the leases with Node: no kubeconfig, no flags, no table. */
const bareRequest = ({ server, ...tls }: Connection): string => `
const { get } = require("node:https");
const url = ${JSON.stringify(`${server}/apis/coordination.k8s.io/v1/namespaces/kube-system/leases`)};
get(url, ${JSON.stringify(tls)}, (response) => {
  response.resume().on("end", () => process.exit(response.statusCode === 200 ? 0 : 1));
});
`;

/** The shortest program that asks three members for their status: an empty message of gRPC each, whose answers it does not read. */
const BARE_STATUS = `
const { readFileSync } = require("node:fs");
const { connect } = require("node:http2");
const { createSecureContext } = require("node:tls");
const { ETCDCTL_CACERT, ETCDCTL_CERT, ETCDCTL_KEY, ETCDCTL_ENDPOINTS } = process.env;
const [ca, cert, key] = [ETCDCTL_CACERT, ETCDCTL_CERT, ETCDCTL_KEY].map((file) => readFileSync(file));
const secureContext = createSecureContext({ ca, cert, key });
const members = ETCDCTL_ENDPOINTS.split(",");
let answers = 0;
for (const member of members) {
  const call = connect(member, { secureContext }).request({
    ":method": "POST",
    ":path": "/etcdserverpb.Maintenance/Status",
    "content-type": "application/grpc",
    te: "trailers",
  });
  call.once("data", () => ++answers === members.length && process.exit(0));
  // An error of gRPC comes without a body, its status among the first headers.
  call.once("response", (headers) => headers["grpc-status"] && process.exit(1));
  call.end(Buffer.alloc(5));
}
`;

const NO_TARGET = { target: Infinity, aim: "none" };

/** What Node itself takes, before a line of ours: an empty program. */
export const nodeStart = (env: Env): Promise<Row[]> =>
  alternately(env, {
    ...NO_TARGET,
    measure: "Node alone: `node -e 0`, exec to exit",
    peerName: "`kubectl version --client`",
    ours: () => timeLine(`${process.execPath} -e 0`, env),
    peer: () => timeLine("kubectl version --client", env),
  });

/** The same of the shortest program that reads the leases. */
export const nodeRequest = async (env: Env, lab: Lab): Promise<Row[]> =>
  bareProgram(env, bareRequest(await connectionOf(lab)), {
    measure: "Node alone: one GET of the leases by `node:https`, exec to exit",
    peer: GET_LEASES,
  });

/** The same of the shortest program that asks each member of etcd for its status. */
export const nodeMembers = (env: Env): Promise<Row[]> =>
  bareProgram(env, BARE_STATUS, {
    measure: "Node alone: the status of three members by `node:http2`, exec to exit",
    peer: "etcdctl endpoint status --cluster",
  });

async function bareProgram(
  env: Env,
  program: string,
  { measure, peer }: { measure: string; peer: string },
): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-floor-"));
  const file = join(folder, "program.cjs");
  try {
    writeFileSync(file, program);
    return await alternately(env, {
      ...NO_TARGET,
      ...{ measure, peerName: `\`${peer}\`` },
      ours: () => timeLine(`${process.execPath} ${file}`, env),
      peer: () => timeLine(peer, env),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function connectionOf(lab: Lab): Promise<Connection> {
  const text = await lab.kubectl(["config", "view", "--raw", "-o", "json"]);
  // The lab's own kubeconfig: kubeadm's, with everything in it.
  const { clusters, users } = JSON.parse(text) as {
    clusters: readonly { cluster: Record<string, string> }[];
    users: readonly { user: Record<string, string> }[];
  };
  const [cluster, user] = [clusters[0]?.cluster ?? {}, users[0]?.user ?? {}];
  const pem = (data: string | undefined): string => Buffer.from(data ?? "", "base64").toString();
  return {
    server: cluster["server"] ?? "",
    ca: pem(cluster["certificate-authority-data"]),
    cert: pem(user["client-certificate-data"]),
    key: pem(user["client-key-data"]),
  };
}
