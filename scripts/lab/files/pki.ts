import "./reflect.ts";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { X509Certificate } from "@peculiar/x509";
import { isIP } from "node:net";
import { webcrypto } from "node:crypto";

const KEY = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;
const VALID_DAYS = 30;

/** A certificate and its private key, both PEM. */
export type KeyPair = { certificate: string; key: string };

/** A certificate authority that issues certificates. */
export type Authority = KeyPair & { issuer: X509Certificate; signingKey: webcrypto.CryptoKey };

/** The subject of a certificate. `names` are the subject alternative names: host names and IP addresses. */
export type Subject = { commonName: string; organization?: string; names?: readonly string[] };

/** Makes a self-signed authority. */
export async function createAuthority(commonName: string): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    signingAlgorithm: SIGNATURE,
    ...validity(),
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(
        KeyUsageFlags.keyCertSign | KeyUsageFlags.digitalSignature | KeyUsageFlags.cRLSign,
        true,
      ),
    ],
  });
  return {
    certificate: certificate.toString("pem"),
    key: await privatePem(keys),
    issuer: certificate,
    signingKey: keys.privateKey,
  };
}

/**
 * Issues a certificate for both ends of a connection, as kubeadm does for etcd's members. It is good for `days`; one
 * that is good for less than none has expired.
 */
export async function issue(authority: Authority, subject: Subject, days = VALID_DAYS): Promise<KeyPair> {
  const keys = await generateKeys();
  const names = (subject.names ?? []).map((value) => ({
    type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const),
    value,
  }));
  const organization = subject.organization === undefined ? [] : [{ O: [subject.organization] }];
  const certificate = await X509CertificateGenerator.create({
    subject: [...organization, { CN: [subject.commonName] }],
    issuer: authority.issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: authority.signingKey,
    signingAlgorithm: SIGNATURE,
    ...validity(days),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await privatePem(keys) };
}

/** The key pair that service account tokens are signed with; PEM. */
export async function createSigningKeys(): Promise<{ publicKey: string; privateKey: string }> {
  const keys = await generateKeys();
  return {
    publicKey: pem("PUBLIC KEY", await webcrypto.subtle.exportKey("spki", keys.publicKey)),
    privateKey: await privatePem(keys),
  };
}

function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY, true, ["sign", "verify"]);
}

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return pem("PRIVATE KEY", await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
}

function pem(label: string, bytes: ArrayBuffer): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** An hour of the past, for clocks that differ a little. */
function validity(days = VALID_DAYS): { notBefore: Date; notAfter: Date } {
  const end = Date.now() + days * 86_400_000;
  return { notBefore: new Date(Math.min(Date.now(), end) - 3_600_000), notAfter: new Date(end) };
}
