import type { EtcdTarget } from "../../core/facts/route.ts";
import { parseEndpoint } from "../../core/etcd/address.ts";
import type { Attempt } from "../../core/facts/observation.ts";
import type { EtcdUser } from "./sign-in.ts";
import { cleanText } from "../../text/clean.ts";
import { UserError } from "../../core/facts/failure.ts";
import type { Pem } from "../pem.ts";
import { certificateEnds, checkAuthority, checkPair, readPem } from "../pem.ts";

/** The flags that say how etcd is reached; undefined: not given. Paths are relative to the current folder. */
export interface EtcdClientFlags {
  readonly endpoints: string | undefined;
  readonly cacert: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** `NAME` or `NAME:PASSWORD` */
  readonly user: string | undefined;
  readonly password: string | undefined;
}

/** PEM. Without `ca` the system's authorities are trusted. */
export interface EtcdTls {
  readonly ca: Buffer | undefined;
  readonly cert: Buffer | undefined;
  readonly key: Buffer | undefined;
}

/** What a member is shown of us. `user` undefined: nobody in particular, or the client certificate's common name. */
export interface EtcdIdentity {
  readonly tls: EtcdTls;
  readonly user: EtcdUser | undefined;
}

/** The members that were given and how to be known to them; or, if none were, what was looked at. */
export type EtcdConfig =
  | ({
      readonly found: true;
      readonly targets: readonly EtcdTarget[];
      /** until when our client certificate is good, in ms of the wall clock */
      readonly clientCertificateEnds: number | undefined;
    } & EtcdIdentity)
  | { readonly found: false; readonly tried: readonly Attempt[] };

/**
 * Reads the flags and, for what they leave open, etcdctl's environment. The certificates are read and checked.
 * Throws UserError on what cannot be used.
 */
export async function findEtcd(
  flags: EtcdClientFlags,
  env: Readonly<Record<string, string | undefined>>,
): Promise<EtcdConfig> {
  const endpoints = choose(flags.endpoints, "--etcd-endpoints", env, "ETCDCTL_ENDPOINTS");
  if (endpoints === undefined) {
    const outcome = "not set, ETCDCTL_ENDPOINTS not set";
    return { found: false, tried: [{ route: "--etcd-endpoints", outcome }] };
  }
  const cacert = choose(flags.cacert, "--etcd-cacert", env, "ETCDCTL_CACERT");
  const cert = choose(flags.cert, "--etcd-cert", env, "ETCDCTL_CERT");
  const key = choose(flags.key, "--etcd-key", env, "ETCDCTL_KEY");
  if (cert !== undefined && key === undefined)
    throw new UserError(`${cert.from} requires a key; set --etcd-key or ETCDCTL_KEY`, 2);
  if (key !== undefined && cert === undefined)
    throw new UserError(`${key.from} requires a certificate; set --etcd-cert or ETCDCTL_CERT`, 2);
  const [ca, pair, own] = [await pemOf(cacert), await pemOf(cert), await pemOf(key)];
  checkAuthority(ca);
  checkPair(pair, own);
  const tls = { ca: ca?.bytes, cert: pair?.bytes, key: own?.bytes };
  const targets = parseEndpoints(endpoints, cacert !== undefined || cert !== undefined);
  const clientCertificateEnds = pair && certificateEnds(pair);
  return { found: true, targets, tls, user: userOf(flags, env), clientCertificateEnds };
}

/** As etcdctl: the password after the first colon, or by itself; it is not asked for. Throws UserError if there is none. */
function userOf(
  flags: EtcdClientFlags,
  env: Readonly<Record<string, string | undefined>>,
): EtcdUser | undefined {
  const user = choose(flags.user, "--etcd-user", env, "ETCDCTL_USER");
  if (user === undefined) return undefined;
  const password = choose(flags.password, "--etcd-password", env, "ETCDCTL_PASSWORD");
  if (password !== undefined) return { name: user.text, password: password.text };
  const [, name, rest] = /^([^:]+):(.*)$/s.exec(user.text) ?? [];
  if (name !== undefined && rest !== undefined) return { name, password: rest };
  throw new UserError(`${user.from} has no password; add it after a colon, or set ETCDCTL_PASSWORD`, 2);
}

/** A value, and the flag or variable it is from. */
interface Given {
  readonly text: string;
  readonly from: string;
}

function choose(
  flag: string | undefined,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
): Given | undefined {
  if (flag !== undefined) return { text: flag, from: name };
  const text = env[variable];
  return text === undefined || text === "" ? undefined : { text, from: variable };
}

async function pemOf(given: Given | undefined): Promise<Pem | undefined> {
  return given && readPem(given.text, `${given.from} ${given.text}`, "give a PEM file");
}

/** Reads etcdctl's list of endpoints: `https://h:p,h:p`. Without a scheme it is TLS if certificates are given. */
function parseEndpoints({ text, from }: Given, secure: boolean): readonly EtcdTarget[] {
  // An endpoint with a user may hold a password, which must not be shown.
  if (text.includes("@"))
    throw new UserError(`${from} has a user in an endpoint; use --etcd-user or ETCDCTL_USER instead`, 2);
  const parts = text.split(",").map((part) => part.trim());
  const targets = parts
    .filter((part) => part !== "")
    .map((part) => {
      const target = parseEndpoint(part, secure);
      if (target !== undefined) return target;
      throw new UserError(
        cleanText(`invalid endpoint "${part}" in ${from}; use https://HOST:PORT, comma-separated`),
        2,
      );
    });
  if (targets.length === 0) throw new UserError(`${from} is empty; use https://HOST:PORT`, 2);
  return [...new Map(targets.map((target) => [target.endpoint, target])).values()];
}
