import type { KeyNumbers } from "../core/keys/key.ts";
import type { KeyValue, OpenedKey } from "../core/keys/value.ts";
import { cleanLine, cleanText } from "../text/clean.ts";
import { cutText, textWidth } from "../text/width.ts";
import { integer } from "./format.ts";
import { bytes } from "../text/bytes.ts";
import { keyText } from "../text/escape.ts";

/** A state of a key, and the members that have it so. */
interface Variant {
  readonly names: readonly string[];
  readonly numbers: KeyNumbers;
  readonly size: number;
  readonly value: KeyValue;
}

/** Lines of a value that are shown at most. */
const MOST_LINES = 200;
/** Characters of a line that are shown at most. */
const LONGEST_LINE = 2000;
/** The least width of a side where several stand side by side; where there is less room they stand one below the other. */
const LEAST_SIDE = 34;
const GAP = 2;

/**
 * A key that was opened, as lines: who has it, its numbers, its value. States that differ stand side by side where `width`
 * cells have room for that: lines in which they differ begin with `!`, and one that is longer than its side goes on in the
 * next one, behind a `…`.
 */
export function openedKeyLines(opened: OpenedKey, width: number): readonly string[] {
  const variants = variantsOf(opened).map(variantLines);
  const side = Math.floor((width - GAP * variants.length) / variants.length);
  const body = variants.length > 1 && side >= LEAST_SIDE ? sideBySide(variants, side) : below(variants);
  return [keyText(opened.key), ...body, ...absentLines(opened)];
}

/** How many lines these are at most, whatever the width. */
export function mostOpenedKeyLines(opened: OpenedKey): number {
  const widths = [1, variantsOf(opened).length * (LEAST_SIDE + GAP)];
  return Math.max(...widths.map((width) => openedKeyLines(opened, width).length));
}

function variantsOf({ members, values }: OpenedKey): readonly Variant[] {
  const variants = new Map<string, Variant>();
  for (const member of members) {
    if (member.state !== "has") continue;
    const { numbers, value } = member;
    const id = [value, numbers.createRevision, numbers.modRevision, numbers.version, numbers.lease].join();
    const before = variants.get(id)?.names ?? [];
    const { bytes: size = 0, value: read = { form: "masked" } as const } = values[value] ?? {};
    variants.set(id, { names: [...before, cleanText(member.name)], numbers, size, value: read });
  }
  return [...variants.values()];
}

function variantLines({ names, numbers, size, value }: Variant): readonly string[] {
  return [
    `on              ${names.join(", ")}`,
    `createRevision  ${numbers.createRevision.toString()}`,
    `modRevision     ${numbers.modRevision.toString()}`,
    `version         ${numbers.version.toString()}`,
    `lease           ${numbers.lease ?? "none"}`,
    `size            ${size < 1000 ? `${size} B` : `${bytes(BigInt(size))} (${integer(size)} B)`}`,
    `value           ${formOf(value)}`,
    ...valueLines(value).map((line) => `  ${line}`),
  ];
}

function formOf(value: KeyValue): string {
  switch (value.form) {
    case "kubernetes":
      return value.object === undefined
        ? `${value.apiVersion} ${value.kind}, Kubernetes protobuf (not decoded)`
        : `${value.apiVersion} ${value.kind}, Kubernetes protobuf (known fields only)`;
    case "text":
      return value.text === "" ? "empty" : "text";
    case "encrypted":
      return `encrypted at rest by the API server (${value.provider})`;
    case "binary":
      return "binary, first bytes";
    case "masked":
      return "masked: may contain a secret (use --show-secrets)";
  }
}

/** The value itself as lines. */
function valueLines(value: KeyValue): readonly string[] {
  switch (value.form) {
    case "kubernetes":
      return value.object === undefined ? [] : cut(yamlLines(value.object));
    case "text":
      return value.text === "" ? [] : cut(value.text.trimEnd().split("\n").map(cleanLine));
    case "binary":
      return [value.begin];
    case "encrypted":
    case "masked":
      return [];
  }
}

function cut(lines: readonly string[]): readonly string[] {
  const rest = lines.length - MOST_LINES;
  const shown = lines.slice(0, MOST_LINES).map(cutLine);
  return rest > 0 ? [...shown, `… ${integer(rest)} more ${rest === 1 ? "line" : "lines"}`] : shown;
}

function cutLine(line: string): string {
  if (line.length <= LONGEST_LINE) return line;
  const kept = line.slice(0, LONGEST_LINE).replace(/[\ud800-\udbff]$/, "");
  return `${kept}… ${integer(line.length - kept.length)} more characters`;
}

/** An object as YAML would have it, for reading: texts stand as they are. */
function yamlLines(value: unknown): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown) => {
      const [first = "", ...rest] = isBranch(item) ? yamlLines(item) : scalarLines(item);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  return Object.entries(Object(value) as object).flatMap(([name, inner]: [string, unknown]) => {
    if (isBranch(inner)) return [`${name}:`, ...yamlLines(inner).map((line) => `  ${line}`)];
    const [first = "", ...rest] = scalarLines(inner);
    return [`${name}: ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

function isBranch(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** Text of several lines as a block; the sign behind `|` says that no line break ends it. */
function scalarLines(value: unknown): readonly string[] {
  if (typeof value !== "string") return [JSON.stringify(value)];
  if (!value.includes("\n")) return [value];
  return value.endsWith("\n") ? ["|", ...value.slice(0, -1).split("\n")] : ["|-", ...value.split("\n")];
}

function below(variants: readonly (readonly string[])[]): readonly string[] {
  return variants.flatMap((lines, index) => [
    ...(index > 0 ? ["! different:"] : []),
    ...lines.map((line) => `  ${line}`),
  ]);
}

function sideBySide(sides: readonly (readonly string[])[], width: number): readonly string[] {
  return inStep(sides).flatMap((lines) =>
    inStep(lines.map((line) => folded(line, width))).map((cells) => {
      const sign = new Set(cells).size > 1 ? "!" : " ";
      return `${sign} ${cells.map((text) => text + " ".repeat(width - textWidth(text))).join(" ".repeat(GAP))}`.trimEnd();
    }),
  );
}

/** Lists as one of what stands at the same place in each; where one is shorter that is empty. */
function inStep(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const length = Math.max(...lists.map((list) => list.length));
  return Array.from({ length }, (_, at) => lists.map((list) => list[at] ?? ""));
}

/** A line as lines of at most `width` cells: `…` stands behind each that goes on. */
function folded(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let rest = line;
  while (textWidth(rest) > width) {
    const begin = cutText(rest, width - 1);
    lines.push(`${begin}…`);
    rest = rest.slice(begin.length);
  }
  return [...lines, rest];
}

function absentLines({ members }: OpenedKey): readonly string[] {
  return members.flatMap((member) => {
    if (member.state === "lacks") return [`  not on ${cleanText(member.name)}`];
    return member.state === "unknown"
      ? [`  unknown on ${cleanText(member.name)}: ${member.failure.text}`]
      : [];
  });
}
