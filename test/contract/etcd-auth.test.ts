import type { EtcdHashDocument } from "../../src/view/etcd-hash.ts";
import type { EtcdStatusDocument } from "../../src/view/etcd-status.ts";
import { startEtcd } from "../etcd-for-file.ts";
import type { EtcdCluster } from "../../scripts/lab/etcd/cluster.ts";
import { eventually } from "../lab/support.ts";
import { document, PATIENT } from "./peer.ts";
import { kubectlHa, Running } from "./program.ts";

let cluster: EtcdCluster;
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
  ["root:wrong", /does not take this user and password/],
  ["nobody:book", /does not take this user and password/],
  ["reader:book", /permission denied/],
])("%s is told so for each member, in one line, and the password is not shown", async (user, says) => {
  const ended = await kubectlHa(["etcd", "hash", "-v", ...PATIENT], as(user));
  expect(ended.code).toBe(3);
  expect(ended.stdout).toMatch(says);
  expect(ended.stdout + ended.stderr).not.toContain(user.split(":")[1]);
});

test("a token that a member has forgotten is asked for anew, and nobody notices", async () => {
  await using running = new Running(["etcd", "status", "-w", "-o", "json", ...PATIENT], as("root:secret"));
  const last = (lines: readonly string[]): EtcdStatusDocument | undefined =>
    lines.map((line) => JSON.parse(line) as EtcdStatusDocument).at(-1);
  await running.see("the first document", last);
  const [m1] = cluster.members;
  await m1?.stop();
  await running.see("it gone", (lines) => last(lines)?.members[0]?.state === "failed" || undefined);
  m1?.start();
  await m1?.healthy();
  const back = await running.see("it back", (lines) => {
    const document = last(lines);
    return document?.members[0]?.state === "answers" ? document : undefined;
  });
  expect(back.members.map(({ state }) => state)).toEqual(["answers", "answers", "answers"]);
  await eventually("all is well in one look, too", async () => {
    const { quorum } = await document<EtcdStatusDocument>(as("root:secret"), "etcd", "status");
    return quorum?.state === "ok";
  });
});
