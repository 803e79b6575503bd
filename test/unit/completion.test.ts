import type { Flag } from "../../src/cli/args/flags.ts";
import { FLAGS } from "../../src/cli/args/flags.ts";
import { CATALOG, commandNames } from "../../src/cli/args/catalog.ts";
import { readCursor, wantedAt } from "../../src/cli/commands/completion/wanted.ts";
import {
  apiServerUrls,
  candidateLines,
  contextNames,
  etcdUrls,
  inList,
  leaseNames,
  memberNames,
  nodeNames,
} from "../../src/cli/commands/completion/names.ts";
import { readKubeconfig } from "../../src/transport/kube-http/kubeconfig.ts";

/** A line as it is typed: the words are separated by one blank, the cursor is at its end. */
const wanted = (line: string): ReturnType<typeof wantedAt> => wantedAt(readCursor(line.split(" ")));

/** The candidates that begin as typed, without what is said of them. */
function offered(line: string): readonly (string | undefined)[] {
  const found = wanted(line);
  if (found.kind !== "these") throw new Error(`${line}: ${JSON.stringify(found)}`);
  return candidateLines(found.candidates, readCursor(line.split(" ")).typed).map((one) => one.split("\t")[0]);
}

const firstWords = [...new Set(commandNames().map((name) => name.split(" ")[0] ?? ""))];

describe("commands", () => {
  test("all of them, each with what it does", () => {
    expect(offered("")).toEqual(firstWords);
    expect(offered("help ")).toEqual(firstWords);
    const { candidates } = wanted("") as { candidates: readonly { value: string; about: string }[] };
    expect(candidates).toContainEqual({ value: "status", about: CATALOG.status.summary });
  });

  test.each([
    ["st", ["status"]],
    ["ver", ["version"]],
    ["help le", ["leaders"]],
    ["--context x st", ["status"]],
    ["-n kube-system lead", ["leaders"]],
    ["xyz", []],
  ])("%j: %j", (line, names) => {
    expect(offered(line)).toEqual(names);
  });

  test("of several words each is offered in its turn", () => {
    for (const name of commandNames()) {
      const parts = name.split(" ");
      parts.forEach((part, i) => {
        expect(offered([...parts.slice(0, i), ""].join(" "))).toContain(part);
        expect(offered(["help", ...parts.slice(0, i), ""].join(" "))).toContain(part);
      });
    }
  });

  test.each(["status ", "status x ", "help status ", "completion bash "])(
    "after %j nothing follows",
    (line) => {
      expect(wanted(line)).toEqual({ kind: "nothing" });
    },
  );

  test("completion takes a shell", () => {
    expect(offered("completion ")).toEqual(["bash", "zsh", "fish", "powershell"]);
    expect(offered("completion z")).toEqual(["zsh"]);
  });
});

describe("flags", () => {
  test.each(commandNames())("of %s: those that it takes, and no others", (name) => {
    const takes = FLAGS.filter((flag: Flag) => flag.on.includes(name)).map((flag) => `--${flag.name}`);
    expect(offered(`${name} --`)).toEqual(takes);
  });

  test("letters, too, after a single dash", () => {
    expect(offered("leaders -")).toEqual(expect.arrayContaining(["-o", "--output", "-w", "-n"]));
    expect(offered("leaders --o")).toEqual(["--output"]);
  });

  test("none that stands there already, but for one that may be repeated", () => {
    expect(offered("leaders -wo json --")).not.toEqual(expect.arrayContaining(["--watch"]));
    expect(offered("leaders -wo json --")).not.toEqual(expect.arrayContaining(["--output"]));
    expect(offered("leaders --as-group a --as-g")).toEqual(["--as-group"]);
  });

  test("before a command: of all commands", () => {
    expect(offered("--asc")).toEqual(["--ascii"]);
  });
});

describe("values", () => {
  const formats = ["table", "wide", "json", "yaml"];
  test.each([
    ["status -o ", formats],
    ["status --output ", formats],
    ["status --output=", formats],
    ["status --output=j", ["json"]],
    ["status -o=j", ["json"]],
    ["status -w -o y", ["yaml"]],
    ["version -o ", ["json", "yaml"]],
    ["-o ", [...formats, "name"]],
  ])("%j: %j", (line, values) => {
    expect(offered(line)).toEqual(values);
  });

  test.each([
    ["status --kubeconfig ", { kind: "files" }],
    ["status --etcd-key=", { kind: "files" }],
    ["completion --install ", { kind: "files" }],
    ["status --context ", { kind: "names", of: "context" }],
    ["--cluster ", { kind: "names", of: "cluster" }],
    ["top --user=", { kind: "names", of: "user" }],
    ["leaders -n ", { kind: "names", of: "namespace" }],
    ["leaders --node ", { kind: "names", of: "node" }],
    ["leaders -s ", { kind: "names", of: "api-server" }],
    ["top --etcd-endpoints ", { kind: "names", of: "etcd-endpoints" }],
    ["keys --members ", { kind: "names", of: "members" }],
    ["keys diff --members=cp-1,", { kind: "names", of: "members" }],
    ["leaders ", { kind: "names", of: "lease" }],
    ["leaders kube-scheduler ", { kind: "names", of: "lease" }],
    ["etcd status ", { kind: "names", of: "member" }],
    ["etcd status cp-1 ", { kind: "names", of: "member" }],
    ["leaders -- ", { kind: "names", of: "lease" }],
    ["leaders --context -o ", { kind: "names", of: "lease" }],
    ["status --token ", { kind: "nothing" }],
    ["status --nosuch=", { kind: "nothing" }],
    ["status --watch=", { kind: "nothing" }],
  ])("%j: %j", (line, what) => {
    expect(wanted(line)).toEqual(what);
  });
});

