/** The programs that a lab is made of. */
export const BINARIES = [
  "etcd",
  "etcdctl",
  "kube-apiserver",
  "kube-scheduler",
  "kube-controller-manager",
  "kubectl",
  "kwok",
] as const;

/** The folders of scripts/lab/modules: each a Go module that pins versions and checksums. */
export type ModuleName = "etcd" | "kubernetes" | "kwok" | "krew" | "actionlint" | `etcd-${OtherEtcd}`;

/** Minor versions of etcd beside the lab's own, for tests of members of several versions. */
export type OtherEtcd = "3.5" | "3.7";

/** A module, and which programs it builds from which Go packages. */
export type Module = { readonly name: ModuleName; readonly binaries: Readonly<Record<string, string>> };

const ETCD = { etcd: "go.etcd.io/etcd/server/v3", etcdctl: "go.etcd.io/etcd/etcdctl/v3" } as const;

/** What a lab is built from. */
export const MODULES: readonly Module[] = [
  { name: "etcd", binaries: ETCD },
  {
    name: "kubernetes",
    binaries: {
      "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
      "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
      "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
      kubectl: "k8s.io/kubernetes/cmd/kubectl",
    },
  },
  { name: "kwok", binaries: { kwok: "sigs.k8s.io/kwok/cmd/kwok" } },
];

/** What the tests of a release are built from, beside the lab. */
export const KREW_MODULES: readonly Module[] = [
  {
    name: "krew",
    binaries: {
      krew: "sigs.k8s.io/krew/cmd/krew",
      "validate-krew-manifest": "sigs.k8s.io/krew/cmd/validate-krew-manifest",
    },
  },
];

/** What the test of .github/workflows is built from: in seconds, and apart from the lab's programs. */
export const ACTIONLINT_MODULES: readonly Module[] = [
  { name: "actionlint", binaries: { actionlint: "github.com/rhysd/actionlint/cmd/actionlint" } },
];

/** What members of another version, and their etcdctl, are built from. */
export function otherEtcdModules(version: OtherEtcd): readonly Module[] {
  return [{ name: `etcd-${version}`, binaries: ETCD }];
}

const LEAST_GO_MINOR = 26;

/** Why a Go cannot build the lab, from what `go version` printed (undefined: it could not be run). */
export function goVersionProblem(version: string | undefined): string | undefined {
  const remedy = `install Go 1.${LEAST_GO_MINOR} or later, or give --bin DIR with the programs`;
  if (version === undefined) return `building the lab needs Go, and go was not found in PATH: ${remedy}`;
  const minor = /\bgo1\.(\d+)/.exec(version)?.[1];
  if (minor !== undefined && Number(minor) >= LEAST_GO_MINOR) return undefined;
  return `building the lab needs a newer Go than ${JSON.stringify(version)}: ${remedy}`;
}

/**
 * The flags of `go build` for a module. Kubernetes takes its version from the linker; it is read from go.mod,
 * where it stands beside the module's name.
 */
export function buildFlags(module: ModuleName, goMod: string): string[] {
  const common = ["-trimpath", "-mod=readonly"];
  if (module !== "kubernetes") return [...common, "-ldflags=-s -w"];
  const [, version, major, minor] = /\bk8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/.exec(goMod) ?? [];
  if (version === undefined)
    throw new Error("go.mod of the lab's Kubernetes names no k8s.io/kubernetes version");
  const variables = { gitVersion: version, gitMajor: major, gitMinor: minor };
  const set = Object.entries(variables).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  );
  return [...common, `-ldflags=-s -w ${set.join(" ")}`];
}
