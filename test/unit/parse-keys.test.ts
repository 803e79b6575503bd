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
  [["keys"], "keys requires a pattern: a part of the key"],
  [["keys", ""], "an empty pattern would match every key: use --prefix / for all keys of Kubernetes"],
  [
    ["keys", "a", "b"],
    'keys accepts one pattern, but received "b" too: quote a pattern that contains blanks',
  ],
  [["keys", "a", "--regex", "--exact"], "--regex and --exact are mutually exclusive"],
  [["keys", "a", "--limit", "0"], 'invalid value "0" for --limit: must be a number of at least 1'],
  [["keys", "a", "--limit"], "flag needs an argument: --limit NUMBER"],
  ...["", " , "].map((nobody): [string[], string] => [
    ["keys", "a", "--members", nobody],
    "--members is empty: give names, endpoints or IDs, or omit it to ask all members",
  ]),
  [["keys", "a", "-o", "yaml"], 'invalid value "yaml" for --output: must be one of table, wide, name, json'],
  [
    ["keys", "a", "--count", "-o", "json"],
    "--count and --output json are mutually exclusive: the document contains the count",
  ],
  [
    ["keys", "a", "--count", "--limit", "3"],
    "--count and --limit are mutually exclusive: --count counts all matching keys",
  ],
  [
    ["keys", "--exact", "zz\ufffdbin"],
    '"zz\ufffdbin" is not valid UTF-8: give a part of the key that is, or its beginning with --prefix',
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
