import type { Command } from "../../src/cli/args/command.ts";
import type { Flag } from "../../src/cli/args/flags.ts";
import { FLAGS } from "../../src/cli/args/flags.ts";
import { commandNames } from "../../src/cli/args/catalog.ts";
import { parseArgv } from "../../src/cli/args/parse.ts";
import { UserError } from "../../src/core/facts/failure.ts";

const words = (line: string): string[] => line.split(" ").filter((word) => word !== "");

function parsed(line: string): Command {
  return parseArgv(words(line));
}

function refused(argv: readonly string[]): { message: string; exitCode: number } {
  try {
    parseArgv(argv);
  } catch (error) {
    if (error instanceof UserError) return { message: error.message, exitCode: error.exitCode };
    throw error;
  }
  throw new Error(`${argv.join(" ")} was taken`);
}

describe("commands", () => {
  const nothing = { verbose: false };
  const cluster = {
    kubeconfig: undefined,
    context: undefined,
    cluster: undefined,
    user: undefined,
    server: undefined,
    token: undefined,
    as: undefined,
    asGroups: [],
    certificateAuthority: undefined,
    insecureSkipTlsVerify: false,
    tlsServerName: undefined,
    requestTimeout: undefined,
  };
  const none = { cacert: undefined, cert: undefined, key: undefined, user: undefined, password: undefined };
  const etcd = { endpoints: undefined, ...none };
  const list = { output: "table", watch: false, headers: true };
  const namespace = "kube-system";

  test.each<[string, unknown]>([
    ["", { ...nothing, kind: "help", topic: undefined }],
    ["--help", { ...nothing, kind: "help", topic: undefined }],
    ["-h", { ...nothing, kind: "help", topic: undefined }],
    ["help", { ...nothing, kind: "help", topic: undefined }],
    ["help top", { ...nothing, kind: "help", topic: "top" }],
    ["status --help", { ...nothing, kind: "help", topic: "status" }],
    ["--help status", { ...nothing, kind: "help", topic: "status" }],
    ["top", { ...nothing, kind: "top", cluster, namespace, etcd, ascii: false, interval: 1 }],
    ["status", { ...nothing, kind: "status", cluster, namespace, etcd, ...list }],
    ["leaders", { ...nothing, kind: "leaders", cluster, namespace, names: [], node: undefined, ...list }],
    ["etcd", { ...nothing, kind: "help", topic: "etcd" }],
    ["etcd --help", { ...nothing, kind: "help", topic: "etcd" }],
    ["help etcd", { ...nothing, kind: "help", topic: "etcd" }],
    ["help etcd status", { ...nothing, kind: "help", topic: "etcd status" }],
    ["etcd status", { ...nothing, kind: "etcd status", names: [], etcd, requestTimeout: undefined, ...list }],
    [
      "etcd members -w",
      { ...nothing, kind: "etcd members", names: [], etcd, requestTimeout: undefined, ...list, watch: true },
    ],
    [
      "etcd health",
      {
        ...nothing,
        kind: "etcd health",
        etcd,
        requestTimeout: undefined,
        output: "table",
        headers: true,
        watch: false,
      },
    ],
    [
      "etcd hash -o yaml --request-timeout 9s --etcd-user a:b",
      {
        ...{ ...nothing, kind: "etcd hash", etcd: { ...etcd, user: "a:b" } },
        ...{ requestTimeout: 9, output: "yaml", headers: true },
      },
    ],
    ["completion bash", { ...nothing, kind: "completion", what: { script: "bash" } }],
    ["completion --install bin", { ...nothing, kind: "completion", what: { installInto: "bin" } }],
    ["__complete status --contxt", { ...nothing, kind: "__complete", line: ["status", "--contxt"] }],
    ["__complete", { ...nothing, kind: "__complete", line: [] }],
    ["version", { ...nothing, kind: "version", cluster, etcd, clientOnly: false, output: "table" }],
  ])("%j", (line, command) => {
    expect(parsed(line)).toEqual(command);
  });
});

