import type { FoundKey, KeySummary } from "../../src/core/keys/key.ts";
import type { OpenedKey } from "../../src/core/keys/value.ts";
import { readFileSync } from "node:fs";
import { judgeHealth } from "../../src/core/etcd/health.ts";
import { judgeHashes } from "../../src/core/etcd/hash.ts";
import { hashDocument } from "../../src/output/etcd-hash.ts";
import { healthDocument } from "../../src/output/etcd-health.ts";
import { etcdMembersDocument, etcdStatusDocument } from "../../src/output/etcd-status.ts";
import { diffDocument } from "../../src/output/keys-diff.ts";
import { keyListDocument } from "../../src/output/keys.ts";
import { leaderListDocument } from "../../src/output/leaders.ts";
import { statusDocument } from "../../src/output/status.ts";
import { versionDocument } from "../../src/output/version.ts";
import { assessment, deadRow, etcd, memberRow } from "./assessment-kit.ts";
import { listed, t } from "./model-kit.ts";

const text = readFileSync("docs/json.md", "utf8");
const named = new Set([...text.matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) => code.split(/[.[\]]+/)));

function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]);
}

const differences = [{ from: "cp-1", extra: [listed(4)], lacks: [], other: [] }];
const silent = [{ name: "cp-2", failure: { code: "refused", text: "connection refused" } as const }];
const disputed = etcd({ list: { ...etcd().list, differences, silent } });
const failure = { code: "refused", text: "connection refused by cp-2:2379" } as const;
const numbers = { createRevision: 1n, modRevision: 2n, version: 3n, lease: "a" };
const KEY: FoundKey = {
  key: Buffer.from("/registry/a"),
  marks: [
    { state: "has", numbers },
    { state: "unknown", failure },
  ],
};
const OPENED: OpenedKey = {
  ...{ key: KEY.key, revision: 1n },
  members: [{ state: "has", name: "cp-1", numbers, value: 0 }],
  values: [{ bytes: 1, value: { form: "text", text: "x" } }],
};
const SUMMARY: KeySummary = {
  ...{
    revision: undefined,
    matched: 1,
    seen: 2,
    isLimited: false,
    differing: 0,
    denied: 0,
    countMismatch: [],
    searched: [],
    counted: [],
  },
  members: ["cp-1", "cp-2"].map((name) => ({ name, has: 0, lacks: 0, unknown: 1, failure })),
};
const NOW = { wall: 0, mono: 0 };
const tried = [{ route: "--etcd-endpoints", outcome: "not given" }];

test.each([
  ["LeaderList", leaderListDocument(assessment())],
  ["ControlPlaneStatus", statusDocument(assessment({ etcd: etcd({ rows: [deadRow(1), ...etcd().rows] }) }))],
  ["ControlPlaneStatus", statusDocument(assessment({ etcd: { state: "notConfigured", tried } }))],
  ["EtcdStatus", etcdStatusDocument(assessment({ etcd: etcd({ rows: [deadRow(1), ...etcd().rows] }) }))],
  ["EtcdMembers", etcdMembersDocument(assessment({ etcd: disputed }))],
  [
    "EtcdHealth",
    healthDocument(t(1), {
      rows: [judgeHealth(memberRow(1, { read: { took: 0.1, failure: undefined } }))],
      endpoints: [{ endpoint: "e9:2379", failure, failedFor: 1, candidates: ["cp-2"] }],
    }),
  ],
  [
    "EtcdHash",
    hashDocument({
      ...{ now: t(1), revision: 9n, verdict: judgeHashes([], undefined) },
      rows: [{ member: memberRow(1), answer: { state: "hashed", hash: 7, compactRevision: -1n, took: 0.1 } }],
    }),
  ],
  ["KeyList", keyListDocument([{ ...KEY, opened: OPENED }], SUMMARY, NOW)],
  [
    "KeyDiff",
    diffDocument(
      [{ ...KEY, valuesDiffer: true }],
      { ...SUMMARY, revision: 1n, compared: 1, different: 1, withValues: true },
      NOW,
    ),
  ],
  [
    "Version",
    versionDocument({
      ...{ version: "v0.1.0", commit: "unknown", node: "v24.0.0", platform: "linux/x64" },
      server: { gitVersion: "v1.36.3" },
      members: [{ name: "cp-1", endpoint: "10.0.0.11:2379", version: "3.6.8", failure: undefined }],
    }),
  ],
])("docs/json.md names every field of a %s", (kind, document) => {
  expect(document.kind).toBe(kind);
  expect(named).toContain(kind);
  expect(named).toContain(document.apiVersion);
  expect([...new Set(fieldsOf(document))].filter((field) => !named.has(field))).toEqual([]);
});
