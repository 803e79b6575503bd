import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinaries } from "../../scripts/lab/build/binaries.ts";
import { BINARIES, buildFlags, goVersionProblem } from "../../scripts/lab/build/modules.ts";
import { processTable, shellExports } from "../../scripts/lab/print.ts";

describe("building", () => {
  test.each([
    ["go version go1.26.8 linux/amd64", undefined],
    ["go version go1.27rc1 linux/arm64", undefined],
    [
      "go version go1.25.9 linux/amd64",
      /newer Go than "go version go1\.25\.9 linux\/amd64": install Go 1\.26 or later/,
    ],
    ["gibberish", /newer Go/],
    [undefined, /go was not found in PATH: install Go 1\.26/],
  ])("%p", (version, expected) => {
    const problem = goVersionProblem(version);
    if (expected === undefined) expect(problem).toBeUndefined();
    else expect(problem).toMatch(expected);
  });

  test("Kubernetes is given the version that go.mod pins", () => {
    expect(buildFlags("kubernetes", "require (\n\tk8s.io/kubernetes v1.36.3 // indirect\n)").at(-1)).toBe(
      "-ldflags=-s -w -X k8s.io/component-base/version.gitVersion=v1.36.3 " +
        "-X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36",
    );
    expect(() => buildFlags("kubernetes", "")).toThrow(/names no k8s.io\/kubernetes version/);
  });

  test("a folder given by --bin must hold all programs, and is reported by the names that it lacks", async () => {
    const dir = mkdtempSync(join(tmpdir(), "lab-bin-"));
    try {
      const context = { progress: () => undefined, signal: undefined };
      for (const name of BINARIES) writeFileSync(join(dir, name), "");
      for (const name of BINARIES.slice(1)) chmodSync(join(dir, name), 0o755);
      await expect(findBinaries(dir, context)).rejects.toThrow(`--bin ${dir} lacks etcd: `);
      chmodSync(join(dir, "etcd"), 0o755);
      await expect(findBinaries(dir, context)).resolves.toBe(dir);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe("printing", () => {
  test("exports survive quotes, and PATH keeps the shell's own", () => {
    const lab = {
      spec: { name: "t", net: "loopback", bin: "/b" } as const,
      env: { KUBECONFIG: "/a'b", PATH: "/b:/usr/bin" },
    };
    expect(shellExports(lab)).toBe(`export KUBECONFIG='/a'\\''b'\nexport PATH='/b':"$PATH"\n`);
  });

  test("a table has a row a process", () => {
    const row = {
      pid: 7,
      state: "running",
      since: "2026-11-22T13:51:32.804Z",
      restarts: 2,
      residentBytes: 1024 * 1024,
      detail: "",
    } as const;
    const table = processTable([{ ...row, target: "etcd/cp-1" }], new Date("2026-11-22T13:51:42.804Z"));
    expect(table).toBe(
      "TARGET     PID  STATE    FOR  RESTARTS  MEMORY  DETAIL\netcd/cp-1  7    running  10s  2         1Mi\n",
    );
  });
});
