// Who may import whom. ARCHITECTURE.md shows the same as a map.
const may = (folder, ...others) => ({
  name: `${folder}-imports-only-what-it-may`,
  comment: `src/${folder} may import from: ${[folder, ...others].join(", ")}`,
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: { path: "^src/", pathNot: `^src/(${[folder, ...others].join("|")})/` },
});
const only = (folder, ...packages) => ({
  name: `only-${folder}-imports-${packages[0].replaceAll(/[^a-z0-9]/g, "")}`,
  severity: "error",
  from: { path: "^src/", pathNot: `^src/${folder}/` },
  to: { path: `node_modules/(${packages.join("|")})/` },
});

export default {
  forbidden: [
    may("model"),
    may("view", "model"),
    may("monitor", "model", "view"),
    may("deadline", "model"),
    may("kube", "deadline", "model"),
    may("etcd", "deadline", "model"),
    may("observe", "kube", "etcd", "deadline", "model"),
    may("terminal", "monitor", "model"),
    may("cli", "deadline", "etcd", "kube", "model", "monitor", "observe", "terminal", "view"),
    only("kube", "@kubernetes/client-node", "js-yaml"),
    only("etcd", "etcd3", "@grpc/grpc-js", "protobufjs", "long", "cockatiel"),
    only("terminal", "blessed", "blessed-contrib"),
    only("observe", "re2js"),
    only("model", "get-east-asian-width"),
    {
      name: "the-core-does-no-io",
      comment: "model, view and monitor are pure: no files, no network, no clock, no terminal",
      severity: "error",
      from: { path: "^src/(model|view|monitor)/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "nobody-imports-main",
      severity: "error",
      from: {},
      to: { path: "^src/main\\.ts$" },
    },
    {
      name: "src-stands-alone",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(scripts|test)/" },
    },
    { name: "no-circle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphan",
      severity: "error",
      // What is declared for the compiler is imported by nobody.
      from: { orphan: true, path: "^src/", pathNot: "^src/main\\.ts$|\\.d\\.ts$" },
      to: {},
    },
    { name: "resolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ["import", "node", "default"], exportsFields: ["exports"] },
  },
};
