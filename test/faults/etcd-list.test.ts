import type { EtcdMembersDocument } from "../../src/output/etcd-status.ts";
import { Running, runProgram } from "../contract/program.ts";
import { startEtcd } from "../etcd-for-file.ts";
import { eventually } from "../lab/support.ts";

test("etcd members -w: who was added, has started, was promoted, was removed", async () => {
  await using cluster = await startEtcd();
  await using lines = new Running(["etcd", "members", "-w"], cluster.env);
  await using documents = new Running(["etcd", "members", "-w", "-o", "json"], cluster.env);
  const say = (pattern: RegExp) => (all: readonly string[]) => all.find((line) => pattern.test(line));
  const listed = (members: number) => (all: readonly string[]) =>
    all
      .map((line) => (JSON.parse(line) as EtcdMembersDocument).memberList?.items)
      .find((items) => items?.length === members);
  await lines.see("the list", say(/^\S+ +started +m3 /));
  await documents.see("the same", listed(3));
  const learner = await cluster.add({ name: "m4" }, true);
  const added = await lines.see("the learner", say(/^\S+Z {3}etcd \w+ +added as learner$/));
  const [, id = ""] = /etcd (\w+)/.exec(added) ?? [];
  await documents.see("the same", listed(4));
  learner.start();
  await lines.see("that it has started", say(new RegExp(`^\\S+Z {3}etcd m4 +started \\(${id}\\)$`)));
  // It must have come up to the others first; a learner of its own answers no such request.
  const env = { ...cluster.env, ETCDCTL_ENDPOINTS: cluster.member("m1").url };
  await eventually("it is promoted", () => promote(id, env));
  await lines.see("that it has a vote", say(/etcd m4 +promoted: 4 voters, quorum 3$/));
  await cluster.remove("m4");
  await lines.see("that it is gone", say(/etcd m4 +removed: 3 voters, quorum 2$/));
}, 180_000);

async function promote(id: string, env: Record<string, string>): Promise<boolean> {
  return (await runProgram("etcdctl", ["member", "promote", id], env)).code === 0;
}
