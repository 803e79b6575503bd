import type { Failure } from "../../src/core/facts/failure.ts";
import type { FoundKey, KeySummary } from "../../src/core/keys/key.ts";
import type { KeyPattern } from "../../src/core/keys/search.ts";
import type { KeyQuestion } from "../../src/sources/keys/find-keys.ts";
import { findKeys } from "../../src/sources/keys/find-keys.ts";
import type { KeyMember } from "../../src/sources/keys/key-member.ts";
import type { FakeAnswers, FakeKey } from "./key-kit.ts";
import { foundMember, fakeMember } from "./key-kit.ts";
import { diffKeys } from "../../src/sources/keys/diff-keys.ts";
import { selector } from "../../src/sources/keys/select-keys.ts";
import { keySummaryLine } from "../../src/output/keys-words.ts";
import { diffSummaryLine } from "../../src/output/keys-diff.ts";

// Fake members, where real ones cannot be brought to differ or to fail at a given request.
const clock = (): { wall: number; mono: number } => ({ wall: 0, mono: performance.now() });
const KEYS = ["deployments/default/hatest", "pods/default/hatest-1", "secrets/a/b"].map(
  (k) => `/registry/${k}`,
);
const refused: Failure = { code: "refused", text: "connection refused by cp-3:2379" };

/** cp-1 leads, cp-2 is scanned. */
function members(
  papers: Record<string, { keys?: readonly (string | FakeKey)[] } & FakeAnswers>,
): readonly KeyMember[] {
  return Object.entries(papers).map(([name, { keys = KEYS, ...fake }]) =>
    foundMember(name, fakeMember(keys, { endpoint: `${name}:2379`, ...fake }).api),
  );
}

const dead = (name: string): KeyMember => ({
  ...{
    name,
    memberId: undefined,
    addresses: [],
    api: undefined,
    status: undefined,
    header: undefined,
    failure: refused,
  },
});

async function find(
  of: readonly KeyMember[],
  pattern: Partial<KeyPattern> | string,
  more: Partial<KeyQuestion> = {},
) {
  const asked = {
    kind: "substring",
    text: "hatest",
    ignoreCase: false,
    ...(typeof pattern === "string" ? { text: pattern } : pattern),
  } as const;
  const question = {
    pattern: asked,
    select: await selector(asked),
    members: of,
    limit: Infinity,
    marks: true,
    timeout: 0.1,
    clock,
    ...more,
  };
  let keys: FoundKey[] = [];
  const said: string[] = [];
  let summary: KeySummary | undefined;
  for await (const news of findKeys(question, new AbortController().signal)) {
    said.push(
      news.kind === "scanning"
        ? `scanning ${news.member}${news.throttled === undefined ? "" : ` throttled, it ${news.throttled}`}`
        : news.kind,
    );
    if (news.kind === "found") keys.push(...news.keys);
    if (news.kind === "begun-again") keys = [];
    if (news.kind === "ended") summary = news.summary;
  }
  if (summary === undefined) throw new Error("it did not end");
  const rows = keys.map(
    ({ key, marks }) => `${marks.map(({ state }) => state[0]).join("")} ${Buffer.from(key).toString()}`,
  );
  return { rows: rows.toSorted(), said, summary, line: keySummaryLine(summary, asked) };
}

test("each key that matches is asked of every member, and the line says so", async () => {
  const { rows, said, line } = await find(members({ "cp-1": {}, "cp-2": {}, "cp-3": {} }), "hatest");
  expect(rows).toEqual(["hhh /registry/deployments/default/hatest", "hhh /registry/pods/default/hatest-1"]);
  expect(said[0]).toBe("scanning cp-2");
  expect(line).toBe(
    "2 keys match, each on every member (cp-1, cp-2, cp-3) at revision 42; scanned on cp-2; cp-1, cp-3 have the same number of keys",
  );
});

test.each<[string, Partial<KeyPattern>, string[]]>([
  ["a part", { text: "pods/" }, ["/registry/pods/default/hatest-1"]],
  ["a prefix", { kind: "prefix", text: "/registry/pods" }, ["/registry/pods/default/hatest-1"]],
  ["a prefix that none has", { kind: "prefix", text: "registry" }, []],
  ["a whole key", { kind: "exact", text: "/registry/secrets/a/b" }, ["/registry/secrets/a/b"]],
  ["no whole key", { kind: "exact", text: "/registry/secrets/a" }, []],
  ["an expression", { kind: "regex", text: "hatest(-\\d)?$" }, KEYS.slice(0, 2)],
  ["capital letters", { text: "HATEST-", ignoreCase: true }, ["/registry/pods/default/hatest-1"]],
  [
    "a prefix in capitals",
    { kind: "prefix", text: "/REGISTRY/S", ignoreCase: true },
    ["/registry/secrets/a/b"],
  ],
  ["an expression in capitals", { kind: "regex", text: "HATEST-\\d", ignoreCase: true }, [KEYS[1] ?? ""]],
  ["letters of no expression", { text: "hatest.", ignoreCase: true }, []],
])("looks for %s", async (_, pattern, expected) => {
  const { rows } = await find(members({ "cp-1": {}, "cp-2": {} }), pattern);
  expect(rows).toEqual(expected.map((key) => `hh ${key}`));
});

