import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Lab } from "../../scripts/lab/lab.ts";

/** Something that cannot be done, how it must end, and what must be said of it. */
export interface Bad {
  readonly args: readonly string[];
  readonly code: 1 | 2;
  readonly says: RegExp;
}

/** `{etcd-ca}`: a certificate authority that signed no API server. `{folder}`: where the bad files are. */
export const BAD: readonly Bad[] = [
  { args: ["statsu"], code: 2, says: /unknown command "statsu" for "kubectl ha", did you mean status\?/ },
  { args: ["status", "--contxt", "x"], code: 2, says: /unknown flag "--contxt", did you mean --context\?/ },
  {
    args: ["leaders", "-o", "xml"],
    code: 2,
    says: /invalid value "xml" for --output: must be one of table, wide, json, yaml/,
  },
  { args: ["leaders", "--as-group", "x"], code: 2, says: /--as/ },
  {
    args: ["leaders", "--kubeconfig", "{folder}/none"],
    code: 1,
    says: /cannot read the kubeconfig .*none: no such file; choose another with --kubeconfig/,
  },
  {
    args: ["leaders", "--kubeconfig", "{folder}"],
    code: 1,
    says: /cannot read the kubeconfig .*: is a directory; choose another with --kubeconfig/,
  },
  {
    args: ["leaders", "--kubeconfig", "{folder}/not-yaml"],
    code: 1,
    says: /invalid kubeconfig .*not-yaml: not YAML/,
  },
  {
    args: ["leaders", "--kubeconfig", "{folder}/not-a-config"],
    code: 1,
    says: /invalid kubeconfig: .*is not a mapping/,
  },
  {
    args: ["leaders", "--context", "nope"],
    code: 1,
    says: /context "nope" does not exist in .*; choose with --context: /,
  },
  {
    args: ["leaders", "--user", "nope"],
    code: 1,
    says: /user "nope" does not exist in .*; choose with --user: /,
  },
  {
    args: ["leaders", "--tls-server-name", "elsewhere"],
    code: 1,
    says: /certificate of .* does not match the host name: .*; check --certificate-authority and --tls-server-name/,
  },
  {
    args: ["leaders", "-s", "https://127.0.0.1:1"],
    code: 1,
    says: /connection refused by 127\.0\.0\.1:1; check that the API server runs/,
  },
  {
    args: ["leaders", "-s", "https://no-such-host.invalid"],
    code: 1,
    says: /host name of no-such-host\.invalid:443 does not resolve; correct the server/,
  },
  {
    args: ["leaders", "--certificate-authority", "{etcd-ca}"],
    code: 1,
    says: /certificate of .* signed by unknown authority; check --certificate-authority/,
  },
  {
    args: ["leaders", "--kubeconfig", "{folder}/nobody", "--token", "nonsense"],
    code: 1,
    says: /rejected the credentials .*401.*; use other credentials/,
  },
  {
    args: ["leaders", "--as", "bob"],
    code: 1,
    says: /User "bob" cannot list resource "leases".*; grant get, list and watch on leases/,
  },
  { args: ["version", "-s", "https://127.0.0.1:1"], code: 1, says: /connection refused by 127\.0\.0\.1:1/ },
  {
    args: ["status", "--etcd-cacert", "{folder}/none"],
    code: 1,
    says: /cannot read --etcd-cacert .*none: no such file; give a PEM file/,
  },
  {
    args: ["status", "--etcd-endpoints", "ftp://x"],
    code: 2,
    says: /invalid endpoint "ftp:\/\/x" in --etcd-endpoints; use https:/,
  },
  {
    args: ["status", "-s", "https://127.0.0.1:1", "--etcd-endpoints", "https://127.0.0.1:1"],
    code: 1,
    says: /cannot read the leases or etcd: connection refused by 127\.0\.0\.1:1; check that the API server runs/,
  },
  { args: ["top"], code: 1, says: /top requires a terminal/ },
  {
    args: ["completion", "tcsh"],
    code: 2,
    says: /unsupported shell "tcsh": must be one of bash, zsh, fish, powershell; see/,
  },
  {
    args: ["completion", "--install", "{folder}"],
    code: 1,
    says: /not on PATH, where kubectl looks for the helper; add it to PATH, or choose another/,
  },
  {
    args: ["leaders", "nobody"],
    code: 1,
    says: /lease "nobody" not found in namespace kube-system; leases found: kube-scheduler, kube-con/,
  },
  {
    args: ["etcd", "status", "nobody"],
    code: 1,
    says: /etcd member "nobody" not found; members: cp-1, cp-2, cp-3/,
  },
];

/** Writes the files that the table names. */
export async function writeBadFiles(lab: Lab, folder: string): Promise<void> {
  writeFileSync(join(folder, "not-yaml"), "a: b: c");
  writeFileSync(join(folder, "not-a-config"), "[]");
  const text = await lab.kubectl(["config", "view", "--raw", "-o", "json"]);
  const config = JSON.parse(text) as {
    readonly clusters: readonly { readonly cluster: { readonly "certificate-authority-data": string } }[];
    readonly users: { user: object }[];
  };
  const ca = config.clusters[0]?.cluster["certificate-authority-data"] ?? "";
  writeFileSync(join(folder, "kube-ca"), Buffer.from(ca, "base64"));
  for (const entry of config.users) entry.user = {};
  writeFileSync(join(folder, "nobody"), JSON.stringify(config));
}
