import { fc } from "../seeded.ts";
import { parse } from "yaml";
import { toJson, toYaml } from "../../src/output/encode.ts";

const hostile = { name: "a\u001b[2J\u009b31m\u202ecba\u2028b\u007f", "key\u009b": ["\u0085"] };

test("JSON for people has four blanks, as kubectl's; in a stream it is one line", () => {
  expect(toJson({ a: [1] }, false)).toBe('{\n    "a": [\n        1\n    ]\n}\n');
  expect(toJson({ a: "x\ny" }, true)).toBe('{"a":"x\\ny"}\n');
});

test("YAML in a stream is begun by three dashes", async () => {
  expect(await toYaml({ a: 1 }, false)).toBe("a: 1\n");
  expect(await toYaml({ a: 1 }, true)).toBe("---\na: 1\n");
});

test("text that readers of YAML 1.1 would take for something else is quoted", async () => {
  const text = await toYaml(
    { a: "2026-11-22T13:51:00Z", b: "yes", c: "12", d: "0x1f", e: "null", f: "1:30" },
    false,
  );
  expect(text).toBe('a: "2026-11-22T13:51:00Z"\nb: "yes"\nc: "12"\nd: "0x1f"\ne: "null"\nf: "1:30"\n');
});

describe("a 64-bit number is written with all its digits, as etcdctl writes it", () => {
  // The nearest that a JSON number of JavaScript comes to it is 9007199254740992.
  const numbers = { revision: 9_007_199_254_740_993n, compactRevision: -1n, raftTerm: 2n ** 64n - 1n };

  test("JSON", () => {
    expect(toJson(numbers, true)).toBe(
      '{"revision":9007199254740993,"compactRevision":-1,"raftTerm":18446744073709551615}\n',
    );
    expect(toJson({ lag: [0n] }, false)).toBe('{\n    "lag": [\n        0\n    ]\n}\n');
  });

  test("YAML", async () => {
    expect(await toYaml(numbers, false)).toBe(
      "revision: 9007199254740993\ncompactRevision: -1\nraftTerm: 18446744073709551615\n",
    );
  });
});

describe("hostile text sends nothing to a terminal, and no character of it is lost", () => {
  const OBEYED =
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

  test("JSON", () => {
    const text = toJson(hostile, true);
    expect(text).not.toMatch(OBEYED);
    expect(JSON.parse(text)).toEqual(hostile);
  });

  test("YAML", async () => {
    const text = await toYaml(hostile, false);
    expect(text).not.toMatch(OBEYED);
    expect(parse(text)).toEqual(hostile);
  });

  test("any text", async () => {
    const any = fc.record({ text: fc.string({ unit: "binary", maxLength: 40 }) });
    await fc.assert(
      fc.asyncProperty(any, async (value) => {
        const [json, yaml] = [toJson(value, true), await toYaml(value, true)];
        expect(json + yaml).not.toMatch(OBEYED);
        expect(JSON.parse(json)).toEqual(value);
        expect(parse(yaml)).toEqual(value);
      }),
    );
  });
});