test("the flags before the cursor are read as the command would read them", () => {
  const line = ["--context", "a b", "leaders", "-wn", "x", "-ojson", "--as-group=1", "--as-group", "2", ""];
  expect(Object.fromEntries(readCursor(line).flags)).toEqual({
    context: ["a b"],
    watch: ["true"],
    namespace: ["x"],
    output: ["json"],
    "as-group": ["1", "2"],
  });
});

describe("names", () => {
  const lease = (name: string, holderIdentity: string, labels = {}) => ({
    metadata: { name, labels },
    spec: { holderIdentity },
  });
  const leases = {
    items: [
      lease("kube-scheduler", "cp-2_7b1e"),
      lease("kube-controller-manager", "cp-2_90aa"),
      lease("cloud-controller-manager", ""),
      lease("apiserver-x", "apiserver-x_1", { "apiserver.kubernetes.io/identity": "kube-apiserver" }),
      7,
    ],
  };
  const pod = (annotations: object) => ({ metadata: { annotations }, spec: { nodeName: "cp-1" } });

  test("leases of leaders, with their holders", () => {
    expect(leaseNames(leases)).toEqual([
      { value: "kube-scheduler", about: "held by cp-2" },
      { value: "kube-controller-manager", about: "held by cp-2" },
      { value: "cloud-controller-manager", about: "no holder" },
    ]);
  });

  test("nodes, with what they lead", () => {
    const nodes = { items: [{ metadata: { name: "cp-1" } }, { metadata: { name: "cp-2" } }] };
    expect(nodeNames(nodes, leases)).toEqual([
      { value: "cp-1", about: "holds no lease" },
      { value: "cp-2", about: "holds kube-scheduler, kube-controller-manager" },
    ]);
  });

  test("contexts, the current one among them", () => {
    const document = {
      "current-context": "a",
      contexts: [
        { name: "a", context: { cluster: "c", user: "u" } },
        { name: "arn:aws:eks:1/x", context: { cluster: "d", user: "v" } },
      ],
    };
    expect(contextNames(readKubeconfig(document, "test", (path) => path))).toEqual([
      { value: "a", about: "current, cluster c as u" },
      { value: "arn:aws:eks:1/x", about: "cluster d as v" },
    ]);
  });

  test("members of etcd, with their addresses", () => {
    const member = { id: "1", peerUrls: [], isLearner: false };
    const listed = [
      { ...member, name: "cp-1", clientUrls: ["https://10.0.0.11:2379"] },
      { ...member, name: "cp-4", clientUrls: ["https://10.0.0.14:2379"], isLearner: true },
      { ...member, name: "", clientUrls: [] },
    ];
    expect(candidateLines(memberNames(listed), "")).toEqual([
      "cp-1\thttps://10.0.0.11:2379",
      "cp-4\tlearner, https://10.0.0.14:2379",
    ]);
  });

  test("addresses by the pods of kubeadm", () => {
    const kubeadm = "kubeadm.kubernetes.io";
    const server = pod({ [`${kubeadm}/kube-apiserver.advertise-address.endpoint`]: "10.0.0.11:6443" });
    const member = pod({ [`${kubeadm}/etcd.advertise-client-urls`]: "https://10.0.0.11:2379,https://x:1" });
    expect(apiServerUrls({ items: [server, pod({})] })).toEqual([
      { value: "https://10.0.0.11:6443", about: "cp-1" },
    ]);
    expect(etcdUrls({ items: [member] })).toEqual([{ value: "https://10.0.0.11:2379", about: "cp-1" }]);
    expect(candidateLines(etcdUrls({ items: [pod({}), {}] }), "")).toEqual([]);
  });

  test("in a list with commas: those that are not in it", () => {
    const urls = ["https://a:1", "https://b:1"].map((value) => ({ value, about: "" }));
    expect(candidateLines(inList(urls, "https://a:1,ht"), "https://a:1,ht")).toEqual([
      "https://a:1,https://b:1",
    ]);
    expect(candidateLines(inList(urls, ""), "")).toEqual(["https://a:1", "https://b:1"]);
  });

  test("what is hostile is not offered, and what is said is one clean line", () => {
    const candidates = [
      { value: "good", about: "a\tb\nc\u001b[31m" },
      { value: "bad\tname", about: "" },
      { value: "bad\n:0", about: "" },
      { value: "\u001b]0;x\u0007", about: "" },
      { value: "", about: "" },
      { value: "good", about: "twice" },
    ];
    expect(candidateLines(candidates, "")).toEqual(["good\ttwice"]);
    expect(candidateLines(candidates.slice(0, 1), "")).toEqual(["good\ta b c"]);
  });
});
