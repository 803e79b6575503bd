import type { KeyPage } from "../../transport/etcd-api.ts";

const SLASH = 0x2f;
const NEWLINE = 0x0a;

/**
 * The keys of one page, packed for searching: a table of folders, and all names in one text with a line break behind each.
 * Texts are latin1, one character a byte: a key takes some 36 bytes, and a part of it is found by comparing bytes.
 */
export interface KeySegment {
  readonly first: Uint8Array;
  readonly size: number;
  readonly folders: readonly string[];
  /** where the names of each folder begin in `names`; one more at the end */
  readonly starts: readonly number[];
  /** how many keys come before each folder; one more at the end */
  readonly rows: readonly number[];
  readonly names: string;
  /** where each name ends in `names`: at its line break */
  readonly ends: Uint32Array;
  /** keys with a line break in their name, which Kubernetes has none of */
  readonly odd: readonly string[];
}

/** Packs a page; undefined if there is no key on it. */
export function packKeys(page: KeyPage): KeySegment | undefined {
  if (page.size === 0) return undefined;
  const packer = new Packer(page);
  for (let index = 0; index < page.size; index += 1) packer.add(page.from(index), page.to(index));
  return packer.finish();
}

class Packer {
  readonly #page: KeyPage;
  readonly #bytes: Buffer;
  readonly #names: Buffer;
  readonly #folders: string[] = [];
  readonly #starts: number[] = [];
  readonly #rows: number[] = [];
  readonly #odd: string[] = [];
  readonly #ends: Uint32Array;
  #at = 0;
  #row = 0;
  /** where the folder of the last key stands on the page */
  #folderFrom = 0;
  #folderTo = -1;

  constructor(page: KeyPage) {
    this.#page = page;
    this.#bytes = page.bytes;
    this.#names = Buffer.allocUnsafeSlow(page.bytes.length);
    this.#ends = new Uint32Array(page.size);
  }