test("an expression takes time in proportion to the key, for hostile keys too", async () => {
  const keys = [`/${"a".repeat(100_000)}`, "/aab"];
  const { rows } = await find(members({ "cp-1": { keys }, "cp-2": { keys } }), {
    kind: "regex",
    text: "(a+)+b$",
  });
  expect(rows).toEqual(["hh /aab"]);
});

test("a member that lacks a key, has it at another revision, or cannot be asked", async () => {
  const [deployment = "", pod = ""] = KEYS;
  const some = members({
    "cp-1": { keys: [deployment, { key: pod, modRevision: 8 }, "/registry/secrets/a/b"] },
    "cp-2": {},
    "cp-4": { keys: [pod, "x", "y"] },
  });
  const { rows, line, summary } = await find([...some, dead("cp-3")], "hatest");
  expect(rows).toEqual([`hhhu ${pod}`, `hhlu ${deployment}`]);
  expect(line).toBe(
    "2 keys match, each on cp-1, cp-2 at revision 42; cp-4 lacks 1 of them; members have 1 of them at different modRevisions: see 'kubectl ha keys diff'; unknown on cp-3: connection refused by cp-3:2379; cp-4 has a different key count and was scanned, too; scanned on cp-2; cp-1 has the same number of keys",
  );
  expect(summary.members.map(({ unknown }) => unknown)).toEqual([0, 0, 0, 2]);
});

test("what only another member has is found, too", async () => {
  const some = members({ "cp-1": { keys: [...KEYS, "/registry/pods/hatest-stray"] }, "cp-2": {} });
  const { rows, line, said } = await find(some, "stray");
  expect(rows).toEqual(["hl /registry/pods/hatest-stray"]);
  expect(said[0]).toBe("scanning cp-2");
  expect(line).toMatch(
    /^1 key matches, on cp-1 at revision 42; cp-2 lacks it; cp-1 has a different key count and was scanned, too$/,
  );
});

test("as many keys are not the same keys: what lacks one has another, and a mere count is named as one", async () => {
  const [deployment = "", pod = "", secret = ""] = KEYS;
  const swapped = members({
    "cp-1": { keys: [deployment, secret, "/registry/pods/default/hatest-2"] },
    "cp-2": {},
  });
  const { rows, line, summary } = await find(swapped, "hatest");
  expect(rows).toEqual([`hh ${deployment}`, `hl /registry/pods/default/hatest-2`, `lh ${pod}`]);
  expect(line).toMatch(
    /^3 keys match at revision 42; .*; cp-1 has a different key count and was scanned, too$/,
  );
  expect(summary).toMatchObject({ searched: ["cp-2"], countMismatch: ["cp-1"], counted: [] });
  // Nothing that was found tells that cp-1 has another one.
  const unobserved = await find(swapped, "hatest-2");
  expect(unobserved.line).toBe(
    'no key matches "hatest-2" among 3 keys at revision 42; scanned on cp-2; cp-1 has the same number of keys',
  );
  // Of one key, its number says all.
  const exact = await find(swapped, { kind: "exact", text: "/registry/pods/default/hatest-2" });
  expect(exact.line).toMatch(
    /^1 key matches, on cp-1 at revision 42; cp-2 lacks it; cp-1 has a different key count/,
  );
});

test("without a follower the leader is scanned, gently; who is down is said even where nothing matches", async () => {
  const some = [...members({ "cp-1": {} }), dead("cp-3")];
  const { said, line } = await find(some, "nothing");
  expect(said).toEqual(["scanning cp-1 throttled, it leads", "ended"]);
  expect(line).toBe(
    'no key matches "nothing" among 3 keys at revision 42; unknown on cp-3: connection refused by cp-3:2379',
  );
});

test("of one that may not be asked for its status, who it is does not tell whether it leads", async () => {
  const failure: Failure = { code: "forbidden", text: "permission denied" };
  const some = members({ "cp-1": {} }).map((member) => ({ ...member, status: undefined, failure }));
  expect((await find(some, "nothing")).said[0]).toBe("scanning cp-1 throttled, it may-lead");
});

test("stops after as many as are wanted", async () => {
  const { rows, line } = await find(members({ "cp-1": {}, "cp-2": {} }), "hatest", { limit: 1 });
  expect(rows).toHaveLength(1);
  expect(line).toBe("first 1 matching keys, on every member (cp-1, cp-2) at revision 42");
});

test("a member that is behind is waited for, then unknown", async () => {
  const lag: Failure = { code: "behind", text: "cp-1:2379 is behind" };
  let asked = 0;
  const comes = members({ "cp-1": { fail: () => ((asked += 1) < 3 ? lag : undefined) }, "cp-2": {} });
  expect((await find(comes, "deployments/", { timeout: 60 })).rows).toEqual([`hh ${KEYS[0] ?? ""}`]);
  const never = await find(members({ "cp-1": { fail: () => lag }, "cp-2": {} }), "deployments/");
  expect(never.rows).toEqual([`uh ${KEYS[0] ?? ""}`]);
  expect(never.line).toMatch(/; unknown on cp-1: cp-1:2379 is behind$/);
});

