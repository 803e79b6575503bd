import type { Failure, FailureCode } from "./failure.ts";
import type { Seconds } from "./time.ts";
import { cleanText } from "../../text/clean.ts";

/** `words` gets the peer (`host:port`) and whatever the pattern's first group caught. */
type Rule = readonly [pattern: RegExp, code: FailureCode, words: (peer: string, caught: string) => string];

/**
 * What Node, OpenSSL and grpc-js say when no connection comes about, and what it means. The first that matches wins.
 * Sources: errors of `node:net`, `node:tls` and OpenSSL 3, as seen with real servers.
 */
const RULES: readonly Rule[] = [
  [/ECONNREFUSED/, "refused", (peer) => `connection refused by ${peer}`],
  [
    /(?:ENOTFOUND|EAI_AGAIN|ENODATA|Name resolution failed)/,
    "unresolved",
    (peer) => `host name of ${peer} does not resolve`,
  ],
  [/Bad response: (\d+)/, "other", (peer, status) => `no connection to ${peer}: proxy answered ${status}`],
  [/EHOSTUNREACH|ENETUNREACH/, "other", (peer) => `no route to ${peer}`],
  [/ETIMEDOUT/, "timeout", (peer) => `no answer from ${peer}`],
  [/CERT_HAS_EXPIRED|certificate has expired/, "tls", (peer) => `certificate of ${peer} has expired`],
  [
    /CERT_NOT_YET_VALID|certificate is not yet valid/,
    "tls",
    (peer) => `certificate of ${peer} is not valid yet: check the clocks`,
  ],
  [
    /UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT|SELF_SIGNED|CERT_SIGNATURE_FAILURE|unable to verify the first certificate|unable to get (?:local )?issuer certificate|self-signed certificate|certificate signature failure/,
    "tls",
    (peer) => `certificate of ${peer} signed by unknown authority`,
  ],
  [
    /Hostname\/IP does not match certificate's altnames: (.*)/,
    "tls",
    (peer, why) => `certificate of ${peer} does not match the host name: ${why}`,
  ],
  [
    /alert (unknown ca|certificate required|certificate expired|bad certificate|certificate revoked|certificate unknown|unsupported certificate|access denied|handshake failure)/,
    "tls",
    (peer, alert) => `${peer} rejected the TLS handshake: ${alert} (check the client certificate)`,
  ],
  [
    /wrong version number|packet length too long|unexpected message|no application protocol/,
    "tls",
    (peer) => `${peer} speaks another protocol: check the port and http or https`,
  ],
  [
    /before secure TLS connection was established/,
    "closed",
    (peer) => `${peer} closed the connection during the TLS handshake`,
  ],
  [/alert ([a-z ]+)/, "tls", (peer, alert) => `${peer} rejected the TLS handshake: ${alert}`],
  [
    /HPE_|Parse Error|Protocol error|Failed to connect/,
    "other",
    (peer) => `${peer} speaks another protocol: check the port and http or https`,
  ],
  [
    /ECONNRESET|EPIPE|ECONNABORTED|socket hang up|aborted|Connection dropped|premature close/i,
    "closed",
    (peer) => `connection closed by ${peer}`,
  ],
];

/**
 * Why no connection to `peer` (`host:port`) came about or held, from the error's `text` (its code and its message).
 * Undefined for any other text.
 */
export function connectionFailure(text: string, peer: string): Failure | undefined {
  for (const [pattern, code, words] of RULES) {
    const match = pattern.exec(text);
    if (match) return { code, text: cleanText(words(peer, match[1] ?? "")) };
  }
  return undefined;
}

/** No answer in time: `seconds` is the deadline that passed. */
export function timeoutFailure(peer: string, seconds: number): Failure {
  return { code: "timeout", text: cleanText(`no answer from ${peer} within ${seconds.toFixed(1)} s`) };
}

const BEFORE_PEER = new Set(["by", "from", "to", "of"]);

/** A failure's text without the peer's name, for a sentence whose subject is the peer. */
function withoutPeer(text: string, peer: string): string {
  const words = text.split(" ");
  const named = (i: number): boolean => words[i] === peer && BEFORE_PEER.has(words[i - 1] ?? "");
  const rest = words.filter((word, i) => !named(i) && !named(i + 1) && !(i === 0 && word === `${peer}:`));
  return rest.join(" ");
}

/** Whether the peer answered that access is denied: such a peer is reachable. */
export function isAccessDenied({ code }: Failure): boolean {
  return code === "forbidden" || code === "unauthorized";
}

/** That a peer does not answer or denies access, and why, for a sentence whose subject is the peer. */
export function peerFailureWords(failure: Failure, peer: string): string {
  const why = withoutPeer(failure.text, peer);
  if (isAccessDenied(failure)) return `access denied: ${why}`;
  return why.startsWith("no answer ") ? `does not ${why.slice("no ".length)}` : `does not answer: ${why}`;
}

/** The same, with how long it lasts if that is known, and the peer's address. */
export function peerFailureFor(failure: Failure | undefined, lasts: Seconds = 0): string {
  const why = failure?.text ?? "reason unknown";
  if (failure !== undefined && isAccessDenied(failure)) return `access denied: ${why}`;
  return lasts < 0.05 ? `does not answer: ${why}` : `does not answer for ${lasts.toFixed(1)} s: ${why}`;
}
