import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";

/** Widgets that need packages which exist no more, programs, or files beside their code; nothing here uses them. */
const DROPPED = new Set([
  "ANSIImage",
  "BigText",
  "FileManager",
  "Image",
  "OverlayImage",
  "Terminal",
  "Video",
]);

/**
 * Makes blessed 0.1.81 and the charts of blessed-contrib fit for a bundle of one file, which has no files beside it.
 * Fails the build if the text that it repairs is not what it was.
 */
export const blessedPlugin: Plugin = {
  name: "blessed",
  setup(build) {
    const repair = (filter: RegExp, change: (source: string, path: string) => string): void => {
      build.onLoad({ filter }, async ({ path }) => ({
        loader: "js",
        contents: change(await readFile(path, "utf8"), path),
      }));
    };
    repair(/[\\/]blessed[\\/]lib[\\/]widget\.js$/, staticWidgets);
    repair(/[\\/](?:blessed[\\/]lib[\\/]gpmclient|drawille-blessed-contrib[\\/]index)\.js$/, sizedBuffers);
  },
};

/** `lib/widget.js` requires its widgets by a computed name, which no bundler can follow: here each is written out. */
export function staticWidgets(source: string): string {
  const listed = /^widget\.classes = \[([^\]]+)\];$/m.exec(source)?.[1] ?? "";
  const names = [...listed.matchAll(/'(\w+)'/g)].map(([, name]) => name ?? "");
  const isKnown = source.includes("require('./widgets/' + file)") && source.includes("'ListBar': 'Listbar'");
  if (!isKnown || [...DROPPED].some((name) => !names.includes(name)))
    throw new Error("blessed/lib/widget.js is not the one that the build knows how to repair");
  const kept = names.filter((name) => !DROPPED.has(name));
  return [
    "var widget = exports;",
    `widget.classes = ${JSON.stringify(kept)};`,
    ...kept.map((name) => {
      const file = name.toLowerCase();
      return `widget.${name} = widget.${file} = require("./widgets/${file}");`;
    }),
    'widget.aliases = { ListBar: "Listbar" };',
    "widget.ListBar = widget.listbar = widget.Listbar;",
    "",
  ].join("\n");
}

/** `new Buffer(SIZE)` warns on stderr once it lies outside node_modules. */
export function sizedBuffers(source: string, path: string): string {
  const sizes = source.match(/new Buffer\((?:\d+|\w+(?:[*/]\w+)+)\)/g) ?? [];
  if (sizes.length === 0 || sizes.length !== source.split("new Buffer(").length - 1)
    throw new Error(`${path} does not use "new Buffer" as the build knows it`);
  return source.replaceAll("new Buffer(", "Buffer.alloc(");
}
