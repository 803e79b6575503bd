import { accessTo } from "./route-kit.ts";
import type { EtcdApi } from "../../src/transport/etcd-api.ts";
import type { Failure } from "../../src/core/facts/failure.ts";
import { RequestError } from "../../src/core/facts/failure.ts";
import type { EtcdAccess } from "../../src/sources/etcd/access.ts";
import type { KeyMember } from "../../src/sources/keys/key-member.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { KeyMembers } from "../../src/sources/keys/key-members.ts";
import { settleMembers } from "../../src/sources/keys/key-member.ts";
import { foundMember, fakeMember } from "./key-kit.ts";

// Fake members, where one is to be slow until a moment that the test chooses; the lab has real ones.
const { signal } = new AbortController();
const NAMES = ["m1", "m2", "m3"];

/** m3 says nothing before `until` is over. */
function access(until: Promise<void>): EtcdAccess {
  const list = NAMES.map((name) => ({
    ...{ id: name, name, peerUrls: [], isLearner: false, clientUrls: [`https://${name}:2379`] },
  }));
  const open = (endpoint: string): EtcdApi => {
    const name = endpoint.replace(":2379", "");
    const { api } = fakeMember([], { endpoint });
    const { status } = foundMember(name, api);
    if (status === undefined) throw new Error("a member that is found has a status");
    const when = name === "m3" ? until : Promise.resolve();
    return {
      ...api,
      status: () => when.then(() => status),
      memberList: () => when.then(() => ({ by: status, members: list })),
    };
  };
  return accessTo(["m1:2379"], open);
}

test("one that is slow: a search of all waits for it, a search of one does not, and gets it later", async () => {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  using members = new KeyMembers(access(promise.then()), 60);
  const early = await members.find(signal);
  expect(early.map(({ name, status, failure }) => [name, status !== undefined, failure])).toEqual([
    ["m1", true, undefined],
    ["m2", true, undefined],
    ["m3", false, undefined],
  ]);
  const all = members.settled(signal);
  // Longer than those are waited for that nobody needs.
  await sleep(600);
  resolve(undefined);
  expect((await all).map(({ status }) => status?.memberId)).toEqual(NAMES);
  // Who is known is enough: nobody else is asked before all are wanted.
  using few = new KeyMembers(access(Promise.resolve()), 60);
  const first = await few.find(signal, (some) => some.some(({ status }) => status !== undefined));
  expect(first.map(({ name, status }) => [name, status?.memberId])).toEqual([
    ["m1", "m1"],
    ["m2", undefined],
    ["m3", undefined],
  ]);
  expect((await few.settled(signal)).map(({ status }) => status?.memberId)).toEqual(NAMES);
});

test("one that never answers: the reason is its own, and the time that was waited", async () => {
  const text = "no answer from m3:2379 within 5.0 s";
  using members = new KeyMembers(access(Promise.reject(new RequestError({ code: "timeout", text }))), 5);
  const found = await members.settled(signal);
  expect(found.map(({ failure }) => failure?.text)).toEqual([undefined, undefined, text]);
});

test("what members come to that had not said who they are: in their places, or gone, or new", () => {
  const known = (name: string, endpoint: string): KeyMember =>
    foundMember(name, fakeMember([], { endpoint }).api);
  const unknown = (member: KeyMember, name: string): KeyMember => ({
    ...{ ...member, name, status: undefined, header: undefined },
  });
  const [m1, m2, other] = [known("m1", "a:1"), known("m2", "b:1"), known("m1", "c:1")];
  const nobody = unknown(known("x", "d:1"), "d:1");
  const failure: Failure = { code: "other", text: "advertises b:1, which from here is m2" };
  const unobserved: KeyMember = { ...unknown(m2, "m3"), api: undefined, failure };
  // c:1 is m1, too, and first among the addresses; d:1 is nobody's; m3 gives m2's address.
  const { members, gone } = settleMembers(
    [unknown(other, "c:1"), m1, unknown(m2, "m2"), nobody],
    [other, m2, unobserved],
  );
  expect(members.map(({ name }) => name)).toEqual(["c:1", "m1", "m2", "d:1", "m3"]);
  expect(members[2]).toBe(m2);
  expect([...gone]).toEqual([0, 3]);
});
