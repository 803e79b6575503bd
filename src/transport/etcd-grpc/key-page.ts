import type { KeyNumbers } from "../../core/keys/key.ts";
import type { KeyPage } from "../etcd-api.ts";

/** Field tags of etcdserverpb.RangeResponse and mvccpb.KeyValue: field number and wire type. */
const TAG = { header: 0x0a, kvs: 0x12, more: 0x18, count: 0x20, key: 0x0a } as const;
/** Fields of mvccpb.KeyValue behind the key. */
const NUMBERS: Readonly<Record<number, "createRevision" | "modRevision" | "version" | "lease">> = {
  2: "createRevision",
  3: "modRevision",
  4: "version",
  6: "lease",
};
const MOD_REVISION = 3;
/** Field of ResponseHeader. */
const REVISION = 3;

/**
 * One RangeResponse, left as the bytes that came: keys are found by hopping over the pairs, which costs a tenth of
 * making objects of them. Throws what `malformed` makes of a message that cannot be read.
 */
export class RangePage implements KeyPage {
  readonly #bytes: Buffer;
  /** of each pair: where its key begins and ends, and where the pair ends; numbers in an array would take as much as the keys */
  readonly #bounds: Uint32Array;
  #size = 0;
  #revision = 0n;
  #count = 0;
  #more = false;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#bounds = new Uint32Array(3 * pairsIn(bytes));
    const cursor = new Cursor(bytes, 0);
    while (cursor.at < bytes.length) this.#read(cursor);
  }

  /** The revision that the member answered at; 0: it did not say (all pages of a stream but the last). */
  get revision(): bigint {
    return this.#revision;
  }

  /** How many keys the range holds in all, those on this page among them; 0 where it was not said. */
  get count(): number {
    return this.#count;
  }

  /** Whether the range holds more keys behind the last one. */
  get more(): boolean {
    return this.#more;
  }

  /** How many keys there are on this page. */
  get size(): number {
    return this.#size;
  }

  /** The bytes that all keys are in, for those who read them in place: see `from` and `to`. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Where a key begins. */
  from(index: number): number {
    return this.#bounds[index * 3] ?? 0;
  }

  /** Where a key ends. */
  to(index: number): number {
    return this.#bounds[index * 3 + 1] ?? 0;
  }

  /** A key. It shares its memory with the page: copy what is kept. */
  key(index: number): Buffer {
    return this.#bytes.subarray(this.from(index), this.to(index));
  }

  /** A key's numbers. */
  numbers(index: number): KeyNumbers {
    const found = { createRevision: 0n, modRevision: 0n, version: 0n, lease: 0n };
    const cursor = new Cursor(this.#bytes, this.to(index));
    const end = this.#bounds[index * 3 + 2] ?? 0;
    while (cursor.at < end) {
      const tag = cursor.number();
      const name = NUMBERS[tag >> 3];
      if (name === undefined) cursor.skip(tag);
      else found[name] = cursor.big();
    }
    return { ...found, lease: found.lease === 0n ? undefined : found.lease.toString(16) };
  }

  /** When a key was last written: the one number of it that tells two of its states apart. */
  modRevision(index: number): bigint {
    const cursor = new Cursor(this.#bytes, this.to(index));
    const end = this.#bounds[index * 3 + 2] ?? 0;
    while (cursor.at < end) {
      const tag = cursor.number();
      if (tag >> 3 === MOD_REVISION) return cursor.big();
      cursor.skip(tag);
    }
    return 0n;
  }

  /** The keys with `needle` in them, as indices in ascending order. */
  *containing(needle: Buffer): Generator<number, void, void> {
    let index = 0;
    for (let at = this.#bytes.indexOf(needle); at >= 0 && index < this.size;) {
      index = this.#pairAt(at, index);
      if (at < this.from(index)) at = this.#bytes.indexOf(needle, this.from(index));
      else if (at + needle.length > this.to(index)) at = this.#bytes.indexOf(needle, at + 1);
      else {
        yield index;
        index += 1;
        at = this.#bytes.indexOf(needle, this.from(index));
      }
    }
  }

  /** The first pair from `low` on that ends behind `at`; pairs lie in ascending order. */
  #pairAt(at: number, low: number): number {
    let [from, to] = [low, this.size - 1];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#bounds[middle * 3 + 2] ?? 0) <= at) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #read(cursor: Cursor): void {
    const tag = cursor.number();
    if (tag === TAG.kvs) this.#readPair(cursor);
    else if (tag === TAG.header) this.#readHeader(cursor);
    else if (tag === TAG.more) this.#more = cursor.number() !== 0;
    else if (tag === TAG.count) this.#count = cursor.number();
    else cursor.skip(tag);
  }

  #readPair(cursor: Cursor): void {
    const length = cursor.number();
    const end = cursor.at + length;
    // A serializer writes fields in the order of their numbers, and the key is the first.
    if (cursor.number() !== TAG.key) throw new Malformed();
    const keyLength = cursor.number();
    const keyEnd = cursor.at + keyLength;
    if (keyEnd > end || end > this.#bytes.length) throw new Malformed();
    const at = 3 * this.#size++;
    this.#bounds[at] = cursor.at;
    this.#bounds[at + 1] = keyEnd;
    this.#bounds[at + 2] = end;
    cursor.at = end;
  }

  #readHeader(cursor: Cursor): void {
    const length = cursor.number();
    const end = cursor.at + length;
    while (cursor.at < end) {
      const tag = cursor.number();
      if (tag >> 3 === REVISION) this.#revision = cursor.big();
      else cursor.skip(tag);
    }
  }
}

/** How many pairs a RangeResponse holds. */
function pairsIn(bytes: Buffer): number {
  const cursor = new Cursor(bytes, 0);
  let pairs = 0;
  while (cursor.at < bytes.length) {
    const tag = cursor.number();
    if (tag === TAG.kvs) pairs += 1;
    cursor.skip(tag);
  }
  return pairs;
}

/** An answer that is no message of the protocol. */
export class Malformed extends Error {}

/** Reads protobuf's wire format. */
class Cursor {
  readonly #bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  /** A tag, a length or a count: exact up to 2^53. */
  number(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new Malformed();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 128;
    }
  }

  /** All 64 bits. */
  big(): bigint {
    const from = this.at;
    const small = this.number();
    if (Number.isSafeInteger(small)) return BigInt(small);
    let value = 0n;
    for (let at = this.at - 1; at >= from; at -= 1)
      value = (value << 7n) | BigInt((this.#bytes[at] ?? 0) & 0x7f);
    return BigInt.asUintN(64, value);
  }

  /** Whatever follows a tag that is not known. */
  skip(tag: number): void {
    const wire = tag & 7;
    if (wire === 0) this.number();
    else if (wire === 1) this.at += 8;
    else if (wire === 5) this.at += 4;
    else if (wire === 2) {
      const length = this.number();
      this.at += length;
    } else throw new Malformed();
  }
}
