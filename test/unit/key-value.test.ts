import type { KeyValue, OpenedKey } from "../../src/core/keys/value.ts";
import { mayHoldSecret } from "../../src/core/keys/value.ts";
import { fromJSON } from "@grpc/proto-loader";
import { KUBERNETES_DESCRIPTOR, readValue } from "../../src/transport/etcd-grpc/key-value.ts";
import { mostOpenedKeyLines, openedKeyLines } from "../../src/output/opened-key.ts";

const MESSAGES = fromJSON(KUBERNETES_DESCRIPTOR);

function encode(name: string, message: object): Buffer {
  const type = MESSAGES[`k8s.${name}`];
  if (type === undefined || !("serialize" in type) || typeof type.serialize !== "function")
    throw new Error(`no message ${name}`);
  return type.serialize(message);
}

/** A value as the API server writes it; the lab's tests read one that it wrote. */
function stored(apiVersion: string, kind: string, object: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from("k8s\0"),
    encode("Unknown", { typeMeta: { apiVersion, kind }, raw: object }),
  ]);
}

const KEY = Buffer.from("/registry/leases/kube-system/kube-scheduler");
const read = (value: Buffer, key: Buffer = KEY, showSecrets = false): KeyValue =>
  readValue(key, value, showSecrets);

describe("a value", () => {
  test("of Kubernetes has its envelope, its metadata, and of some kinds more", () => {
    const metadata = {
      name: "kube-scheduler",
      namespace: "kube-system",
      creationTimestamp: { seconds: 1_700_000_000 },
      labels: { app: "\u001b[31mred" },
    };
    const spec = {
      holderIdentity: "cp-1_x",
      leaseDurationSeconds: 15,
      renewTime: { seconds: 1_700_000_001, nanos: 804_634_000 },
    };
    expect(read(stored("coordination.k8s.io/v1", "Lease", encode("Lease", { metadata, spec })))).toEqual({
      form: "kubernetes",
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      object: {
        metadata: {
          name: "kube-scheduler",
          namespace: "kube-system",
          creationTimestamp: "2023-11-14T22:13:20Z",
          labels: { app: "red" },
        },
        spec: {
          holderIdentity: "cp-1_x",
          leaseDurationSeconds: 15,
          renewTime: "2023-11-14T22:13:21.804634Z",
        },
      },
    });
    expect(read(stored("v1", "Pod", encode("Object", { metadata: { name: "web" } })))).toMatchObject({
      kind: "Pod",
      object: { metadata: { name: "web" } },
    });
    expect(read(stored("v1", "Pod", Buffer.from([0xff, 0xff])))).toMatchObject({
      kind: "Pod",
      object: undefined,
    });
  });

  test.each<[string, Buffer, KeyValue]>([
    ["JSON", Buffer.from('{"a": 1e400}'), { form: "text", text: '{"a": 1e400}' }],
    ["YAML", Buffer.from("a:\n  - ü\n"), { form: "text", text: "a:\n  - ü\n" }],
    ["nothing", Buffer.alloc(0), { form: "text", text: "" }],
    ["bytes", Buffer.from([1, 2, 0xff]), { form: "binary", begin: "0102ff" }],
    ["a broken envelope", Buffer.from("k8s\0\xff"), { form: "binary", begin: "6b387300c3bf" }],
    [
      "what is encrypted",
      Buffer.from("k8s:enc:aescbc:v1:key1:\u0001\u0002"),
      { form: "encrypted", provider: "aescbc v1 key1" },
    ],
  ])("that is %s", (_, value, expected) => {
    expect(read(value)).toEqual(expected);
  });

  test("that may hold a secret is not read unless it is asked for", () => {
    const secret = encode("Secret", { metadata: { name: "s" }, data: { password: Buffer.from("hunter2") } });
    const object = stored("v1", "Secret", secret);
    const masked = { form: "masked" };
    expect(read(object)).toEqual(masked);
    for (const key of ["/registry/secrets/a/b", "/kubernetes.io/secrets/a/b", "/x/Secrets"])
      expect(read(Buffer.from("plain"), Buffer.from(key))).toEqual(masked);
    expect(read(Buffer.from('{"kind": "Secret", "data": {}}'))).toEqual(masked);
    expect(read(Buffer.from("apiVersion: v1\nkind: Secret\n"))).toEqual(masked);
    expect(read(object, KEY, true)).toMatchObject({ object: { data: { password: "aHVudGVyMg==" } } });
    for (const secret of [
      "-----BEGIN EC PRIVATE KEY-----\nMHcC",
      "-----BEGIN PRIVATE KEY-----\n",
      `token: eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrdWJlcm5ldGVzIn0.c2ln`,
    ]) {
      const data = { "ca.key": secret };
      const map = encode("ConfigMap", { metadata: { name: "m" }, data });
      expect(read(Buffer.from(secret))).toEqual(masked);
      expect(read(Buffer.from(secret), KEY, true)).toEqual({ form: "text", text: secret });
      expect(read(stored("v1", "ConfigMap", map))).toEqual(masked);
      expect(read(stored("v1", "ConfigMap", map), KEY, true)).toMatchObject({ object: { data } });
      expect(read(Buffer.concat([Buffer.from([0]), Buffer.from(secret)]))).toEqual(masked);
    }
    expect(read(Buffer.from("-----BEGIN CERTIFICATE-----\n"))).toMatchObject({ form: "text" });
    expect(mayHoldSecret("/registry/configmaps/secretsanta/x")).toBe(false);
  });
});

