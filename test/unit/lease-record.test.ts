import type { LeaseRecord } from "../../src/core/facts/lease-record.ts";
import { fc } from "../seeded.ts";
import { readAnnotation, readLease } from "../../src/sources/kube/lease-record.ts";

const METADATA = { name: "kube-scheduler", namespace: "kube-system", uid: "u", resourceVersion: "7" };
const RECORD: LeaseRecord = {
  kind: "Lease",
  ...METADATA,
  holderIdentity: "cp-1_8d",
  leaseDurationSeconds: 15,
  acquireTime: "2026-11-23T00:21:27.008991Z",
  renewTime: "2026-11-23T00:21:31.039310Z",
  leaseTransitions: 3,
  apiServerHost: undefined,
};
const SPEC = {
  holderIdentity: "cp-1_8d",
  leaseDurationSeconds: 15,
  acquireTime: "2026-11-23T00:21:27.008991Z",
  renewTime: "2026-11-23T00:21:31.039310Z",
  leaseTransitions: 3,
};

test("a lease as it should be keeps all its digits", () => {
  expect(readLease({ metadata: METADATA, spec: SPEC })).toEqual(RECORD);
});

test("a lease whose holder the API servers choose says how, and names the preferred one", () => {
  const chosen = { strategy: "OldestEmulationVersion", preferredHolder: "cp-2_x\u001b[31m" };
  expect(readLease({ metadata: METADATA, spec: { ...SPEC, ...chosen } })).toEqual({
    ...{ ...RECORD, strategy: "OldestEmulationVersion", preferredHolder: "cp-2_x" },
  });
  const none = readLease({ metadata: METADATA, spec: { ...SPEC, strategy: null, preferredHolder: "" } });
  expect(none).toEqual(RECORD);
});

test.each<[what: string, spec: unknown, differs: Partial<LeaseRecord>]>([
  ["released", { ...SPEC, holderIdentity: "" }, { holderIdentity: "" }],
  ["without holder", { ...SPEC, holderIdentity: undefined }, { holderIdentity: "" }],
  [
    "null times",
    { ...SPEC, acquireTime: null, renewTime: null },
    { acquireTime: undefined, renewTime: undefined },
  ],
  ["times that are none", { ...SPEC, renewTime: "yesterday" }, { renewTime: undefined }],
  ["a time that cannot be", { ...SPEC, renewTime: "2026-13-41T99:00:00Z" }, { renewTime: undefined }],
  [
    "year 1970",
    { ...SPEC, renewTime: "1970-01-01T00:00:00.000000Z" },
    { renewTime: "1970-01-01T00:00:00.000000Z" },
  ],
  [
    "year 9999",
    { ...SPEC, renewTime: "9999-12-31T23:59:59.000000Z" },
    { renewTime: "9999-12-31T23:59:59.000000Z" },
  ],
  ["negative duration", { ...SPEC, leaseDurationSeconds: -5 }, { leaseDurationSeconds: -5 }],
  ["duration as text", { ...SPEC, leaseDurationSeconds: "15" }, { leaseDurationSeconds: undefined }],
  ["no transitions", { ...SPEC, leaseTransitions: undefined }, { leaseTransitions: undefined }],
  [
    "a holder that nobody can see",
    { ...SPEC, holderIdentity: "\u001b[31m" },
    { holderIdentity: "unprintable" },
  ],
  [
    "a holder with escape codes",
    { ...SPEC, holderIdentity: "cp-1\u001b[31m_\n8d" },
    { holderIdentity: "cp-1_ 8d" },
  ],
])("%s", (_what, spec, differs) => {
  expect(readLease({ metadata: METADATA, spec })).toEqual({ ...RECORD, ...differs });
});

test("without a spec no holder", () => {
  expect(readLease({ metadata: METADATA })).toMatchObject({
    name: "kube-scheduler",
    holderIdentity: "",
    renewTime: undefined,
  });
});

test("a holder of 10 kB is cut", () => {
  const lease = readLease({ metadata: METADATA, spec: { holderIdentity: "x".repeat(10_000) } });
  expect(lease?.holderIdentity).toHaveLength(300);
});