  add(from: number, to: number): void {
    const bytes = this.#bytes;
    let name = to;
    let isOdd = false;
    while (name > from && bytes[name - 1] !== SLASH) {
      name -= 1;
      if (bytes[name] === NEWLINE) isOdd = true;
    }
    if (isOdd) {
      this.#odd.push(bytes.toString("latin1", from, to));
      return;
    }
    if (!this.#isSameFolder(from, name)) this.#open(from, name);
    for (let at = name; at < to; at += 1) this.#names[this.#at++] = bytes[at] ?? 0;
    this.#ends[this.#row++] = this.#at;
    this.#names[this.#at++] = NEWLINE;
  }

  finish(): KeySegment {
    return {
      first: Uint8Array.from(this.#page.key(0)),
      size: this.#page.size,
      folders: this.#folders,
      starts: [...this.#starts, this.#at],
      rows: [...this.#rows, this.#row],
      names: this.#names.toString("latin1", 0, this.#at),
      ends: this.#ends,
      odd: this.#odd,
    };
  }

  #isSameFolder(from: number, to: number): boolean {
    const length = to - from;
    if (length !== this.#folderTo - this.#folderFrom) return false;
    for (let at = length - 1; at >= 0; at -= 1)
      if (this.#bytes[from + at] !== this.#bytes[this.#folderFrom + at]) return false;
    return true;
  }

  #open(from: number, to: number): void {
    this.#folderFrom = from;
    this.#folderTo = to;
    this.#folders.push(this.#bytes.toString("latin1", from, to));
    this.#starts.push(this.#at);
    this.#rows.push(this.#row);
  }
}

/** What is looked for in packed keys. */
export interface Needle {
  readonly text: string;
  /** up to its last `/`, with it; "" if it has none */
  readonly folder: string;
  /** behind that */
  readonly name: string;
}

/** A part of a key, as packed keys have it. */
export function needleOf(query: string): Needle {
  const text = Buffer.from(query).toString("latin1");
  const cut = text.lastIndexOf("/") + 1;
  return { text, folder: text.slice(0, cut), name: text.slice(cut) };
}

/**
 * Counts the keys of a segment that contain the needle, and gives the first ones of them to `found` while it returns true.
 * A needle with `/` in it stands in a folder, or ends one and begins a name; no name has a `/`.
 */
export function searchSegment(segment: KeySegment, needle: Needle, found: (key: string) => boolean): number {
  const hits = new Hits(segment, found);
  for (const key of segment.odd) if (key.includes(needle.text)) hits.addKey(key);
  if (needle.folder === "") searchNames(segment, needle.text, hits);
  else searchFolders(segment, needle, hits);
  return hits.count;
}

function searchFolders({ folders, starts, names }: KeySegment, needle: Needle, hits: Hits): void {
  for (const [index, folder] of folders.entries()) {
    if (folder.includes(needle.text)) hits.addFolder(index);
    else if (canBeName(needle.name) && folder.endsWith(needle.folder)) {
      const end = starts[index + 1] ?? 0;
      for (let at = starts[index] ?? 0; at < end; at = names.indexOf("\n", at) + 1)
        if (names.startsWith(needle.name, at)) hits.addLine(index, at);
    }
  }
}

function searchNames({ folders, starts, names, ends }: KeySegment, text: string, hits: Hits): void {
  const next = (from: number): number => nextOf(names, text, from);
  let at = canBeName(text) ? next(0) : -1;
  let row = 0;
  for (let index = 0; index < folders.length; index += 1) {
    const end = starts[index + 1] ?? 0;
    if (folders[index]?.includes(text) === true) {
      hits.addFolder(index);
      if (at >= 0 && at < end) at = next(end);
    }
    while (at >= 0 && at < end) {
      hits.addLine(index, at);
      while ((ends[row] ?? Infinity) < at) row += 1;
      at = next(ends[row] ?? names.length);
    }
  }
}

/** V8 looks for texts of more characters in another way, which takes half as long again among names. */
const SHORT = 6;

/** Where `text` is found next; -1: nowhere. */
function nextOf(names: string, text: string, from: number): number {
  if (text.length <= SHORT) return names.indexOf(text, from);
  const head = text.slice(0, SHORT);
  let at = names.indexOf(head, from);
  while (at >= 0 && !names.startsWith(text, at)) at = names.indexOf(head, at + 1);
  return at;
}

/** Whether it can stand in a packed name: in `names` a line break is no part of any. */
function canBeName(text: string): boolean {
  return text !== "" && !text.includes("\n");
}

/** Counts hits, and makes keys of them while they are wanted. */
class Hits {
  readonly #segment: KeySegment;
  readonly #found: (key: string) => boolean;
  #isWanted = true;
  count = 0;

  constructor(segment: KeySegment, found: (key: string) => boolean) {
    this.#segment = segment;
    this.#found = found;
  }

  addKey(key: string): void {
    this.count += 1;
    if (this.#isWanted) this.#isWanted = this.#found(key);
  }

  /** All keys of a folder. */
  addFolder(index: number): void {
    const { starts, rows, names } = this.#segment;
    const end = starts[index + 1] ?? 0;
    let at = starts[index] ?? 0;
    let left = (rows[index + 1] ?? 0) - (rows[index] ?? 0);
    for (; this.#isWanted && at < end; at = names.indexOf("\n", at) + 1, left -= 1) this.addLine(index, at);
    this.count += left;
  }

  /** The key of a folder in whose name `at` lies. */
  addLine(index: number, at: number): void {
    if (!this.#isWanted) {
      this.count += 1;
      return;
    }
    const { folders, names } = this.#segment;
    const from = at === 0 ? 0 : names.lastIndexOf("\n", at - 1) + 1;
    this.addKey((folders[index] ?? "") + names.slice(from, names.indexOf("\n", at)));
  }
}
