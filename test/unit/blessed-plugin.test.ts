import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { sizedBuffers, staticWidgets } from "../../scripts/build/blessed-plugin.ts";

const require = createRequire(`${process.cwd()}/package.json`);
const path = require.resolve("blessed/lib/widget.js");
const widget = readFileSync(path, "utf8");

test("blessed's widgets are required by name, without those that need what is not there", () => {
  const text = staticWidgets(widget);
  expect(text).toContain('widget.Screen = widget.screen = require("./widgets/screen");');
  expect(text).toContain('widget.ListTable = widget.listtable = require("./widgets/listtable");');
  expect(text).not.toMatch(/terminal|video|bigtext|filemanager/i);
  expect(text).not.toContain("' + ");
});

test.each([
  ["requires them in another way", widget.replace("require('./widgets/' + file)", "load(file)")],
  ["lists them in another way", widget.replace("widget.classes = [", "widget.classes = list([")],
  ["has lost one that is left out", widget.replace("'Terminal',", "")],
])("a blessed that %s fails the build", (_, changed) => {
  expect(() => staticWidgets(changed)).toThrow(/is not the one that the build knows/);
});

test.each(["blessed/lib/gpmclient.js", "drawille-blessed-contrib/index.js"])(
  "%s has no new Buffer any more",
  (file) => {
    const text = sizedBuffers(readFileSync(require.resolve(file), "utf8"), file);
    expect(text).toContain("Buffer.alloc(");
    expect(text).not.toContain("new Buffer");
  },
);

test("buffers of a size are allocated, and anything else fails the build", () => {
  expect(sizedBuffers("a = new Buffer(20); b = new Buffer(width*height/8);", "x.js")).toBe(
    "a = Buffer.alloc(20); b = Buffer.alloc(width*height/8);",
  );
  expect(() => sizedBuffers("a = new Buffer(list);", "x.js")).toThrow(/x\.js does not use/);
  expect(() => sizedBuffers("a = new Buffer('text');", "x.js")).toThrow(/x\.js does not use/);
  expect(() => sizedBuffers("nothing", "x.js")).toThrow(/x\.js does not use/);
});
