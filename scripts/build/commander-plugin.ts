import type { Plugin } from "esbuild";

/**
 * commander can run commands that are programs of their own, which none is here: without that it need not load
 * node:child_process, a tenth of the time that help takes.
 */
export const commanderPlugin: Plugin = {
  name: "commander",
  setup(build) {
    build.onResolve({ filter: /^node:child_process$/ }, ({ path, importer }) =>
      /[\\/]commander[\\/]/.test(importer) ? { path, namespace: "unused" } : undefined,
    );
    build.onLoad({ filter: /./, namespace: "unused" }, () => ({ contents: "module.exports = {};" }));
  },
};
