import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import ts from "typescript";

/** Names that the field has another word for: identifiers, JSON fields, files, finding ids. */
const NAMES: ReadonlySet<string> = new Set([
  ...["Dress", "drawDress", "Stage", "calm-stage", "tiles"],
  ...["Lane", "LanePart", "lanes-at", "lanesAt", "cadence", "isNews"],
  ...["apart", "strayed", "isAside", "NobodysEndpoint", "nobodys"],
  ...["toldToComeHere", "tellsToCome", "elsewhere", "Behind", "Unseen", "Reach"],
  ...["mayLose", "mayBe", "told", "tellFirstLook", "LeaseHold", "hold"],
  ...["leftBehind", "isRelic", "lingering", "blind", "unseen"],
  ...["Way", "Ways", "way", "ways", "noWay", "EtcdWay", "no-way", "etcd-no-way"],
  ...["emitting", "together", "goingOn", "pulled", "hasReached", "prove"],
  ...["KeyLibrary", "Shelf", "LibraryRefresh", "givers", "lackers", "uneven", "Side"],
  ...["gently", "BRISK", "GENTLE", "isCalled", "Failed", "Problem", "Typed"],
  ...["onlooker", "paper", "paperMember", "airy", "spelled", "refuses"],
  ...["etcd-member-apart", "etcd-member-refuses", "etcd-no-spare", "etcd-even", "leader-may-be-two"],
]);

/** The same where a part of the name varies. */
const NAME_PATTERNS: readonly RegExp[] = [/^narrate/, /^nobodys/, /Picture$/];

/** Phrases that no user reads in kubectl's, etcdctl's or Prometheus's documents. */
const PHRASES: readonly string[] = [
  ...["whoever", "whom", "is told", "are told", "anew", "what is no", "that is nobody's"],
  ...["of its own accord", "said so", "as far as it is", "is not had", "begun again", "break off"],
];

/** Between two words of a comment may stand the star or the slashes of its next line. */
const PHRASE = new RegExp(`\\b(?:${PHRASES.join("|").replaceAll(" ", "[\\s*/]+")})\\b`, "gi");

const isOut = (name: string): boolean =>
  NAMES.has(name) || NAME_PATTERNS.some((pattern) => pattern.test(name));

/** A source file as a tree. */
function parsed(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** Visits every node of a tree. */
function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => {
    visit(child, see);
  });
}

/** The name that a node declares: a declaration's, parameter's, binding's, property's or import's. */
function declaredName(node: ts.Node): string | undefined {
  // A union of text literals declares its values: states, finding ids.
  if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal)) return node.literal.text;
  // Of `{a}` and `{a: b}` the property is somebody else's name, or one that is declared elsewhere.
  if (ts.isPropertyAccessExpression(node) || ts.isShorthandPropertyAssignment(node)) return undefined;
  if (!("name" in node) || node.name === undefined) return undefined;
  const name = node.name as ts.Node;
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name)
    ? name.text.replace(/^#/, "")
    : undefined;
}

/** Names declared in a source file that the field has another word for, with their lines. */
function namesOut(file: string, text: string): readonly string[] {
  const source = parsed(file, text);
  const found: string[] = [];
  visit(source, (node) => {
    const name = declaredName(node);
    if (name !== undefined && isOut(name))
      found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${name}`);
  });
  return found;
}

/** A file whose name, or a word of it, the field has another one for. */
function fileOut(file: string): readonly string[] {
  const [base = ""] = basename(file).split(".");
  return base === "trouble" || [base, ...base.split("-")].some(isOut) ? [file] : [];
}

/** Phrases of a document or of a source file's texts and comments, across line breaks, with their lines. */
function phrasesOut(file: string, text: string): readonly string[] {
  return [...text.matchAll(PHRASE)].map(
    ({ 0: phrase, index }) => `${file}:${text.slice(0, index).split("\n").length} ${phrase}`,
  );
}

function filesUnder(folder: string, ext: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => file.endsWith(ext) && !file.includes("node_modules"));
}

const SOURCES = ["src", "test", "scripts"].flatMap((folder) => filesUnder(folder, ".ts"));
const DOCUMENTS = [
  ...["README.md", "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "ARCHITECTURE.md"],
  ...filesUnder("docs", ".md").filter((file) => !file.startsWith(join("docs", "adr"))),
  ...filesUnder("scripts", ".md").filter((file) => basename(file) === "README.md"),
];
const read = (file: string): string => readFileSync(file, "utf8");

test("declared names are the field's", () => {
  expect(SOURCES.flatMap((file) => namesOut(file, read(file)))).toEqual([]);
});

test("names of files are the field's", () => {
  expect([...SOURCES, ...filesUnder("test", ".txt")].flatMap(fileOut)).toEqual([]);
});

test("texts and comments have no phrase of our own", () => {
  const others = SOURCES.filter((file) => basename(file) !== "words.test.ts");
  expect(others.flatMap((file) => phrasesOut(file, read(file)))).toEqual([]);
});

test("documents have no phrase of our own", () => {
  expect(DOCUMENTS.flatMap((file) => phrasesOut(file, read(file)))).toEqual([]);
});

describe("the search finds", () => {
  test.each([
    ["a variable", "const told = 1;"],
    ["a function", "function narrateAll() {}"],
    ["a parameter", "const f = (gently: boolean) => gently;"],
    ["a binding", "const { a: hold } = b;"],
    ["a property of a type", "interface A { readonly mayLose: number }"],
    ["a property of an object", 'const a = { "apart": 1 };'],
    ["a private field", "class A { #tiles = 1; }"],
    ["a method", "class A { prove() {} }"],
    ["a class", "class Problem {}"],
    ["a type", "type EtcdPicture = string;"],
    ["an import", 'import { Lane } from "./a.ts";'],
    ["a value of a union", 'type State = "found" | "no-way";'],
  ])("%s", (_, text) => {
    expect(namesOut("a.ts", text)).toHaveLength(1);
  });

  test("no word in a comment, a text, or a longer name", () => {
    expect(namesOut("a.ts", '// told\nconst toldBy = a.told("apart", `hold`);')).toEqual([]);
  });

  test("file names", () => {
    expect(
      ["a/calm-stage.ts", "a/search-gently-80x24.txt", "a/etcd-told.test.ts", "trouble.ts"].flatMap(fileOut),
    ).toHaveLength(4);
    expect(["a/stage-left.ts", "a/highway.ts", "a/in-trouble.ts"].flatMap(fileOut)).toEqual([]);
  });

  test("phrases, by their lines", () => {
    expect(phrasesOut("a.ts", 'f("Whoever");\n/**\n * It is\n * told. */\n// said\n// so, whom')).toEqual([
      "a.ts:1 Whoever",
      "a.ts:3 is\n * told",
      "a.ts:5 said\n// so",
      "a.ts:6 whom",
    ]);
    expect(phrasesOut("a.md", "It is\ntold.\n\nRenewed anew; a whomever.")).toEqual([
      "a.md:1 is\ntold",
      "a.md:4 anew",
    ]);
  });
});
