import type { KeyPair } from "../../scripts/lab/files/pki.ts";
import { createAuthority, issue } from "../../scripts/lab/files/pki.ts";

/** Certificates for servers on 127.0.0.1 and their clients, and of an authority that nobody knows. */
export interface Certificates {
  readonly ca: KeyPair;
  readonly server: KeyPair;
  readonly client: KeyPair;
  readonly other: KeyPair;
}

/** Issues new ones: they are good for tests only. */
export async function issueCertificates(): Promise<Certificates> {
  const [ca, stranger] = await Promise.all([createAuthority("test-ca"), createAuthority("stranger")]);
  const [server, client, other] = await Promise.all([
    issue(ca, { commonName: "server", names: ["127.0.0.1", "localhost"] }),
    issue(ca, { commonName: "client" }),
    issue(stranger, { commonName: "other", names: ["127.0.0.1"] }),
  ]);
  return { ca, server, client, other };
}
