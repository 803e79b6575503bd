import { field } from "../../text/fields.ts";

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

/** What list and watch have told so far: which version of which object. */
export class ResourceVersions {
  readonly #versions = new Map<string, string>();

  /** Starts anew from a whole list. */
  list(objects: readonly unknown[]): void {
    this.#versions.clear();
    for (const version of objects.map(versionOf)) {
      if (version !== undefined) this.#versions.set(version.name, version.resourceVersion);
    }
  }

  change({ name, resourceVersion }: Version): void {
    this.#versions.set(name, resourceVersion);
  }

  delete(name: string): void {
    this.#versions.delete(name);
  }

  /** Whether each of a whole list is known at its version or newer, and nothing is known that the list lacks. */
  includes(versions: readonly Version[]): boolean {
    const listed = new Set(versions.map((version) => version.name));
    return (
      versions.every(({ name, resourceVersion }) => {
        const known = this.#versions.get(name);
        return known !== undefined && !isNewer(resourceVersion, known);
      }) && [...this.#versions.keys()].every((name) => listed.has(name))
    );
  }
}

/** Resource versions are etcd's revisions; where they are not, another one counts as newer. */
function isNewer(a: string, b: string): boolean {
  const numbers = /^\d{1,20}$/;
  return numbers.test(a) && numbers.test(b) ? BigInt(a) > BigInt(b) : a !== b;
}
