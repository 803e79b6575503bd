import { Script } from "node:vm";

/** What a part is made of: its source, and what V8 made of it when the binary was built (empty: nothing). */
export interface PartCode {
  readonly source: string;
  readonly cache: Uint8Array;
}

/** Parts that are loaded, and the way to load more. */
export interface Parts {
  readonly scripts: ReadonlyMap<string, Script>;
  /** `require` as a part sees it: Node's own modules, and `./NAME.js` */
  readonly require: (id: string) => unknown;
}

/** A part is compiled as this: the way into it. */
type Entry = (require: (id: string) => unknown, module: { exports: unknown }, exports: unknown) => void;

/** What a part is asked for with `require`: as esbuild names those that it makes. `module`: that one of its packages. */
export function partId(name: string, module?: string): string {
  return `./${name}.js${module === undefined ? "" : `?${module}`}`;
}

const PART = /^\.\/(.+?)\.js(?:\?(.+))?$/;

/**
 * Loads parts of the program as they are asked for, each once. A cache that V8 does not take (another version, another
 * architecture) costs time and nothing else.
 */
export function partLoader(read: (name: string) => PartCode, builtin: (id: string) => unknown): Parts {
  const scripts = new Map<string, Script>();
  const loaded = new Map<string, unknown>();
  const load = (name: string): unknown => {
    const { source, cache } = read(name);
    const cached = cache.length > 0 ? { cachedData: cache } : {};
    const script = new Script(source, { filename: `${name}.cjs`, ...cached });
    scripts.set(name, script);
    const module = { exports: {} as unknown };
    // The build has wrapped the source so (bundle.ts).
    const entry = script.runInThisContext() as Entry;
    entry(require, module, module.exports);
    loaded.set(name, module.exports);
    return module.exports;
  };
  const require = (id: string): unknown => {
    const [, name, module] = PART.exec(id) ?? [];
    if (name === undefined) return builtin(id);
    const part = loaded.has(name) ? loaded.get(name) : load(name);
    // A part of packages exports them by their names (partSource in parts.ts).
    return module === undefined ? part : (part as Readonly<Record<string, unknown>>)[module];
  };
  return { scripts, require };
}
