import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package of which something is in the program. */
export interface Bundled {
  readonly name: string;
  readonly version: string;
  /** as its package.json says, an SPDX expression as a rule */
  readonly licence: string;
  /** the files in which it says so in full; none: it ships no such file */
  readonly texts: readonly string[];
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

/** The packages of the files that esbuild put into the bundle, by name. Throws when one says nothing of its licence. */
export function bundledPackages(root: string, files: readonly string[]): Bundled[] {
  const folders = new Set(
    files.flatMap((file) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []),
  );
  return [...folders].map((folder) => read(join(root, folder))).sort(byName);
}

function byName(a: Bundled, b: Bundled): number {
  const [x, y] = [a, b].map(({ name, version }) => `${name}@${version}`);
  return (x ?? "") < (y ?? "") ? -1 : 1;
}

/** What is read of a package.json; old ones have a list of licences. */
interface About {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type: string };
  readonly licenses?: readonly { readonly type: string }[];
}

function read(folder: string): Bundled {
  // npm installs nothing whose package.json is of another form.
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as About;
  const { name, version, license, licenses } = about;
  const licence =
    typeof license === "string" ? license : (license?.type ?? licenses?.map(({ type }) => type).join(" OR "));
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  const texts = files.toSorted().map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (licence === undefined) throw new Error(`${name} ${version} does not say under which licence it is`);
  return { name, version, licence, texts };
}

/** The licences of all that is in the program, as they are shipped beside it. `node` is the text of Node's own. */
export function licencesText(packages: readonly Bundled[], node: { version: string; text: string }): string {
  const rule = `${"-".repeat(80)}\n`;
  const parts = packages.map(({ name, version, licence, texts }) => {
    const text = texts.length > 0 ? texts.join("\n\n") : `Its package has no more to say than: ${licence}`;
    return `${rule}${name} ${version} (${licence})\n\n${text.replaceAll("\r\n", "\n")}\n\n`;
  });
  return [
    "kubectl ha itself is under the Apache License 2.0, see LICENSE. It contains what follows.\n\n",
    ...parts,
    `${rule}Node.js ${node.version}\n\n${node.text.trim()}\n`,
  ].join("");
}
