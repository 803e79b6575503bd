import type { FailureCode } from "../../src/core/facts/failure.ts";
import { RequestError, failureOf } from "../../src/core/facts/failure.ts";
import { grpcFailure } from "../../src/transport/etcd-grpc/failure.ts";
import { answerFailure, requestFailure } from "../../src/transport/kube-http/failure.ts";
import { peerFailureWords } from "../../src/core/facts/connection-failure.ts";

const PEER = "127.0.0.1:6443";

describe("a request that got no answer, in a person's words", () => {
  test.each<[code: string, message: string, FailureCode, text: string]>([
    [
      "ECONNREFUSED",
      "connect ECONNREFUSED 127.0.0.1:6443",
      "refused",
      "connection refused by 127.0.0.1:6443",
    ],
    ["ECONNRESET", "read ECONNRESET", "closed", "connection closed by 127.0.0.1:6443"],
    ["ECONNRESET", "socket hang up", "closed", "connection closed by 127.0.0.1:6443"],
    [
      "ECONNRESET",
      "Client network socket disconnected before secure TLS connection was established",
      "closed",
      "127.0.0.1:6443 closed the connection during the TLS handshake",
    ],
    [
      "ENOTFOUND",
      "getaddrinfo ENOTFOUND cp.example",
      "unresolved",
      "host name of 127.0.0.1:6443 does not resolve",
    ],
    ["EHOSTUNREACH", "connect EHOSTUNREACH 10.0.0.1:6443", "other", "no route to 127.0.0.1:6443"],
    ["ETIMEDOUT", "connect ETIMEDOUT 10.0.0.1:6443", "timeout", "no answer from 127.0.0.1:6443"],
    [
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "unable to verify the first certificate",
      "tls",
      "certificate of 127.0.0.1:6443 signed by unknown authority",
    ],
    [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "self-signed certificate",
      "tls",
      "certificate of 127.0.0.1:6443 signed by unknown authority",
    ],
    ["CERT_HAS_EXPIRED", "certificate has expired", "tls", "certificate of 127.0.0.1:6443 has expired"],
    [
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "Hostname/IP does not match certificate's altnames: IP: 127.0.0.1 is not in the cert's list: ",
      "tls",
      "certificate of 127.0.0.1:6443 does not match the host name: IP: 127.0.0.1 is not in the cert's list:",
    ],
    [
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      "00:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:ssl/record/rec_layer_s3.c:908:SSL alert number 116\n",
      "tls",
      "127.0.0.1:6443 rejected the TLS handshake: certificate required (check the client certificate)",
    ],
    [
      "EPROTO",
      "write EPROTO 00:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:",
      "tls",
      "127.0.0.1:6443 speaks another protocol: check the port and http or https",
    ],
    ["", "something \u001b[31mnew\nhappened", "other", "127.0.0.1:6443: something new happened"],
  ])("%s %s", (code, message, expected, text) => {
    expect(requestFailure(Object.assign(new Error(message), { code }), PEER)).toEqual({
      code: expected,
      text,
    });
  });

  test("whatever was thrown", () => {
    expect(requestFailure("text", PEER)).toEqual({ code: "other", text: "127.0.0.1:6443: text" });
    expect(requestFailure(undefined, PEER).code).toBe("other");
  });
});

describe("an answer that is no success", () => {
  const status = (message: string): string => JSON.stringify({ kind: "Status", message });

  test.each<[number, body: string, FailureCode, text: string]>([
    [
      403,
      status('leases.coordination.k8s.io is forbidden: User "x" cannot list resource "leases"'),
      "forbidden",
      'leases.coordination.k8s.io is forbidden: User "x" cannot list resource "leases"',
    ],
    [
      401,
      status("Unauthorized"),
      "unauthorized",
      "127.0.0.1:6443 rejected the credentials (401 Unauthorized); check 'kubectl auth whoami'",
    ],
    [
      429,
      status("storage is (re)initializing"),
      "unavailable",
      "127.0.0.1:6443 answered 429: storage is (re)initializing",
    ],
    [
      504,
      status("Timeout: request did not complete within the allotted timeout"),
      "unavailable",
      "127.0.0.1:6443 answered 504: Timeout: request did not complete within the allotted timeout",
    ],
    [502, "<html><h1>Bad Gateway</h1></html>", "unavailable", "127.0.0.1:6443 answered 502: Bad Gateway"],
    [503, "", "unavailable", "127.0.0.1:6443 answered 503"],
    [404, status("not found"), "other", "127.0.0.1:6443 answered 404: not found"],
    [
      400,
      "Client sent an HTTP request to an HTTPS server.\n",
      "tls",
      "127.0.0.1:6443 speaks HTTPS, not HTTP: use https:// in the server's URL",
    ],
    [500, "[]", "unavailable", "127.0.0.1:6443 answered 500"],
    [500, status("a\n\u001b]0;title\u0007b"), "unavailable", "127.0.0.1:6443 answered 500: a b"],
  ])("%i %s", (code, body, expected, text) => {
    expect(answerFailure(code, body, PEER)).toEqual({ code: expected, text });
  });

  test("a message of 10 kB is cut", () => {
    expect(answerFailure(500, status("x".repeat(10_000)), PEER).text).toHaveLength(300);
  });
});

