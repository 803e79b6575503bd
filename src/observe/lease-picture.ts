import { field } from "../model/fields.ts";

/** An object's name and version as the API server gave them: for paths and comparisons, not for showing. */
export interface Version {
  readonly name: string;
  readonly resourceVersion: string;
}

/** Reads name and version of an object; undefined if it has none. */
export function versionOf(object: unknown): Version | undefined {
  const metadata = field(object, "metadata");
  const name = field(metadata, "name");
  const resourceVersion = field(metadata, "resourceVersion");
  return typeof name === "string" && typeof resourceVersion === "string"
    ? { name, resourceVersion }
    : undefined;
}

/** What list and watch have told so far: which version of which lease, and which lease changed last. */
export class LeasePicture {
  readonly #versions = new Map<string, string>();
  #latest: string | undefined;

  /** Starts anew from a whole list. */
  list(objects: readonly unknown[]): void {
    this.#versions.clear();
    this.#latest = undefined;
    for (const version of objects.map(versionOf)) {
      if (version === undefined) continue;
      const latest = this.#latest === undefined ? undefined : this.#versions.get(this.#latest);
      if (latest === undefined || isNewer(version.resourceVersion, latest)) this.#latest = version.name;
      this.#versions.set(version.name, version.resourceVersion);
    }
  }

  change({ name, resourceVersion }: Version): void {
    this.#versions.set(name, resourceVersion);
    this.#latest = name;
  }

  delete(name: string): void {
    this.#versions.delete(name);
    if (this.#latest === name) this.#latest = this.#versions.keys().next().value;
  }

  /** The lease that changed last: the best one to ask whether the watch tells all. */
  get latest(): string | undefined {
    return this.#latest;
  }

  /** Whether the lease is known at `version` or newer; `version` undefined: whether it is known to be gone. */
  hasReached(name: string, version: string | undefined): boolean {
    const known = this.#versions.get(name);
    if (known === undefined || version === undefined) return known === version;
    return !isNewer(version, known);
  }
}

/** Resource versions are etcd's revisions; where they are not, another one counts as newer. */
function isNewer(a: string, b: string): boolean {
  const numbers = /^\d{1,20}$/;
  return numbers.test(a) && numbers.test(b) ? BigInt(a) > BigInt(b) : a !== b;
}
