import type { KeyListDocument } from "../../src/output/keys.ts";
import type { EtcdStatusDocument } from "../../src/output/etcd-status.ts";
import type { ControlPlaneStatusDocument } from "../../src/output/status.ts";
import { startEtcd } from "../etcd-for-file.ts";
import { put } from "./key-kit.ts";
import { runHere } from "./in-process.ts";

// A member publishes its name when it starts: `default` unless it has a flag.
test("members that are all called default are distinguished wherever a name stands, and by every word for them", async () => {
  await using cluster = await startEtcd();
  await put(cluster, ["/hatest"]);
  for (const member of cluster.members) {
    await member.stop("SIGTERM");
    member.start("--name=default");
    await member.healthy();
  }
  const names = cluster.members.map(({ endpoint }) => `default (${endpoint})`);
  const here = (...argv: string[]): ReturnType<typeof runHere> =>
    runHere([...argv, "--request-timeout", "20s"], cluster.env);
  const status = JSON.parse((await here("etcd", "status", "-o", "json")).stdout) as EtcdStatusDocument;
  expect(status.members.map(({ name }) => name)).toEqual(names);
  const keys = JSON.parse((await here("keys", "hatest", "-o", "json")).stdout) as KeyListDocument;
  expect(keys.members.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
  const [first] = cluster.members;
  const one = await here("keys", "hatest", "--members", first?.endpoint ?? "", "-o", "json");
  expect((JSON.parse(one.stdout) as KeyListDocument).members).toMatchObject([{ name: names[0] }]);
  const list = await here("etcd", "members");
  expect(list.stdout.match(/ default /g)).toHaveLength(3);
});

test("without a kubeconfig etcd is shown, and why the rest is not; without both that is the answer", async () => {
  await using cluster = await startEtcd({ members: [{ name: "m1" }] });
  const env = { ...cluster.env, KUBECONFIG: cluster.file("none") };
  const asked = ["status", "-o", "json", "--request-timeout", "20s"];
  const { code, stdout, stderr } = await runHere(asked, env);
  const status = JSON.parse(stdout) as ControlPlaneStatusDocument;
  const text = `no kubeconfig: ${cluster.file("none")} does not exist; set --kubeconfig or KUBECONFIG`;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(status.etcd.quorum).toMatchObject({ state: "ok", voters: 1 });
  expect(status.leaders.freshness).toMatchObject({ state: "stale", reason: { message: text } });
  expect(status.apiServers.reason).toMatchObject({ message: text });
  const table = await runHere(
    asked.filter((word) => word !== "-o" && word !== "json"),
    env,
  );
  expect(table.stdout).toContain("no kubeconfig:");
  const neither = { ...env, ETCDCTL_ENDPOINTS: "" };
  expect(await runHere(["status"], neither)).toMatchObject({
    code: 1,
    stdout: "",
    stderr: `error: ${text}\n`,
  });
  expect(await runHere(["leaders"], env)).toMatchObject({ code: 1, stdout: "", stderr: `error: ${text}\n` });
});
