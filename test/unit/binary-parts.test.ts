import { Script } from "node:vm";
import { partLoader } from "../../scripts/build/load-part.ts";
import { partSource } from "../../scripts/build/parts.ts";

const wrapped = (body: string): string => `(function (require, module, exports) {${body}})`;
const none = new Uint8Array();

function loader(sources: Record<string, string>, caches: Record<string, Uint8Array> = {}) {
  const asked: string[] = [];
  const parts = partLoader(
    (name) => {
      asked.push(name);
      return { source: wrapped(sources[name] ?? ""), cache: caches[name] ?? none };
    },
    (id) => `Node's ${id}`,
  );
  return { ...parts, asked };
}

test("a part is read when it is asked for, once, and may ask for others and for Node's own modules", () => {
  const parts = loader({
    a: 'module.exports = { b: () => require("./b.js"), net: require("node:net") };',
    b: "exports.is = {};",
  });
  const a = parts.require("./a.js") as { b: () => unknown; net: string };
  expect(parts.asked).toEqual(["a"]);
  expect(a.net).toBe("Node's node:net");
  expect(a.b()).toBe(a.b());
  expect(parts.require("./a.js")).toBe(a);
  expect(parts.asked).toEqual(["a", "b"]);
});

test("what V8 made of a part is used, and does no harm where V8 refuses it", () => {
  const made = new Script(wrapped("module.exports = 1;"), { filename: "a.cjs" }).createCachedData();
  const fitting = loader({ a: "module.exports = 1;" }, { a: made });
  expect(fitting.require("./a.js")).toBe(1);
  expect(fitting.scripts.get("a")?.cachedDataRejected).toBe(false);
  const other = loader({ a: "module.exports = 22;" }, { a: made });
  expect(other.require("./a.js")).toBe(22);
  expect(other.scripts.get("a")?.cachedDataRejected).toBe(true);
});

test("a part runs a module when it is asked for it", () => {
  expect(partSource("yaml")).toBe('module.exports = { get "yaml"() { return require("yaml"); }, };');
});

test("a package of a part can be asked for by its own name", () => {
  const parts = loader({ a: 'module.exports = { get "@x/y"() { return { Z: 1 }; } };' });
  expect(parts.require("./a.js?@x/y")).toEqual({ Z: 1 });
});
