import type { Assessment } from "../../src/core/assessment.ts";
import type { ClusterState, TimelineEvent } from "../../src/core/state.ts";
import { LeaseChoice } from "../../src/cli/commands/leaders.ts";
import { MemberChoice } from "../../src/cli/commands/etcd/member-choice.ts";
import { parseHolder } from "../../src/core/facts/holder.ts";
import { initialState } from "../../src/core/reduce.ts";
import { assessment, deadRow, etcd, leaseRow, leases, memberRow } from "./assessment-kit.ts";
import { listed, t } from "./model-kit.ts";

/** A lease of that name, held on that host. */
const held = (name: string, host: string) => {
  const row = leaseRow(host);
  const holder = parseHolder(`${host}_1`);
  return {
    ...row,
    key: `kube-system/${name}` as const,
    record: { ...row.record, name },
    status: { state: "held", holder, expiresIn: 9 } as const,
  };
};

describe("leases", () => {
  const all = assessment({ leases: leases(held("a", "cp-1"), held("b", "cp-2"), held("c", "cp-1")) });
  const chosen = (choice: LeaseChoice, from: Assessment = all): unknown => {
    const { rows, held: count } = choice.of(from).leases;
    return [rows.map((row) => row.record.name), count];
  };
  const choose = (names: string[], node?: string): LeaseChoice =>
    new LeaseChoice({ names, node, namespace: "kube-system" });

  test.each<[string[], string | undefined, unknown]>([
    [[], undefined, [["a", "b", "c"], 3]],
    [["b", "a"], undefined, [["a", "b"], 2]],
    [[], "cp-1", [["a", "c"], 2]],
    [["a", "b"], "cp-1", [["a"], 1]],
    [[], "cp-9", [[], 0]],
    [[], "CP-1.example.com", [["a", "c"], 2]],
    [[], "cp", [[], 0]],
  ])("%j on %s: %j", (names, node, rows) => {
    expect(chosen(choose(names, node))).toEqual(rows);
  });

  test("what a node once held stays in sight when another takes it over", () => {
    const choice = choose([], "cp-1");
    choice.of(all);
    const after = assessment({ leases: leases(held("a", "cp-3"), held("b", "cp-2"), held("c", "cp-1")) });
    expect(chosen(choice, after)).toEqual([["a", "c"], 2]);
  });

  test("what nobody holds is on the node of its last holder", () => {
    const vacant = {
      ...held("a", "cp-1"),
      status: { state: "vacant", vacantFor: 1 } as const,
      standing: "leaderless" as const,
      lastHolder: parseHolder("cp-1_1"),
    };
    const released = assessment({ leases: leases(vacant) });
    expect(chosen(choose([], "cp-1"), released)).toEqual([["a"], 0]);
    expect(chosen(choose([], "cp-2"), released)).toEqual([[], 0]);
  });

  test("one that is not there, or cannot be read, is said in one line", () => {
    expect(() => {
      choose(["a", "x"]).check(all);
    }).toThrow('lease "x" not found in namespace kube-system; leases found: a, b, c');
    expect(() => {
      choose(["a"]).check(all);
    }).not.toThrow();
    const failure = { code: "forbidden", text: "may not" } as const;
    const unread = assessment({ leases: { ...leases(), unread: [{ name: "x", failure }] } });
    expect(() => {
      choose(["x"]).check(unread);
    }).toThrow("cannot read the record of x: may not; no leases found");
  });
});

describe("members", () => {
  const picture = etcd({ rows: [memberRow(1), memberRow(2), deadRow(3)] });
  const event = (subject: string): TimelineEvent => ({ at: t(1), tone: "note", subject, text: "x" });
  const names = picture.rows.map((row) => row.name);
  const events = ["etcd", `etcd ${names[0] ?? ""}`, `etcd ${names[2] ?? ""}`, "API servers"].map(event);
  const state: ClusterState = { ...initialState(t(0)), events };
  const look = { assessment: assessment({ etcd: picture }), state };
  const chosen = (...wanted: (string | undefined)[]): unknown => {
    const { assessment: after, state: left } = new MemberChoice(wanted.map(String)).of(look);
    if (after.etcd.state !== "members") throw new Error(after.etcd.state);
    return [
      after.etcd.rows.map((row) => row.name),
      left.events.map(({ subject }) => subject),
      after.etcd.quorum,
    ];
  };

  test("all, or those that are named, with what concerns etcd as a whole", () => {
    expect(chosen()).toEqual([names, events.map(({ subject }) => subject), picture.quorum]);
    expect(chosen(names[2])).toEqual([[names[2]], ["etcd", `etcd ${String(names[2])}`], picture.quorum]);
  });

  test.each(["cp-3", "m3", "e3:2379", "https://e3:2379", "HTTP://e3:2379/", "e3"])(
    "by the name, the ID, the endpoint, as it stands in ETCDCTL_ENDPOINTS: %s",
    (word) => {
      new MemberChoice([word]).check(picture);
      expect(chosen(word)).toEqual([["cp-3"], ["etcd", "etcd cp-3"], picture.quorum]);
    },
  );

  test("without a member list nobody knows who is who: all", () => {
    const nobody = etcd({ rows: [deadRow(3)], list: { ...picture.list, members: [] } });
    const choice = new MemberChoice(["cp-1"]);
    expect(choice.of({ assessment: assessment({ etcd: nobody }) }).assessment.etcd).toEqual(nobody);
    expect(() => {
      choice.check(nobody);
    }).not.toThrow();
  });

  test("one that the list does not have is said in one line", () => {
    const list = { ...picture.list, members: [listed(1), listed(2, { name: "" })] };
    expect(() => {
      new MemberChoice(["x"]).check(etcd({ list }));
    }).toThrow(`etcd member "x" not found; members: ${listed(1).name}`);
    // That one is listed, but has no row.
    expect(() => {
      new MemberChoice(["m2"]).check(etcd({ list, rows: [memberRow(1)] }));
    }).toThrow("etcd member m2 was added and never started: it cannot be asked");
  });

  test("two of one name are distinguished by their IDs", () => {
    const name = "default";
    const list = { ...picture.list, members: [1, 2].map((id) => listed(id, { name })) };
    const both = assessment({ etcd: etcd({ list, rows: [memberRow(1, { name }), memberRow(2, { name })] }) });
    const rows = (word: string): unknown => new MemberChoice([word]).of({ assessment: both }).assessment.etcd;
    expect(rows("m2")).toMatchObject({ rows: [{ endpoint: "e2:2379" }] });
    expect(rows("e1:2379")).toMatchObject({ rows: [{ endpoint: "e1:2379" }] });
    expect(rows(name)).toMatchObject({ rows: [{ endpoint: "e1:2379" }, { endpoint: "e2:2379" }] });
  });
});
