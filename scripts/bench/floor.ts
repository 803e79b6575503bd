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
export async function nodeRequest(env: Env, lab: Lab): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-floor-"));
  const file = join(folder, "request.cjs");
  try {
    writeFileSync(file, bareRequest(await connectionOf(lab)));
    return await alternately(env, {
      ...NO_TARGET,
      measure: "Node alone: one GET of the leases by `node:https`, exec to exit",
      peerName: `\`${GET_LEASES}\``,
      ours: () => timeLine(`${process.execPath} ${file}`, env),
      peer: () => timeLine(GET_LEASES, env),
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
