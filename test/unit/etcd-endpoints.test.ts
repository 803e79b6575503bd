import type { EtcdClientFlags } from "../../src/transport/etcd-grpc/config.ts";
import type { EtcdTarget } from "../../src/core/facts/route.ts";
import { findEtcd } from "../../src/transport/etcd-grpc/config.ts";
import { parseEndpoint } from "../../src/core/etcd/address.ts";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { issueCertificates } from "./certificates.ts";
import { folderForFile } from "../folder-for-file.ts";

const folder = folderForFile("etcd");
const at = (name: string): string => join(folder, name);
const NO_FLAGS: EtcdClientFlags = {
  endpoints: undefined,
  cacert: undefined,
  cert: undefined,
  key: undefined,
  user: undefined,
  password: undefined,
};

beforeAll(async () => {
  const { ca, client, other } = await issueCertificates();
  writeFileSync(at("ca"), ca.certificate);
  writeFileSync(at("cert"), client.certificate);
  writeFileSync(at("key"), client.key);
  writeFileSync(at("other"), other.key);
  writeFileSync(at("nonsense"), "nonsense");
});

test.each<[text: string, secure: boolean, target: EtcdTarget | undefined]>([
  ["https://10.0.0.1:2379", false, { endpoint: "10.0.0.1:2379", secure: true }],
  ["HTTPS://10.0.0.1:2379", false, { endpoint: "10.0.0.1:2379", secure: true }],
  ["http://10.0.0.1:2379", true, { endpoint: "10.0.0.1:2379", secure: false }],
  ["10.0.0.1:2379", true, { endpoint: "10.0.0.1:2379", secure: true }],
  ["10.0.0.1:2379", false, { endpoint: "10.0.0.1:2379", secure: false }],
  ["https://cp-1.example:443", true, { endpoint: "cp-1.example:443", secure: true }],
  ["http://cp-1:80/", true, { endpoint: "cp-1:80", secure: false }],
  ["cp-1", true, { endpoint: "cp-1:2379", secure: true }],
  ["https://[fd00::1]:2379", true, { endpoint: "[fd00::1]:2379", secure: true }],
  ["[::1]:2379", false, { endpoint: "[::1]:2379", secure: false }],
  ["unix:///var/run/etcd.sock", true, undefined],
  ["https://", true, undefined],
  ["https://a b:1", true, undefined],
  ["https://h:99999", true, undefined],
  ["https://h:2379/path", true, undefined],
  ["\u001b[31m:2379", true, undefined],
])("endpoint %j (TLS by default: %j)", (text, secure, target) => {
  expect(parseEndpoint(text, secure)).toEqual(target);
});

test.each<[user: Partial<EtcdClientFlags>, env: Record<string, string>, is: object | undefined]>([
  [{}, {}, undefined],
  [{ user: "root:a:b" }, {}, { name: "root", password: "a:b" }],
  [{ user: "root:" }, {}, { name: "root", password: "" }],
  [{}, { ETCDCTL_USER: "root:a" }, { name: "root", password: "a" }],
  [{ user: "reader" }, { ETCDCTL_USER: "root:a", ETCDCTL_PASSWORD: "p" }, { name: "reader", password: "p" }],
  // As etcdctl: with a password by itself the whole text is the name.
  [{ user: "a:b", password: "p" }, {}, { name: "a:b", password: "p" }],
])("user %j, environment %j: %j", async (given, env, is) => {
  const route = await findEtcd({ ...NO_FLAGS, endpoints: "http://e1:1", ...given }, env);
  expect(route.found && route.user).toEqual(is);
});

test("a user without a password is refused: nobody is asked for one", async () => {
  const asked = findEtcd({ ...NO_FLAGS, endpoints: "http://e1:1", user: "root" }, {});
  await expect(asked).rejects.toMatchObject({
    ...{ name: "UserError", exitCode: 2 },
    message: "--etcd-user has no password; add it after a colon, or set ETCDCTL_PASSWORD",
  });
});

test("nothing given: what was looked at", async () => {
  expect(await findEtcd(NO_FLAGS, {})).toEqual({
    found: false,
    tried: [{ route: "--etcd-endpoints", outcome: "not set, ETCDCTL_ENDPOINTS not set" }],
  });
});

test("flags go before etcdctl's environment, each by itself", async () => {
  const env = {
    ETCDCTL_ENDPOINTS: "https://env:1",
    ETCDCTL_CACERT: at("ca"),
    ETCDCTL_CERT: at("cert"),
    ETCDCTL_KEY: at("key"),
  };
  const fromEnv = await findEtcd(NO_FLAGS, env);
  expect(fromEnv).toMatchObject({ found: true, targets: [{ endpoint: "env:1", secure: true }] });
  const fromFlags = await findEtcd({ ...NO_FLAGS, endpoints: "a:1, b:2,a:1," }, env);
  expect(fromFlags).toMatchObject({
    targets: [
      { endpoint: "a:1", secure: true },
      { endpoint: "b:2", secure: true },
    ],
  });
  expect(fromFlags.found && fromFlags.tls.key?.toString()).toContain("PRIVATE KEY");
});

test("without certificates a bare endpoint is plain", async () => {
  expect(await findEtcd({ ...NO_FLAGS, endpoints: "a:1" }, {})).toMatchObject({
    targets: [{ endpoint: "a:1", secure: false }],
  });
});

test.each<[what: string, flags: Partial<EtcdClientFlags>, message: RegExp, exitCode: 1 | 2]>([
  [
    "a certificate alone",
    { cert: at("cert") },
    /^--etcd-cert requires a key; set --etcd-key or ETCDCTL_KEY$/,
    2,
  ],
  [
    "a key alone",
    { key: at("key") },
    /^--etcd-key requires a certificate; set --etcd-cert or ETCDCTL_CERT$/,
    2,
  ],
  [
    "a missing file",
    { cacert: "/no/ca" },
    /^cannot read --etcd-cacert \/no\/ca: no such file; give a PEM file$/,
    1,
  ],
  [
    "an authority that is none",
    { cacert: at("nonsense") },
    /^cannot use --etcd-cacert .*nonsense: not in PEM format; give a PEM file$/,
    1,
  ],
  [
    "a key of another certificate",
    { cert: at("cert"), key: at("other") },
    /^cannot use --etcd-cert .* with --etcd-key .*: certificate and key do not match/,
    1,
  ],
  [
    "an endpoint that is none",
    { endpoints: "https://x:y" },
    /^invalid endpoint "https:\/\/x:y" in --etcd-endpoints; use https:\/\/HOST:PORT, comma-separated$/,
    2,
  ],
  [
    "a password in an endpoint, which is not shown",
    { endpoints: "https://root:S3,cr/et@x:1" },
    /^--etcd-endpoints has a user in an endpoint; use --etcd-user or ETCDCTL_USER instead$/,
    2,
  ],
  ["no endpoint", { endpoints: " , " }, /^--etcd-endpoints is empty; use https:\/\/HOST:PORT$/, 2],
])("%s is said in one line", async (_what, flags, message, exitCode) => {
  const finding = findEtcd({ ...NO_FLAGS, endpoints: "https://a:1", ...flags }, {});
  await expect(finding).rejects.toMatchObject({ name: "UserError", exitCode });
  await expect(finding).rejects.toThrow(message);
});