const numbers = { createRevision: 1n, modRevision: 2n, version: 3n, lease: undefined };

function opened(...values: KeyValue[]): OpenedKey {
  return {
    key: KEY,
    revision: 9n,
    members: [
      ...values.map((_, value) => ({ state: "has", name: `cp-${value + 1}`, numbers, value }) as const),
      { state: "lacks", name: "cp-8" },
      { state: "unknown", name: "cp-9", failure: { code: "refused", text: "connection refused by cp-9" } },
    ],
    values: values.map((value) => ({ bytes: 5, value })),
  };
}

describe("an opened key", () => {
  test("has its numbers, its value as it is, and who lacks it", () => {
    const lines = openedKeyLines(opened({ form: "text", text: "a:\n\t- \u001b[2Jb\n" }), 120);
    expect(lines).toEqual([
      KEY.toString(),
      "  on              cp-1",
      "  createRevision  1",
      "  modRevision     2",
      "  version         3",
      "  lease           none",
      "  size            5 B",
      "  value           text",
      "    a:",
      "      - b",
      "  not on cp-8",
      "  unknown on cp-9: connection refused by cp-9",
    ]);
  });

  test("of several lines keeps them, and says how much of a long one is not shown", () => {
    const data = {
      "ca.crt": "-----BEGIN\n  MII\u001b[2J\n",
      "list.yaml": "a:\r\n  - b",
      long: "x".repeat(5000),
    };
    const value = read(stored("v1", "ConfigMap", encode("ConfigMap", { metadata: { name: "c" }, data })));
    expect(value).toMatchObject({
      object: { data: { "ca.crt": "-----BEGIN\n  MII\n", "list.yaml": "a:\n  - b" } },
    });
    const lines = openedKeyLines(opened(value), 120);
    expect(lines).toEqual(
      expect.arrayContaining([
        "      ca.crt: |",
        "        -----BEGIN",
        "          MII",
        "      list.yaml: |-",
        "          - b",
        expect.stringMatching(/^ {6}long: x+… 3,\d+ more characters$/),
      ]),
    );
  });

  test("stands side by side where members differ, if there is room", () => {
    const two = opened({ form: "text", text: "one" }, { form: "text", text: "two" });
    expect(openedKeyLines(two, 116)).toContain(`! ${"  one".padEnd(56)}    two`);
    const narrow = openedKeyLines(two, 60);
    expect(narrow).toContain("! different:");
    expect(narrow).toEqual(expect.arrayContaining(["    one", "    two"]));
  });

  test("nothing of a long line is lost side by side, and where it differs is marked", () => {
    const long = "0123456789".repeat(10);
    const two = opened({ form: "text", text: `${long}one\nend` }, { form: "text", text: `${long}\nend` });
    const lines = openedKeyLines(two, 116);
    const at = lines.findIndex((line) => line.includes("0123456789"));
    expect(lines.slice(at, at + 3)).toEqual([
      `    ${long.slice(0, 53)}…    ${long.slice(0, 53)}…`,
      `! ${`${long.slice(53)}one`.padEnd(56)}  ${long.slice(53)}`,
      `    ${"end".padEnd(54)}    end`,
    ]);
    expect(mostOpenedKeyLines(two)).toBeGreaterThanOrEqual(openedKeyLines(two, 72).length);
  });
});
