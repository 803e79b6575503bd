import { stringify } from "yaml";
import type { KeyPair } from "./pki.ts";

/** A kubeconfig in kubeadm's naming, certificates inside: `kubernetes` the cluster, `USER@kubernetes` the context. */
export function kubeconfig(server: string, authority: string, user: string, credentials: KeyPair): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const context = `${user}@kubernetes`;
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        { name: "kubernetes", cluster: { "certificate-authority-data": base64(authority), server } },
      ],
      users: [
        {
          name: user,
          user: {
            "client-certificate-data": base64(credentials.certificate),
            "client-key-data": base64(credentials.key),
          },
        },
      ],
      contexts: [{ name: context, context: { cluster: "kubernetes", user } }],
      "current-context": context,
      preferences: {},
    },
    { lineWidth: 0 },
  );
}
