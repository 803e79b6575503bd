import { parseArgv } from "../../src/cli/args/parse.ts";
import { UserError } from "../../src/core/facts/failure.ts";

const etcd = { endpoints: undefined, cacert: undefined, cert: undefined, key: undefined };
const plain = {
  ...{ verbose: false, etcd, requestTimeout: undefined, members: [], limit: Infinity },
  ...{ headers: true, ascii: false, output: "table" },
};
const substring = { kind: "substring", text: "hatest", ignoreCase: false };

test.each<[string[], object]>([
  [["keys", "hatest"], { ...plain, kind: "keys", pattern: substring }],
  [["keys", "--prefix", "/registry/"], { pattern: { ...substring, kind: "prefix", text: "/registry/" } }],
  [["keys", "--regex", "^/a|b$"], { pattern: { ...substring, kind: "regex", text: "^/a|b$" } }],
  [["keys", "hatest", "--exact", "-i"], { pattern: { ...substring, kind: "exact", ignoreCase: true } }],
  [["keys", "hatest", "-o", "name", "--limit", "5"], { output: "name", limit: 5 }],
  [["keys", "hatest", "--count"], { output: "count" }],
  [["keys", "hatest", "--members", "cp-1, cp-2,"], { members: ["cp-1", "cp-2"] }],
  [["keys", "--", "--odd"], { pattern: { ...substring, text: "--odd" } }],
  [
    ["keys", "hatest", "--request-timeout", "5s", "--ascii", "--no-headers"],
    { requestTimeout: 5, ascii: true, headers: false },
  ],
  [["keys", "diff"], { ...plain, kind: "keys diff" }],
  [
    ["keys", "diff", "-o", "json", "--members", "a,b"],
    { kind: "keys diff", output: "json", members: ["a", "b"] },
  ],
  [["keys", "--help"], { kind: "help", topic: "keys" }],
  [["help", "keys", "diff"], { kind: "help", topic: "keys diff" }],
])("%j", (argv, command) => {
  expect(parseArgv(argv)).toMatchObject(command);
});

test.each<[string[], string]>([
  [["keys"], "keys needs a pattern: a part of the keys that are looked for"],
  [["keys", ""], "an empty pattern would match every key: --prefix / finds all of Kubernetes'"],
  [["keys", "a", "b"], 'keys takes one pattern, but got "b", too: quote what holds a blank'],
  [["keys", "a", "--regex", "--exact"], "--regex and --exact exclude each other"],
  [["keys", "a", "--limit", "0"], '--limit cannot be "0": it takes a number from 1 on'],
  [["keys", "a", "--limit"], "--limit needs a value: --limit NUMBER"],
  ...["", " , "].map((nobody): [string[], string] => [
    ["keys", "a", "--members", nobody],
    "--members names nobody: it takes names, endpoints or IDs, leave it out to ask all",
  ]),
  [["keys", "a", "-o", "yaml"], '--output cannot be "yaml": it takes table, wide, name, json'],
  [
    ["keys", "a", "--count", "-o", "json"],
    "--count and --output json exclude each other: the document has the count",
  ],
  [
    ["keys", "a", "--count", "--limit", "3"],
    "--count and --limit exclude each other: all keys that match are counted",
  ],
  [
    ["keys", "--exact", "zz\ufffdbin"],
    '"zz\ufffdbin" holds what is no UTF-8: give a part of the key that is, as --prefix if it begins so',
  ],
])("%j is refused in one line", (argv, message) => {
  try {
    parseArgv(argv);
    throw new Error("not refused");
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ message: `${message}; see 'kubectl ha keys --help'`, exitCode: 2 });
  }
});