describe("every flag", () => {
  test.each<[string, unknown]>([
    ["status -o json", { output: "json" }],
    ["status -ojson", { output: "json" }],
    ["status -o=json", { output: "json" }],
    ["status --output wide", { output: "wide" }],
    ["status --output=yaml", { output: "yaml" }],
    ["status -o json -o yaml", { output: "yaml" }],
    ["leaders -w", { watch: true }],
    ["leaders --watch", { watch: true }],
    ["leaders --watch=true", { watch: true }],
    ["leaders --watch=false", { watch: false }],
    ["leaders -wo wide", { watch: true, output: "wide" }],
    ["etcd status -w", { watch: true, names: [] }],
    ["etcd status -w m1", { watch: true, names: ["m1"] }],
    ["etcd status json -w", { watch: true, names: ["json"] }],
    ["etcd status --watch json", { watch: true, names: ["json"] }],
    ["etcd status -w -- json", { watch: true, names: ["json"] }],
    ["leaders --no-headers", { headers: false }],
    ["leaders --no-headers=false", { headers: true }],
    ["top --ascii", { ascii: true }],
    ["top --interval 5", { interval: 5 }],
    ["top --interval=0.5", { interval: 0.5 }],
    ["top --interval 500ms", { interval: 0.5 }],
    ["top --interval 1m", { interval: 60 }],
    ["version --client", { clientOnly: true }],
    ["version -o yaml", { output: "yaml" }],
    ["leaders a b -w", { names: ["a", "b"], watch: true }],
    ["leaders --node cp-1", { node: "cp-1" }],
    ["leaders -n openshift-kube-scheduler", { namespace: "openshift-kube-scheduler" }],
    ["leaders --namespace=x", { namespace: "x" }],
    ["status --kubeconfig a.conf", { cluster: { kubeconfig: "a.conf" } }],
    ["status --context a", { cluster: { context: "a" } }],
    ["status --context a --context b", { cluster: { context: "b" } }],
    ["status --cluster a", { cluster: { cluster: "a" } }],
    ["status --user a", { cluster: { user: "a" } }],
    ["status -s https://a", { cluster: { server: "https://a" } }],
    ["status --server https://a", { cluster: { server: "https://a" } }],
    ["status --token a", { cluster: { token: "a" } }],
    ["status --as a", { cluster: { as: "a" } }],
    ["status --as a --as-group b --as-group=c", { cluster: { as: "a", asGroups: ["b", "c"] } }],
    ["status --certificate-authority a", { cluster: { certificateAuthority: "a" } }],
    ["status --insecure-skip-tls-verify", { cluster: { insecureSkipTlsVerify: true } }],
    ["status --insecure-skip-tls-verify=true", { cluster: { insecureSkipTlsVerify: true } }],
    ["status --tls-server-name a", { cluster: { tlsServerName: "a" } }],
    ["status --request-timeout 5", { cluster: { requestTimeout: 5 } }],
    ["status --request-timeout=500ms", { cluster: { requestTimeout: 0.5 } }],
    ["status --request-timeout=1m30s", { cluster: { requestTimeout: 90 } }],
    ["status --request-timeout=0", { cluster: { requestTimeout: undefined } }],
    ["status --etcd-endpoints a:1,b:1", { etcd: { endpoints: "a:1,b:1" } }],
    ["status --etcd-cacert a", { etcd: { cacert: "a" } }],
    ["status --etcd-cert a", { etcd: { cert: "a" } }],
    ["status --etcd-key a", { etcd: { key: "a" } }],
    ["status -v", { verbose: true }],
    ["status --verbose", { verbose: true }],
  ])("%s", (line, part) => {
    expect(parsed(line)).toMatchObject(part as object);
  });

  test("an empty value is as good as none, as in kubectl", () => {
    expect(parseArgv(["status", "--context", ""])).toMatchObject({ cluster: { context: undefined } });
  });

  test("may stand before the command as well as after it", () => {
    for (const flag of FLAGS as readonly Flag[]) {
      const [command = "top"] = flag.on;
      const values: Record<string, string> = { DURATION: "3s", FORMAT: "json", NUMBER: "7" };
      const typed =
        flag.value === undefined ? [`--${flag.name}`] : [`--${flag.name}`, values[flag.value] ?? "x"];
      const words = command === "keys" ? [command, "pattern"] : [command];
      expect(parseArgv([...typed, ...words])).toEqual(parseArgv([...words, ...typed]));
    }
  });

  test("has a letter of its own, if it has one", () => {
    const letters = FLAGS.flatMap((flag: Flag) => flag.short ?? []);
    expect(new Set(letters).size).toBe(letters.length);
  });
});

