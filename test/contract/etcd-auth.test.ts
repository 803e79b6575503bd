import type { EtcdHashDocument } from "../../src/output/etcd-hash.ts";
import type { EtcdStatusDocument } from "../../src/output/etcd-status.ts";
import type { EtcdCluster } from "../../scripts/lab/etcd/cluster.ts";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEtcd } from "../etcd-for-file.ts";
import { KeyMembers } from "../../src/sources/keys/key-members.ts";
import { access } from "../lab/key-kit.ts";
import { eventually } from "../lab/support.ts";
import { document, PATIENT } from "./peer.ts";
import { kubectlHa, Running } from "./program.ts";

let cluster: EtcdCluster;
const { signal } = new AbortController();
const as = (user: string): Record<string, string> => ({ ...cluster.env, ETCDCTL_USER: user });

beforeAll(async () => {
  // To hash a password takes a tenth of a second of a quiet CPU; here nobody breaks one.
  cluster = await startEtcd({ args: ["--bcrypt-cost=4"] });
  await cluster.issue("root", { commonName: "root" });
  for (const args of [
    ["user", "add", "root:secret"],
    ["user", "grant-role", "root", "root"],
    ["user", "add", "reader:book"],
    ["auth", "enable"],
  ])
    await cluster.etcdctl(...args).catch(async (error: unknown) => {
      // The role root comes with the first grant of it in some versions, in others it is to be added.
      if (!args.includes("grant-role")) throw error;
      await cluster.etcdctl("role", "add", "root");
      await cluster.etcdctl(...args);
    });
});

afterAll(async () => {
  await cluster[Symbol.asyncDispose]();
});

test("a user with a password sees all; the hash, too", async () => {
  const { members } = await document<EtcdStatusDocument>(as("root:secret"), "etcd", "status");
  expect(members.map(({ state }) => state)).toEqual(["answers", "answers", "answers"]);
  expect(await document<EtcdHashDocument>(as("root:secret"), "etcd", "hash")).toMatchObject({
    verdict: "identical",
  });
});

test("a client certificate's common name is a user", async () => {
  const env = {
    ...cluster.env,
    ETCDCTL_CERT: cluster.file("root.crt"),
    ETCDCTL_KEY: cluster.file("root.key"),
  };
  const { members } = await document<EtcdStatusDocument>(env, "etcd", "status");
  expect(members.map(({ state }) => state)).toEqual(["answers", "answers", "answers"]);
});

test.each([
  ["root:wrong", /rejected the user name or password/],
  ["nobody:book", /rejected the user name or password/],
  ["reader:book", /permission denied/],
])("%s gets it for each member, in one line, and the password is not shown", async (user, says) => {
  const ended = await kubectlHa(["etcd", "hash", "-v", ...PATIENT], as(user));
  expect(ended.code).toBe(3);
  expect(ended.stdout).toMatch(says);
  expect(ended.stdout + ended.stderr).not.toContain(user.split(":")[1]);
});

/** As `etcdctl`, by the user root. */
const asRoot = (of: EtcdCluster, ...words: string[]): Promise<string> =>
  of.etcdctl("--user=root:secret", ...words);

test("a token that is no longer accepted is replaced without a failure", async () => {
  await using running = new Running(["etcd", "status", "-w", "-o", "json", ...PATIENT], as("root:secret"));
  const documents = (lines: readonly string[]): EtcdStatusDocument[] =>
    lines.map((line) => JSON.parse(line) as EtcdStatusDocument);
  await running.see("the first document", (lines) => documents(lines)[0]);
  await asRoot(cluster, "auth", "disable");
  await cluster.etcdctl("auth", "enable");
  for (const member of cluster.members)
    await eventually("a token that is refused", async () => {
      const calls = await member.handled("Status");
      return (calls.get("Unauthenticated") ?? 0) > 0;
    });
  const states = documents(running.lines).flatMap(({ members }) => members.map(({ state }) => state));
  expect([...new Set(states)]).toEqual(["answers"]);
  const { quorum } = await document<EtcdStatusDocument>(as("root:secret"), "etcd", "status");
  expect(quorum?.state).toBe("ok");
});

test("tokens that etcd does not keep (JWT) are requested again once users were changed", async () => {
  await using signing = await startSigning();
  const env = { ...signing.env, ETCDCTL_USER: "root:secret" };
  using members = new KeyMembers(await access(signing, env), 5);
  const [{ api } = { api: undefined }] = await members.find(signal);
  await asRoot(signing, "user", "add", "another:book");
  const health = { keys: [Buffer.from("health")], revision: undefined, values: false };
  await expect(api?.lookUp(health, { signal, timeout: 5 })).resolves.toMatchObject({ pairs: [undefined] });
  expect((await signing.member("m1").handled("Txn")).get("InvalidArgument")).toBe(1);
});

/** One member whose tokens are signed and not kept. */
async function startSigning(): Promise<EtcdCluster> {
  const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const dir = mkdtempSync(join(tmpdir(), "kubectl-ha-jwt-"));
  const file = (name: string, pem: string | Buffer): string => {
    writeFileSync(join(dir, name), pem);
    return join(dir, name);
  };
  const key = file("jwt.key", pair.privateKey.export({ type: "pkcs8", format: "pem" }));
  const pub = file("jwt.pub", pair.publicKey.export({ type: "spki", format: "pem" }));
  const token = `--auth-token=jwt,pub-key=${pub},priv-key=${key},sign-method=RS256,ttl=10m`;
  const signing = await startEtcd({ members: [{ name: "m1" }], args: ["--bcrypt-cost=4", token] });
  rmSync(dir, { recursive: true });
  await signing.etcdctl("user", "add", "root:secret");
  await signing.etcdctl("user", "grant-role", "root", "root");
  await signing.etcdctl("auth", "enable");
  return signing;
}
