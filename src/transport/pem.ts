import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs";
import { createSecureContext } from "node:tls";
import { promisify } from "node:util";
import { cleanText } from "../text/clean.ts";
import { UserError, reasonOf } from "../core/facts/failure.ts";

/** Reads a file. Not from node:fs/promises, which takes longer to load than the files to read. */
export const readFileOf = promisify(readFile);

/** Something in PEM, from wherever it was given. */
export interface Pem {
  /** as a message names it: `the client key /etc/key.pem`, `--etcd-key key.pem` */
  readonly what: string;
  /** what to try where it cannot be used */
  readonly advice: string;
  readonly bytes: Buffer;
}

/** Reads a file in PEM. Throws UserError where it cannot be read. */
export async function readPem(file: string, what: string, advice: string): Promise<Pem> {
  try {
    return { what, advice, bytes: await readFileOf(file) };
  } catch (error) {
    throw new UserError(cleanText(`cannot read ${what}: ${reasonOf(error)}; ${advice}`), 1, { cause: error });
  }
}

/** Whether authorities are such. Throws UserError. */
export function checkAuthority(ca: Pem | undefined): void {
  if (ca !== undefined) check([ca], () => new X509Certificate(ca.bytes));
}

/** Whether a certificate and its key are such, and belong together. Throws UserError. */
export function checkPair(cert: Pem | undefined, key: Pem | undefined): void {
  if (cert === undefined || key === undefined) return;
  // With no authority named Node would read its own 140, which takes longer than all else here.
  check([cert, key], () => createSecureContext({ cert: cert.bytes, key: key.bytes, ca: [] }));
}

/** Until when a certificate is good, in ms of the wall clock. */
export function certificateEnds({ bytes }: Pem): number {
  return Date.parse(new X509Certificate(bytes).validTo);
}

function check(parts: readonly Pem[], use: () => unknown): void {
  try {
    use();
  } catch (error) {
    const what = parts.map((part) => part.what).join(" with ");
    const message = `cannot use ${what}: ${reasonOf(error)}; ${parts[0]?.advice ?? ""}`;
    throw new UserError(cleanText(message), 1, { cause: error });
  }
}
