// Who may import whom. ARCHITECTURE.md shows the same as a map.
const may = (folder, ...others) => ({
  name: `${folder.replaceAll("/", "-")}-imports-only-what-it-may`,
  comment: `src/${folder} may import from: ${[folder, ...others].join(", ")}`,
  severity: "error",
  from: { path: `^src/${folder}/` },
  to: { path: "^src/", pathNot: `^src/(${[folder, ...others].join("|")})(/|\\.ts$)` },
});
const only = (folder, ...packages) => ({
  name: `only-${folder.replaceAll("/", "-")}-imports-${packages[0].replaceAll(/[^a-z0-9]/g, "")}`,
  severity: "error",
  from: { path: "^src/", pathNot: `^src/${folder}/` },
  to: { path: `node_modules/(${packages.join("|")})/` },
});

export default {
  forbidden: [
    may("text"),
    may("core", "text"),
    may("output", "core", "text"),
    may("screen", "core", "text", "output"),
    may("transport/kube-http", "transport/deadline", "transport/pem", "core", "text"),
    may("transport/etcd-grpc", "transport/etcd-api", "transport/deadline", "transport/pem", "core", "text"),
    may("sources", "transport", "core", "text"),
    may("terminal", "screen", "core", "text"),
    may("cli", "core", "text", "output", "screen", "sources", "terminal", "transport"),
    only("transport/kube-http", "@kubernetes/client-node", "js-yaml"),
    only("transport/etcd-grpc", "etcd3", "@grpc/grpc-js", "protobufjs", "long", "cockatiel"),
    only("terminal", "blessed", "blessed-contrib"),
    only("sources", "re2js"),
    only("text", "get-east-asian-width"),
    {
      name: "facts-look-at-facts-only",
      comment: "within core nothing looks up: facts, track, judge, rules, derive",
      severity: "error",
      from: { path: "^src/core/facts/" },
      to: { path: "^src/core/", pathNot: "^src/core/facts/" },
    },
    {
      name: "facts-are-kept-without-judgements",
      comment: "what is tracked is judged and reported by derive.ts and assess.ts only",
      severity: "error",
      from: { path: "^src/core/[^/]+/(track|annotation)\\.ts$" },
      to: {
        path: "^src/core/(assess|baseline|derive|headline|history|timeline)\\.ts$|^src/core/[^/]+/(derive|events|judge|quorum)\\.ts$",
      },
    },
    {
      name: "events-get-judgements",
      comment: "derive.ts judges, and hands what it judged to events.ts",
      severity: "error",
      from: { path: "^src/core/[^/]+/events\\.ts$" },
      to: { path: "^src/core/[^/]+/(judge|quorum)\\.ts$|^src/core/assess\\.ts$" },
    },
    {
      name: "only-assess-and-rules-import-rules",
      severity: "error",
      from: { path: "^src/core/", pathNot: "^src/core/(rules/|assess)" },
      to: { path: "^src/core/rules/", pathNot: "^src/core/rules/finding\\.ts$" },
    },
    {
      name: "the-core-does-no-io",
      comment: "core, text, output and screen are pure: no files, no network, no clock, no terminal",
      severity: "error",
      from: { path: "^src/(core|text|output|screen)/" },
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
