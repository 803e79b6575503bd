import { podRoute } from "./route-kit.ts";
import { directRoute } from "../../src/core/etcd/routes.ts";
import type { Failure } from "../../src/core/facts/failure.ts";
import type { ListedMember } from "../../src/core/facts/member.ts";
import type { RouteFacts } from "../../src/core/etcd/resolve.ts";
import { matchesMember, resolveMembers } from "../../src/core/etcd/resolve.ts";

const REFUSED: Failure = { code: "refused", text: "connection refused" };

function listed(name: string, ...clientUrls: string[]): ListedMember {
  return { id: `id-${name}`, name, peerUrls: [], clientUrls, isLearner: false };
}

/** What an endpoint says: which member answers there (undefined: nothing does), and its list. */
function at(
  endpoint: string,
  name: string | undefined,
  list: readonly ListedMember[] | undefined,
  more: Partial<RouteFacts<string>> = {},
): RouteFacts<string> {
  return {
    route: directRoute({ endpoint, secure: true }),
    identity: name === undefined ? undefined : { clusterId: "c", memberId: `id-${name}` },
    failure: name === undefined ? REFUSED : undefined,
    list: list && { members: list, at: 1, isCurrent: true },
    source: endpoint,
    ...more,
  };
}

/** Each member as `name@endpoint`, and why it must not be asked there. */
function rows(...facts: RouteFacts<string>[]): readonly string[] {
  return resolveMembers(facts).members.map(({ name, endpoint = "no address", mismatch }) =>
    [`${name}@${endpoint}`, ...(mismatch ? [mismatch.text] : [])].join(": "),
  );
}

const THREE = ["a", "b", "c"].map((name) => listed(name, `https://${name}:2379`));