test("a revision that is compacted under it makes it start over", async () => {
  const compacted: Failure = { code: "compacted", text: "compacted" };
  const { rows, said } = await find(
    members({ "cp-1": {}, "cp-2": { fail: (n) => (n === 20 ? compacted : undefined) } }),
    "hatest",
  );
  expect(said.filter((one) => one === "begun-again")).toHaveLength(1);
  expect(rows).toHaveLength(2);
  const always = members({ "cp-1": {}, "cp-2": { fail: () => compacted } });
  await expect(find(always, "hatest")).rejects.toMatchObject({ failure: compacted });
});

test("permission denied on all, or on a part", async () => {
  const denied: Failure = { code: "forbidden", text: "permission denied" };
  const fail: FakeAnswers["fail"] = (_, { from }) =>
    Buffer.from(from).toString().startsWith("/registry/pods/") ? undefined : denied;
  const { rows, line } = await find(members({ "cp-1": { fail }, "cp-2": { fail } }), "hatest");
  expect(rows).toEqual(["hh /registry/pods/default/hatest-1"]);
  expect(line).toMatch(
    /; permission denied on \d+ ranges \(matches there are unknown\); scanned on cp-2; cp-1 has the same number of keys$/,
  );
  const all = members({ "cp-1": { fail: () => denied }, "cp-2": { fail: () => denied } });
  await expect(find(all, "hatest")).rejects.toMatchObject({ failure: { code: "forbidden" } });
});

async function diff(of: readonly KeyMember[], { limit = Infinity, values = false } = {}) {
  const rows: string[] = [];
  for await (const news of diffKeys(
    { members: of, limit, values, timeout: 0.1, clock },
    new AbortController().signal,
  )) {
    if (news.kind === "different")
      rows.push(
        `${news.key.marks.map((m) => (m.state === "has" ? m.numbers.modRevision.toString() : m.state)).join(" ")} ${news.key.valuesDiffer ? "values " : ""}${Buffer.from(news.key.key).toString()}`,
      );
    if (news.kind === "ended") return { rows, line: diffSummaryLine(news.summary), summary: news.summary };
  }
  throw new Error("it did not end");
}

describe("a comparison", () => {
  test("finds no difference where there is none, however the keys lie on pages", async () => {
    const many = Array.from({ length: 300 }, (_, n) => `/registry/pods/${n}`);
    const streams = { "cp-1": { keys: many }, "cp-2": { keys: many, streams: true } };
    const { rows, line } = await diff(members(streams).map(as37));
    expect(rows).toEqual([]);
    expect(line).toBe(
      "no difference in 300 keys on cp-1, cp-2 at revision 42; values not compared (use --value)",
    );
  });

  test("finds what a member lacks and what is at another revision, in the order of the keys", async () => {
    const [deployment = "", pod = "", secret = ""] = KEYS;
    const some = members({
      "cp-1": { keys: [deployment, { key: pod, modRevision: 8 }, "zz"] },
      "cp-2": { keys: [deployment, pod, secret] },
    });
    const { rows, line } = await diff([...some, dead("cp-3")]);
    expect(rows).toEqual([`8 7 unknown ${pod}`, `lacks 7 unknown ${secret}`, "7 lacks unknown zz"]);
    expect(line).toBe(
      "3 keys of 4 differ on cp-1, cp-2 at revision 42; values not compared (use --value); cp-3 not compared: connection refused by cp-3:2379",
    );
    expect((await diff(some, { limit: 1 })).line).toMatch(
      /^the first 1 key of 2 differs on cp-1, cp-2 at revision 42;/,
    );
  });

  test("finds values that differ at one modRevision where it is asked to, in the order of the keys", async () => {
    const many = Array.from({ length: 100 }, (_, n) => `/registry/pods/${String(n).padStart(3, "0")}`);
    const damaged = many.map((key, n) => ({ key, value: n % 40 === 0 ? "damaged" : "" }));
    const some = members({ "cp-1": { keys: [...many, "zz"] }, "cp-2": { keys: damaged } });
    const { rows, line } = await diff(some, { values: true });
    expect(rows).toEqual([
      ...["7 7 values /registry/pods/000", "7 7 values /registry/pods/040", "7 7 values /registry/pods/080"],
      "7 lacks zz",
    ]);
    expect(line).toBe("4 keys of 101 differ on cp-1, cp-2 at revision 42");
    expect((await diff(some, { values: true, limit: 2 })).rows).toHaveLength(2);
    expect((await diff(some)).rows).toEqual(["7 lacks zz"]);
  });

  test("needs two members", async () => {
    await expect(diff([...members({ "cp-1": {} }), dead("cp-3")])).rejects.toMatchObject({
      failure: { text: "fewer than two members can be compared: connection refused by cp-3:2379" },
    });
  });
});

/** As etcd 3.7, which may have RangeStream. */
function as37(member: KeyMember): KeyMember {
  const status = member.status && { ...member.status, version: "3.7.3" };
  return { ...member, status };
}
