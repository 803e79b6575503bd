import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Document } from "yaml";

/** What the manifest for krew is filled with. */
export interface Filling {
  /** `v0.1.0` */
  readonly version: string;
  /** where the archives are to be found: a folder's address without a slash at its end */
  readonly address: string;
  /** SHA-256 of each archive that was made, in hex, by its name */
  readonly sums: ReadonlyMap<string, string>;
}

/**
 * The manifest for krew of these archives. The template is the manifest at the project's root, whose addresses name the
 * archives; a platform whose archive was not made is left out. Throws when an archive is no platform's.
 */
export function fillManifest(template: string, { version, address, sums }: Filling): string {
  // What stands above tells about the zeros in the template.
  const document = parseDocument(template.replace(/^(#.*\n)+/, ""));
  const old = document.getIn(["spec", "version"]);
  if (typeof old !== "string") throw new Error("the manifest for krew has no spec.version");
  document.setIn(["spec", "version"], version);
  document.commentBefore = ` kubectl ha ${version}`;
  const platforms = document.getIn(["spec", "platforms"]);
  if (!isSeq(platforms)) throw new Error("the manifest for krew has no spec.platforms");
  const used = new Set<string>();
  platforms.items = platforms.items.filter((item) => {
    const uri = isMap(item) ? item.get("uri", true) : undefined;
    if (!isMap(item) || !isScalar(uri) || typeof uri.value !== "string")
      throw new Error("a platform of the manifest for krew has no uri");
    const name = uri.value.replace(/^.*\//, "").replace(`_${old}_`, `_${version}_`);
    const sum = sums.get(name);
    if (sum === undefined) return false;
    used.add(name);
    uri.value = `${address}/${name}`;
    item.set("sha256", sum);
    return true;
  });
  const stray = [...sums.keys()].find((name) => !used.has(name));
  if (stray !== undefined) throw new Error(`no platform of the manifest for krew has the archive ${stray}`);
  return written(document);
}

/** Addresses and texts stay on their lines. */
function written(document: Document): string {
  return document.toString({ lineWidth: 0, indentSeq: true });
}

/** Where the archives of a version are, from the address of the project's repository in package.json. */
export function releaseAddress(repository: string, version: string): string {
  return `${homepageOf(repository)}/releases/download/${version}`;
}

/** The project's page, from the address of its repository in package.json. */
export function homepageOf(repository: string): string {
  return repository.replace(/^git\+/, "").replace(/\.git$/, "");
}
