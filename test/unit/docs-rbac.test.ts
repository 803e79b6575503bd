import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";

interface Rule {
  readonly resources?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

interface RbacObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly rules?: readonly Rule[];
  readonly roleRef?: { readonly kind: string; readonly name: string };
}

const file = readFileSync("docs/rbac.yaml", "utf8");
const documents = parseAllDocuments(file);
const objects = documents.map((document) => document.toJS() as RbacObject);
const rules = objects.flatMap((object) => object.rules ?? []);

test("the README shows docs/rbac.yaml as it is", () => {
  const [, block] = /^```yaml\n(.*?)^```$/ms.exec(readFileSync("README.md", "utf8")) ?? [];
  expect(block).toBe(file);
});

test("docs/rbac.yaml is valid YAML with a binding for each role", () => {
  expect(documents.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
  expect(objects.map(({ kind }) => kind)).toEqual([
    "Role",
    "RoleBinding",
    "ClusterRole",
    "ClusterRoleBinding",
  ]);
  for (const { apiVersion } of objects) expect(apiVersion).toBe("rbac.authorization.k8s.io/v1");
  for (const { kind, metadata, roleRef } of objects.filter((object) => object.roleRef !== undefined)) {
    expect(roleRef).toMatchObject({ kind: kind.replace("Binding", ""), name: metadata.name });
  }
});

test("it grants reading only, and leases in kube-system only", () => {
  for (const { verbs } of rules) expect(["get", "list", "watch"]).toEqual(expect.arrayContaining([...verbs]));
  const leases = objects.filter(({ rules: own = [] }) =>
    own.some(({ resources = [] }) => resources.includes("leases")),
  );
  expect(leases.map(({ kind, metadata }) => [kind, metadata.namespace])).toEqual([["Role", "kube-system"]]);
});

test("it covers what the sources read, and no more", () => {
  const folder = "src/sources/kube";
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const found = (pattern: RegExp): string[] =>
    [...new Set([...text.matchAll(pattern)].map(([, what = ""]) => what))].toSorted();
  const resources = rules.flatMap((rule) => rule.resources ?? []).toSorted();
  const urls = rules.flatMap((rule) => rule.nonResourceURLs ?? []).toSorted();
  expect(resources).toEqual(found(/["`]\/apis?\/[^"`]*\/([a-z]+)["`]/g));
  expect(urls).toEqual(found(/["`](\/(?:readyz|version))[?"`]/g));
});