describe("what gRPC says", () => {
  const ETCD = "127.0.0.1:2379";
  const last = "No connection established. Last error: ";

  test.each<[code: number, details: string, FailureCode, text: string]>([
    [
      14,
      `${last}connect ECONNREFUSED 127.0.0.1:2379 (2026-11-23T00:00:00Z)`,
      "refused",
      `connection refused by ${ETCD}`,
    ],
    [
      14,
      `${last}unable to verify the first certificate`,
      "tls",
      `certificate of ${ETCD} signed by unknown authority`,
    ],
    [
      14,
      `${last}C0:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:ssl/rec.c:1:SSL alert number 48`,
      "tls",
      `${ETCD} rejected the TLS handshake: unknown ca (check the client certificate)`,
    ],
    [
      14,
      `${last}Client network socket disconnected before secure TLS connection was established`,
      "closed",
      `${ETCD} closed the connection during the TLS handshake`,
    ],
    [
      14,
      `${last}Failed to connect`,
      "other",
      `${ETCD} speaks another protocol: check the port and http or https`,
    ],
    [
      14,
      `${last}Protocol error`,
      "other",
      `${ETCD} speaks another protocol: check the port and http or https`,
    ],
    [
      14,
      "Name resolution failed for target dns:nowhere:2379",
      "unresolved",
      `host name of ${ETCD} does not resolve`,
    ],
    [14, "read ECONNRESET", "closed", `connection closed by ${ETCD}`],
    [14, "etcdserver: request timed out", "unavailable", `${ETCD}: etcdserver: request timed out`],
    [
      4,
      "Deadline exceeded after 1.500s,Waiting for LB pick",
      "timeout",
      `no answer from ${ETCD} within 1.5 s`,
    ],
    [7, "etcdserver: permission denied", "forbidden", `${ETCD}: etcdserver: permission denied`],
    [
      7,
      "Received HTTP status code 403",
      "other",
      `${ETCD} is not an etcd member: it answers plain HTTP (Received HTTP status code 403)`,
    ],
    [16, "etcdserver: invalid auth token", "unauthorized", `${ETCD}: etcdserver: invalid auth token`],
    [
      12,
      "unknown method",
      "unsupported",
      `${ETCD} does not implement this request: requires etcd 3.4 or later`,
    ],
    [
      11,
      "etcdserver: mvcc: required revision has been compacted",
      "compacted",
      `${ETCD} has compacted that revision`,
    ],
    [
      11,
      "etcdserver: mvcc: required revision is a future revision",
      "behind",
      `${ETCD} is behind: it has not applied that revision yet`,
    ],
    [
      3,
      "etcdserver: authentication failed, invalid user ID or password",
      "unauthorized",
      `${ETCD} rejected the user name or password`,
    ],
    [
      3,
      "etcdserver: user name is empty",
      "unauthorized",
      `${ETCD} requires authentication: set --etcd-user, or a client certificate whose common name is a user`,
    ],
    [
      9,
      "etcdserver: user name not found",
      "unauthorized",
      `${ETCD}: unknown user (etcdserver: user name not found)`,
    ],
    [1, "Cancelled on client", "closed", `${ETCD}: Cancelled on client`],
  ])("%i %s", (code, details, expected, text) => {
    expect(grpcFailure(code, details, ETCD, 1.5)).toEqual({ code: expected, text });
  });
});

test("only a RequestError carries a failure; anything else is a mistake of ours and is thrown on", () => {
  const failure = { code: "other", text: "x" } as const;
  expect(failureOf(new RequestError(failure))).toBe(failure);
  expect(() => failureOf(new TypeError("mistake"))).toThrow("mistake");
});

test.each([
  ["no answer from 10.0.0.1:2379 within 1.5 s", "does not answer within 1.5 s"],
  ["connection refused by 10.0.0.1:2379", "does not answer: connection refused"],
  ["certificate of 10.0.0.1:2379 has expired", "does not answer: certificate has expired"],
  ["10.0.0.1:2379: it is too busy", "does not answer: it is too busy"],
  ["connection refused by 10.0.0.1:23790", "does not answer: connection refused by 10.0.0.1:23790"],
  ["10.0.0.1:2379: permission denied", "access denied: permission denied", "forbidden"],
] as const)("where the peer is named already: %s", (text, words, code: FailureCode = "other") => {
  expect(peerFailureWords({ code, text }, "10.0.0.1:2379")).toBe(words);
});
