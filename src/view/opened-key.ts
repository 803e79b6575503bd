import { cleanText } from "../model/clean-text.ts";
import { cutText, textWidth } from "../model/cells.ts";
import type { KeyNumbers } from "../model/key.ts";
import type { KeyValue, OpenedKey } from "../model/key-value.ts";
import { bytes, integer } from "./format.ts";
import { keyText } from "../model/key-text.ts";

/** A state of a key, and the members that have it so. */
interface Variant {
  readonly names: readonly string[];
  readonly numbers: KeyNumbers;
  readonly size: number;
  readonly value: KeyValue;
}

/** Lines of a value that are shown at most. */
const MOST_LINES = 200;
/** The width of a side where several stand side by side; where there is less room they stand one below the other. */
const SIDE = { most: 56, least: 34 };
const GAP = 2;

/**
 * A key that was opened, as lines: who has it, its numbers, its value. States that differ stand side by side where `width`
 * cells have room for that, and lines in which they differ begin with `!`.
 */
export function openedKeyLines(opened: OpenedKey, width: number): readonly string[] {
  const variants = variantsOf(opened).map(variantLines);
  const room = Math.floor((width - GAP * variants.length) / variants.length);
  const side = Math.min(SIDE.most, room);
  const body = variants.length > 1 && side >= SIDE.least ? sideBySide(variants, side) : below(variants);
  return [keyText(opened.key), ...body, ...absentLines(opened)];
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
        ? `${value.apiVersion} ${value.kind}, Kubernetes protobuf that cannot be read further`
        : `${value.apiVersion} ${value.kind}, Kubernetes protobuf, as far as it is read here`;
    case "text":
      return value.text === "" ? "empty" : "text";
    case "encrypted":
      return `encrypted at rest by the API server (${value.provider})`;
    case "binary":
      return "binary, begins with";
    case "masked":
      return "masked: it may hold a secret, --show-secrets shows it";
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

/** A line of text made fit to be shown; how far it stands to the right is part of what it says. */
function cleanLine(line: string): string {
  const indent = /^[ \t]*/.exec(line)?.[0].replaceAll("\t", "  ") ?? "";
  return indent + cleanText(line, 2000);
}

function cut(lines: readonly string[]): readonly string[] {
  const rest = lines.length - MOST_LINES;
  return rest > 0 ? [...lines.slice(0, MOST_LINES), `… ${integer(rest)} more lines`] : lines;
}

/** An object as YAML would have it, for reading: texts stand as they are. */
function yamlLines(value: unknown): readonly string[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown) => {
      const [first = "", ...rest] = isBranch(item) ? yamlLines(item) : [scalar(item)];
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  return Object.entries(Object(value) as object).flatMap(([name, inner]: [string, unknown]) =>
    isBranch(inner)
      ? [`${name}:`, ...yamlLines(inner).map((line) => `  ${line}`)]
      : [`${name}: ${scalar(inner)}`],
  );
}

function isBranch(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function scalar(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function below(variants: readonly (readonly string[])[]): readonly string[] {
  return variants.flatMap((lines, index) => [
    ...(index > 0 ? ["! and not the same:"] : []),
    ...lines.map((line) => `  ${line}`),
  ]);
}

function sideBySide(sides: readonly (readonly string[])[], width: number): readonly string[] {
  const height = Math.max(...sides.map((side) => side.length));
  return Array.from({ length: height }, (_, row) => {
    const cells = sides.map((side) => side[row] ?? "");
    const sign = new Set(cells).size > 1 ? "!" : " ";
    return `${sign} ${cells
      .map((text) => toSide(text, width))
      .join(" ".repeat(GAP))
      .trimEnd()}`;
  });
}

function toSide(text: string, width: number): string {
  const shown = textWidth(text) <= width ? text : `${cutText(text, width - 1)}…`;
  return shown + " ".repeat(width - textWidth(shown));
}

function absentLines({ members }: OpenedKey): readonly string[] {
  return members.flatMap((member) => {
    if (member.state === "lacks") return [`  not on ${cleanText(member.name)}`];
    return member.state === "unknown"
      ? [`  unknown on ${cleanText(member.name)}: ${member.failure.text}`]
      : [];
  });
}
