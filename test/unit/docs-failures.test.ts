import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const DOCUMENT = readFileSync("docs/failures.md", "utf8");

/** Each line's last column: `e2e/failures-etcd: the beginning of the test's name`. */
const NAMED = DOCUMENT.split("\n")
  .filter((line) => /^\| (?!what happens|-)/.test(line))
  .map((line) => line.split("|").at(-2)?.trim() ?? "");

/** The names of a file's tests as jest would print them, with what test.each puts into them. */
function namesIn(file: string): readonly string[] {
  const text = readFileSync(join("test", `${file}.test.ts`), "utf8");
  return text
    .matchAll(/"((?:[^"\\]|\\.)*)"/g)
    .map(([, name = ""]) => name)
    .toArray();
}

/** Whether a name begins so; where it has `%s`, up to there. */
function begins(name: string, words: string): boolean {
  const [before = ""] = name.split("%s");
  return name.startsWith(words) || (before !== name && words.startsWith(before));
}

test.each(NAMED)("the test is there: %s", (named) => {
  const [file = "", words = ""] = named.split(": ");
  expect(namesIn(file).filter((name) => begins(name, words))).not.toEqual([]);
});

test("each test of a failure has its line", () => {
  const files = readdirSync("test/e2e").filter((file) => file.startsWith("failures-"));
  const said = NAMED.map((named) => named.split(": "));
  for (const file of files) {
    const path = `e2e/${file.replace(".test.ts", "")}`;
    const text = readFileSync(join("test/e2e", file), "utf8");
    const names = text
      .matchAll(/(?:^test\(|\]\)\(|as const\)\()\s*"((?:[^"\\]|\\.)*)"/gm)
      .map(([, name = ""]) => name)
      .toArray();
    expect(names.length).toBeGreaterThan(1);
    const without = names.filter(
      (name) => !said.some(([of, words = ""]) => of === path && begins(name, words)),
    );
    expect({ file, without }).toEqual({ file, without: [] });
  }
});
