import type { Lab } from "../../scripts/lab/lab.ts";
import type { ClientFlags } from "../../src/transport/kube-http/select.ts";
import { join } from "node:path";
import { labNodes, PORTS } from "../../scripts/lab/topology.ts";
import { eventually } from "./support.ts";
import { kubeOf } from "./watcher.ts";

/**
 * The flags of a new service account that may do `verbs` with leases in kube-system, and nothing else. The kubeconfig's
 * own client certificate would win over a token.
 */
export async function asAccount(lab: Lab, name: string, verbs: string): Promise<Partial<ClientFlags>> {
  const kube = await kubeOf(lab);
  const { server } = kube;
  kube.close();
  return {
    kubeconfig: "/dev/null",
    server: `https://${server}`,
    certificateAuthority: join(lab.spec.dir, "pki/ca.crt"),
    token: await tokenFor(lab, name, verbs),
  };
}

async function tokenFor(lab: Lab, name: string, verbs: string): Promise<string> {
  const role = ["role", name, `--verb=${verbs}`, "--resource=leases.coordination.k8s.io"];
  const binding = ["rolebinding", name, `--role=${name}`, `--serviceaccount=default:${name}`];
  await lab.kubectl(["create", "serviceaccount", name]);
  await lab.kubectl(["create", "-n", "kube-system", ...role]);
  await lab.kubectl(["create", "-n", "kube-system", ...binding]);
  const [verb = ""] = verbs.split(",");
  await mayEverywhere(lab, `system:serviceaccount:default:${name}`, verb, "kube-system");
  return (await lab.kubectl(["create", "token", name])).trim();
}

/**
 * Waits until every API server lets `who` do `verb` with the leases of a namespace. Each goes by what it has heard of
 * roles itself, and one that has just started by nothing for a while.
 */
export async function mayEverywhere(lab: Lab, who: string, verb: string, namespace: string): Promise<void> {
  for (const { name, address } of labNodes(lab.spec)) {
    const server = ["--server", `https://${address}:${PORTS.apiserver}`];
    const question = ["auth", "can-i", verb, "leases.coordination.k8s.io", "-n", namespace, "--as", who];
    await eventually(`${who} may ${verb} leases by the API server of ${name}`, async () =>
      (await lab.kubectl([...question, ...server])).startsWith("yes"),
    );
  }
}
