import { readFileSync } from "node:fs";
import { etcdStatusDocument } from "../../src/view/etcd-status.ts";
import { leaderListDocument } from "../../src/view/leaders-document.ts";
import { statusDocument } from "../../src/view/status-document.ts";
import { versionDocument } from "../../src/view/version.ts";
import { assessment, deadRow, etcd } from "./assessment-kit.ts";

const text = readFileSync("docs/json.md", "utf8");
const named = new Set([...text.matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) => code.split(/[.[\]]+/)));

function fieldsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...fieldsOf(inner)]);
}

const tried = [{ way: "--etcd-endpoints", outcome: "not given" }];

test.each([
  ["LeaderList", leaderListDocument(assessment())],
  ["ControlPlaneStatus", statusDocument(assessment({ etcd: etcd({ rows: [deadRow(1), ...etcd().rows] }) }))],
  ["ControlPlaneStatus", statusDocument(assessment({ etcd: { state: "no-way", tried } }))],
  ["EtcdStatus", etcdStatusDocument(assessment({ etcd: etcd({ rows: [deadRow(1), ...etcd().rows] }) }))],
  [
    "Version",
    versionDocument({
      ...{ version: "v0.1.0", commit: "unknown", node: "v24.0.0", platform: "linux/x64" },
      server: { gitVersion: "v1.36.3" },
    }),
  ],
])("docs/json.md names every field of a %s", (kind, document) => {
  expect(document.kind).toBe(kind);
  expect(named).toContain(kind);
  expect(named).toContain(document.apiVersion);
  expect([...new Set(fieldsOf(document))].filter((field) => !named.has(field))).toEqual([]);
});
