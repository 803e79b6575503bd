import { field } from "../../text/fields.ts";

/** Where a list or an object stands in the history of all objects; undefined: it does not say. */
export function resourceVersionOf(object: unknown): string | undefined {
  const version = field(field(object, "metadata"), "resourceVersion");
  return typeof version === "string" ? version : undefined;
}

/** What list and watch have reported: each object at its last version. */
export class KnownObjects {
  readonly #objects = new Map<string, { readonly version: string; readonly object: unknown }>();
  readonly #limit: number;

  /** The objects of a list. `limit`: so many at most; the oldest gives way to a new one. */
  constructor(list: readonly unknown[], limit = Infinity) {
    this.#limit = limit;
    for (const object of list.slice(0, limit)) this.take(object, false);
  }

  all(): readonly unknown[] {
    return Array.from(this.#objects.values(), ({ object }) => object);
  }

  /** False: it has no name or no version, so it is no object. */
  take(object: unknown, isDeleted: boolean): boolean {
    const name = field(field(object, "metadata"), "name");
    const version = resourceVersionOf(object);
    if (typeof name !== "string" || version === undefined) return false;
    if (isDeleted) this.#objects.delete(name);
    else this.#objects.set(name, { version, object });
    const [oldest] = this.#objects.keys();
    if (this.#objects.size > this.#limit && oldest !== undefined) this.#objects.delete(oldest);
    return true;
  }

  /** Whether each object of a whole list is known at its version or newer, and none is known that the list lacks. */
  includes(list: KnownObjects): boolean {
    const isKnown = ([name, listed]: readonly [string, { readonly version: string }]): boolean => {
      const known = this.#objects.get(name);
      return known !== undefined && !isNewer(listed.version, known.version);
    };
    return list.#objects.size === this.#objects.size && [...list.#objects].every(isKnown);
  }
}

/** Resource versions are etcd's revisions; where they are not, another one counts as newer. */
function isNewer(a: string, b: string): boolean {
  const numbers = /^\d{1,20}$/;
  return numbers.test(a) && numbers.test(b) ? BigInt(a) > BigInt(b) : a !== b;
}
