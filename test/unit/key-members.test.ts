import { setTimeout as sleep } from "node:timers/promises";
import type { EtcdApi } from "../../src/etcd/api.ts";
import { Failed } from "../../src/model/failed.ts";
import type { EtcdAccess } from "../../src/observe/etcd.ts";
import { KeyMembers } from "../../src/observe/key-members.ts";
import { foundMember, paperMember } from "./key-kit.ts";

// Members of paper, where one is to be slow until a moment that the test chooses; the lab has real ones.
const { signal } = new AbortController();
const NAMES = ["m1", "m2", "m3"];

/** m3 says nothing before `until` is over. */
function access(until: Promise<void>): EtcdAccess {
  const list = NAMES.map((name) => ({
    ...{ id: name, name, peerUrls: [], isLearner: false, clientUrls: [`https://${name}:2379`] },
  }));
  const open = (endpoint: string): EtcdApi => {
    const name = endpoint.replace(":2379", "");
    const { api } = paperMember([], { endpoint });
    const { status } = foundMember(name, api);
    if (status === undefined) throw new Error("a member that is found has a status");
    const when = name === "m3" ? until : Promise.resolve();
    return {
      ...api,
      status: () => when.then(() => status),
      memberList: () => when.then(() => ({ by: status, members: list })),
    };
  };
  return {
    found: true,
    targets: [{ endpoint: "m1:2379", secure: true }],
    open: ({ endpoint }) => open(endpoint),
  };
}

test("one that is slow: whoever needs all waits for it, whoever needs one does not, and gets it later", async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  using members = new KeyMembers(access(promise.then()), 60);
  const early = await members.find(signal);
  expect(early.map(({ name, status, failure }) => [name, status !== undefined, failure])).toEqual([
    ["m1", true, undefined],
    ["m2", true, undefined],
    ["m3", false, undefined],
  ]);
  const all = members.find(signal, "all");
  // Longer than those are waited for that nobody needs.
  await sleep(600);
  resolve(undefined);
  expect((await all).map(({ status }) => status?.memberId)).toEqual(NAMES);
  expect(await early[2]?.late).toMatchObject({ name: "m3", status: { memberId: "m3" } });
});

test("one that never answers: the reason is its own, and the time that was waited", async () => {
  const text = "no answer from m3:2379 within 5.0 s";
  using members = new KeyMembers(access(Promise.reject(new Failed({ code: "timeout", text }))), 5);
  const found = await members.find(signal, "all");
  expect(found.map(({ failure }) => failure?.text)).toEqual([undefined, undefined, text]);
});