test.each<[what: string, metadata: object, host: string | undefined]>([
  [
    "since 1.26",
    {
      name: "apiserver-ab",
      labels: { "apiserver.kubernetes.io/identity": "kube-apiserver", "kubernetes.io/hostname": "cp-2" },
    },
    "cp-2",
  ],
  [
    "before 1.26",
    { name: "kube-apiserver-ab", labels: { "k8s.io/component": "kube-apiserver" } },
    "kube-apiserver-ab",
  ],
  ["known by its name", { name: "kube-apiserver-ab" }, "kube-apiserver-ab"],
  ["another component", { name: "kube-scheduler", labels: { "kubernetes.io/hostname": "cp-2" } }, undefined],
  ["labels that are none", { name: "x", labels: "text" }, undefined],
])("an API server's own lease, %s", (_what, metadata, host) => {
  expect(readLease({ metadata, spec: {} })?.apiServerHost).toBe(host);
});

test("anything at all is read without a throw, and what comes out is of its type", () => {
  const anyLease = fc.record(
    {
      metadata: fc.oneof(fc.anything(), fc.record({ name: fc.string() })),
      spec: fc.dictionary(fc.constantFrom(...Object.keys(SPEC)), fc.anything()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), anyLease), (object) => {
      const lease = readLease(object);
      if (lease === undefined) return;
      expect(lease.name).not.toBe("");
      expect(typeof lease.holderIdentity).toBe("string");
      expect(["number", "undefined"]).toContain(typeof lease.leaseDurationSeconds);
      expect(Number.isNaN(Date.parse(lease.renewTime ?? "2026-01-01"))).toBe(false);
    }),
  );
});

describe("the annotation of old", () => {
  const KEY = "control-plane.alpha.kubernetes.io/leader";
  const annotated = (value: unknown): object => ({
    metadata: { ...METADATA, annotations: { [KEY]: value } },
  });
  const NOBODY: LeaseRecord = {
    kind: "Endpoints",
    ...METADATA,
    holderIdentity: "",
    leaseDurationSeconds: undefined,
    acquireTime: undefined,
    renewTime: undefined,
    leaseTransitions: undefined,
    apiServerHost: undefined,
  };
  const LESSON = {
    holderIdentity: "controlplane_737f8152-4247-49d4-b3c9-c279dc32fff8",
    leaseDurationSeconds: 15,
    acquireTime: "2020-10-03T09:19:00Z",
    renewTime: "2020-10-03T09:20:31Z",
    leaderTransitions: 0,
  };

  test("is understood to the second", () => {
    const { leaderTransitions: leaseTransitions, ...same } = LESSON;
    expect(readAnnotation("Endpoints", annotated(JSON.stringify(LESSON)))).toEqual({
      ...NOBODY,
      ...same,
      leaseTransitions,
    });
  });

  test.each<[what: string, json: unknown, differs: Partial<LeaseRecord>]>([
    ["not JSON", "controlplane", {}],
    ["empty", "", {}],
    ["an array", JSON.stringify([LESSON]), {}],
    ["null", "null", {}],
    ["a number", "15", {}],
    ["huge", `{"holderIdentity":"${"x".repeat(250_000)}"}`, { holderIdentity: `${"x".repeat(299)}…` }],
    ["deep", "[".repeat(100_000), {}],
    [
      "of wrong types",
      JSON.stringify({
        holderIdentity: 7,
        leaseDurationSeconds: "15",
        acquireTime: null,
        renewTime: 1,
        leaderTransitions: [],
      }),
      {},
    ],
    [
      "with escape codes",
      JSON.stringify({ holderIdentity: "cp-1\u001b[31m_\n8d", renewTime: "\u001b[2J" }),
      { holderIdentity: "cp-1_ 8d" },
    ],
    ["with a Lease's field", '{"leaseTransitions": 3}', {}],
  ])("%s: what it lacks is absent", (_what, json, differs) => {
    expect(readAnnotation("Endpoints", annotated(json))).toEqual({ ...NOBODY, ...differs });
  });

  test.each([
    ["no annotation", { metadata: METADATA }],
    ["another annotation", { metadata: { ...METADATA, annotations: { x: "{}" } } }],
    ["annotations that are none", { metadata: { ...METADATA, annotations: "{}" } }],
    ["one that is no text", annotated({ holderIdentity: "cp-1" })],
    ["no object", undefined],
  ])("%s: there is none", (_what, object) => {
    expect(readAnnotation("ConfigMap", object)).toBeUndefined();
  });
});