describe("members and their addresses", () => {
  test("one address each: as they are listed", () => {
    const all = THREE.map(({ name }) => at(`${name}:2379`, name, THREE));
    expect(rows(...all)).toEqual(["a@a:2379", "b@b:2379", "c@c:2379"]);
  });

  test("one member at two endpoints is one member, called by either", () => {
    const one = [listed("a", "https://a:2379")];
    const { members } = resolveMembers([at("a:2379", "a", one), at("10.0.0.1:2379", "a", one)]);
    expect(members).toHaveLength(1);
    const [member] = members;
    for (const word of ["a", "id-a", "a:2379", "https://10.0.0.1:2379", "10.0.0.1"])
      expect(member && matchesMember(member, word)).toBe(true);
    expect(member && matchesMember(member, "b")).toBe(false);
  });

  test("a member whose first route fails speaks over the one that answers, and has both", () => {
    const one = [listed("a", "https://a:2379")];
    const failing = at("a:2379", "a", one, { failure: REFUSED });
    const facts = [failing, at("10.0.0.1:2379", "a", one)];
    const [member, ...others] = resolveMembers(facts).members;
    expect(others).toEqual([]);
    expect(member).toMatchObject({ name: "a", endpoint: "10.0.0.1:2379", routes: facts, facts: facts[1] });
    expect(rows(failing, at("10.0.0.1:2379", undefined, undefined))).toEqual(["a@a:2379"]);
  });

  test("a route that is asked again is of the member that answered there, until another does", () => {
    const one = [listed("a", "https://a:2379")];
    const expected = { clusterId: "c", memberId: "id-a" };
    const again = (failure: Failure | undefined) => at("lb:1", undefined, undefined, { expected, failure });
    expect(rows(at("a:2379", "a", one, { failure: REFUSED }), again(undefined))).toEqual(["a@a:2379"]);
    expect(rows(at("a:2379", "a", one), again(REFUSED))).toEqual(["a@a:2379"]);
    expect(rows(at("a:2379", "a", one), at("lb:1", "b", one, { expected }))).toEqual([
      "a@a:2379",
      "lb:1@lb:1",
    ]);
  });

  test("three members that all list 127.0.0.1:2379, each reached in its own pod", () => {
    const three = ["a", "b", "c"].map((name) => listed(name, "https://127.0.0.1:2379"));
    const facts = ["a", "b", "c"].map((name) => at("", name, three, { route: podRoute(name) }));
    expect(rows(...facts)).toEqual([
      "a@pod kube-system/etcd-a",
      "b@pod kube-system/etcd-b",
      "c@pod kube-system/etcd-c",
    ]);
    // Of one that says nothing it is not known which it is: no address tells.
    const silent = at("", undefined, undefined, { route: podRoute("c"), failure: REFUSED });
    expect(rows(...facts.slice(0, 2), silent)).toEqual([
      ...["a@pod kube-system/etcd-a", "b@pod kube-system/etcd-b"],
      "pod kube-system/etcd-c@pod kube-system/etcd-c",
    ]);
  });

  test("two members that list one address: the one that answers there has it", () => {
    const two = ["a", "b"].map((name) => listed(name, "https://lb:2379"));
    expect(rows(at("lb:2379", "b", two))).toEqual([
      "b@lb:2379",
      "a@lb:2379: advertises lb:2379, which from here is b",
    ]);
  });

  test("three members that all list 127.0.0.1:2379, one of them here", () => {
    const three = ["a", "b", "c"].map((name) => listed(name, "https://127.0.0.1:2379"));
    const facts = [at("10.0.0.1:2379", "a", three), at("127.0.0.1:2379", "c", three)];
    expect(rows(...facts)).toEqual([
      "a@10.0.0.1:2379",
      "c@127.0.0.1:2379",
      "b@127.0.0.1:2379: advertises 127.0.0.1:2379, which from here is c",
    ]);
    const [a, c] = resolveMembers(facts).members;
    expect([a, c].map((one) => one && matchesMember(one, "127.0.0.1:2379"))).toEqual([false, true]);
  });

  test("the same with none of them here: nothing is said of a process that listens nowhere", () => {
    const three = ["a", "b", "c"].map((name) => listed(name, "https://127.0.0.1:2379"));
    const facts = [at("10.0.0.1:2379", "a", three), at("127.0.0.1:2379", undefined, undefined)];
    expect(rows(...facts)).toEqual([
      "a@10.0.0.1:2379",
      expect.stringMatching(/^b@127\.0\.0\.1:2379: advertises 127\.0\.0\.1:2379, .* connection refused$/),
      "c@127.0.0.1:2379: connection refused",
    ]);
  });

  test("a row whose ID is not known yet keeps its endpoint when the ID arrives", () => {
    const [unasked] = resolveMembers([at("a:2379", undefined, undefined, { failure: undefined })]).members;
    const [known] = resolveMembers([at("a:2379", "a", THREE)]).members;
    expect(unasked).toMatchObject({ memberId: undefined, name: "a:2379", endpoint: "a:2379" });
    expect(known).toMatchObject({ memberId: "id-a", name: "a", endpoint: "a:2379" });
  });

  test("an address is compared as it is asked, however a list spells it", () => {
    const list = [listed("a", "HTTPS://A:2379/"), listed("b", "https://b")];
    expect(rows(at("a:2379", undefined, undefined), at("b:2379", "b", list))).toEqual([
      "a@a:2379",
      "b@b:2379",
    ]);
  });

  test("members with one name are distinguished by their address, or by their ID where that is one, too", () => {
    const same = (id: string, url: string): ListedMember => ({ ...listed("default", url), id: `id-${id}` });
    const list = [same("a", "https://a:2379"), same("b", "https://b:2379"), listed("c", "https://c:2379")];
    expect(rows(...["a", "b", "c"].map((name) => at(`${name}:2379`, name, list)))).toEqual([
      "default (a:2379)@a:2379",
      "default (b:2379)@b:2379",
      "c@c:2379",
    ]);
    const one = [same("a", "https://lb:2379"), same("b", "https://lb:2379")];
    expect(rows(at("lb:2379", "a", one))).toEqual([
      "default (id-a)@lb:2379",
      "default (id-b)@lb:2379: advertises lb:2379, which from here is default (id-a)",
    ]);
  });

  test("one that never started has no address and comes last", () => {
    const list = [listed(""), ...THREE.slice(0, 1)];
    expect(rows(at("a:2379", "a", list))).toEqual([
      "a@a:2379",
      "id-@no address: member id- was added and never started",
    ]);
  });

  test("an endpoint of another cluster counts for nothing", () => {
    const other = { identity: { clusterId: "other", memberId: "x" } };
    const facts = [
      at("x:2379", "x", THREE, other),
      ...THREE.map(({ name }) => at(`${name}:2379`, name, THREE)),
    ];
    const { clusterId, own } = resolveMembers(facts);
    expect([clusterId, own.length]).toEqual(["c", 3]);
    expect(rows(...facts)[0]).toBe("x:2379@x:2379: x:2379 is a member of another cluster");
  });

  test("an endpoint at which nothing answers and that no member lists is no member, once there is a list", () => {
    const stray = at("stray:2379", undefined, undefined);
    expect(resolveMembers([stray]).unlisted).toEqual([]);
    const { members, unlisted } = resolveMembers([stray, at("a:2379", "a", THREE)]);
    expect(unlisted).toEqual([stray]);
    expect(members.map(({ name }) => name)).toEqual(["a"]);
  });
});