describe("what cannot be done is said in one line, with exit code 2", () => {
  test.each<[string, string]>([
    ["statsu", `unknown command "statsu" for "kubectl ha", did you mean status? See 'kubectl ha --help'`],
    ["xyzzy", `unknown command "xyzzy" for "kubectl ha"; see 'kubectl ha --help'`],
    ["toString", `unknown command "toString" for "kubectl ha"; see 'kubectl ha --help'`],
    [
      "etcd statsu",
      `unknown command "statsu" for "kubectl ha etcd", did you mean status? See 'kubectl ha etcd --help'`,
    ],
    ["help xyzzy", `unknown command "xyzzy" for "kubectl ha"; see 'kubectl ha --help'`],
    ["xyzzy --help", `unknown command "xyzzy" for "kubectl ha"; see 'kubectl ha --help'`],
    ["status --contxt x", `unknown flag "--contxt", did you mean --context? See 'kubectl ha status --help'`],
    ["--contxt=x status", `unknown flag "--contxt", did you mean --context? See 'kubectl ha --help'`],
    ...["endpoints", "cacert", "cert", "key"].map((name): [string, string] => [
      `etcd status --${name} x`,
      `unknown flag "--${name}", did you mean --etcd-${name}? See 'kubectl ha etcd status --help'`,
    ]),
    [
      "keys x --write-out=json",
      `unknown flag "--write-out", did you mean --output? See 'kubectl ha keys --help'`,
    ],
    [
      "keys diff --command-timeout 9s",
      `unknown flag "--command-timeout", did you mean --request-timeout? See 'kubectl ha keys diff --help'`,
    ],
    ...["etcd status -w json", "-w json etcd status", "etcd -w=json status", "etcd status m1 -wjson"].map(
      (line): [string, string] => [
        line,
        "-w means --watch: use -o json; see 'kubectl ha etcd status --help'",
      ],
    ),
    ["-n kube-system leaders -w table", "-w means --watch: use -o table; see 'kubectl ha leaders --help'"],
    [
      "etcd members -w fields",
      "-w means --watch: -o accepts table, wide, json, yaml, not \"fields\"; see 'kubectl ha etcd members --help'",
    ],
    ...["keys x -w json", "keys -wjson x"].map((line): [string, string] => [
      line,
      "unknown flag -w: use -o json; see 'kubectl ha keys --help'",
    ]),
    [
      "etcd hash -w simple",
      "unknown flag -w: -o accepts table, wide, json, yaml, not \"simple\"; see 'kubectl ha etcd hash --help'",
    ],
    ["leaders --cert x", `unknown flag "--cert"; see 'kubectl ha leaders --help'`],
    ...["etcd status --cluster", "etcd status --cluster -w", "etcd health --cluster=true"].map(
      (line): [string, string] => [
        line,
        "unknown flag --cluster: all members are asked by default; see 'kubectl ha etcd --help'",
      ],
    ),
    [
      "keys --cluster x",
      "unknown flag --cluster: all members are asked by default; see 'kubectl ha keys --help'",
    ],
    ["status -x", `unknown flag "-x"; see 'kubectl ha status --help'`],
    ["status more", `status accepts no arguments, but received "more"; see 'kubectl ha status --help'`],
    [
      "completion",
      "completion requires a shell (bash, zsh, fish, powershell) or --install DIR; see 'kubectl ha completion --help'",
    ],
    [
      "completion tcsh",
      `unsupported shell "tcsh": must be one of bash, zsh, fish, powershell; see 'kubectl ha completion --help'`,
    ],
    [
      "completion bash --install bin",
      `--install and a shell are mutually exclusive: remove "bash"; see 'kubectl ha completion --help'`,
    ],
    [
      "completion bash zsh",
      `completion accepts one argument, but received "zsh"; see 'kubectl ha completion --help'`,
    ],
    [
      "status __complete",
      `status accepts no arguments, but received "__complete"; see 'kubectl ha status --help'`,
    ],
    [
      "etcd status --user root:x",
      `unknown flag --user for "kubectl ha etcd status", did you mean --etcd-user? See 'kubectl ha etcd status --help'`,
    ],
    [
      "leaders --ascii",
      `unknown flag --ascii for "kubectl ha leaders", supported by top, keys, keys diff; see 'kubectl ha leaders --help'`,
    ],
    ["status --context", `flag needs an argument: --context NAME; see 'kubectl ha status --help'`],
    ["status -o", `flag needs an argument: --output FORMAT; see 'kubectl ha status --help'`],
    [
      "status -o xml",
      `invalid value "xml" for --output: must be one of table, wide, json, yaml; see 'kubectl ha status --help'`,
    ],
    [
      "version -o wide",
      `invalid value "wide" for --output: must be one of json, yaml; see 'kubectl ha version --help'`,
    ],
    [
      "status --watch=maybe",
      `invalid value "maybe" for --watch: must be true or false; see 'kubectl ha status --help'`,
    ],
    [
      "top --interval 0",
      `invalid value "0" for --interval: must be from 100ms to 60s, such as 0.5 or 2s; see 'kubectl ha top --help'`,
    ],
    [
      "top --interval 0.05",
      `invalid value "0.05" for --interval: must be from 100ms to 60s, such as 0.5 or 2s; see 'kubectl ha top --help'`,
    ],
    [
      "top --interval often",
      `invalid value "often" for --interval: must be from 100ms to 60s, such as 0.5 or 2s; see 'kubectl ha top --help'`,
    ],
    [
      "status --interval 5",
      `unknown flag --interval for "kubectl ha status", supported by top; see 'kubectl ha status --help'`,
    ],
    [
      "status --request-timeout soon",
      `invalid value "soon" for --request-timeout: must be a duration such as 2s or 500ms; see 'kubectl ha status --help'`,
    ],
    [
      "--context x",
      `--context requires a command: one of ${commandNames().join(", ")}; see 'kubectl ha --help'`,
    ],
  ])("%s", (line, message) => {
    expect(refused(words(line))).toEqual({ message, exitCode: 2 });
  });

  test("also when it is hostile", () => {
    const { message } = refused([`\u001b[31m${"x".repeat(10_000)}\ny`]);
    expect(message).toMatch(/^unknown command "x{59}…" for "kubectl ha"; see 'kubectl ha --help'$/);
  });
});
