import type { CatalogEntry } from "../../src/cli/args/catalog.ts";
import { CATALOG, commandNames } from "../../src/cli/args/catalog.ts";
import type { Flag } from "../../src/cli/args/flags.ts";
import { FLAGS } from "../../src/cli/args/flags.ts";
import { commandText, overviewText } from "../../src/cli/commands/help.ts";
import { nearest } from "../../src/cli/args/usage-error.ts";
import { parseArgv } from "../../src/cli/args/parse.ts";

const names = commandNames();

test("the overview has a line for every command, in the catalog's order", () => {
  const listed = [...overviewText().matchAll(/^ {2}([a-z]+(?: [a-z]+)?) {3,}\S/gm)].map(([, name]) => name);
  expect(listed).toEqual(names);
  expect(Object.keys(CATALOG)).toEqual(names);
});

describe.each(names)("%s", (name) => {
  test("has two examples at least, each of which can be typed", () => {
    const { examples } = CATALOG[name];
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const { line } of examples) {
      const [, typed = "nothing"] = /^(?:source <\()?kubectl ha ([^|>)]+?)(?: [|>] .+|\))?$/.exec(line) ?? [];
      const command = parseArgv(typed.split(" "));
      expect(command.kind).toBe(name);
      expect(commandText(name)).toContain(`  ${line}\n`);
    }
  });

  test("shows the flags that it takes, and no others", () => {
    const shown = [...commandText(name).matchAll(/^ {2}(?:-\w, | {4})--([a-z-]+)/gm)].map(([, flag]) => flag);
    const taken = FLAGS.filter((flag: Flag) => flag.on.includes(name)).map((flag) => flag.name);
    expect(shown.toSorted()).toEqual(taken.toSorted());
  });

  test("its usage shows the words that it takes", () => {
    const { words }: CatalogEntry = CATALOG[name];
    const usage = words === undefined ? name : `${name} ${words.usage}`;
    expect(commandText(name)).toContain(`\nUsage:\n  kubectl ha ${usage} [flags]\n`);
  });

  test("fits into 120 columns but for its examples", () => {
    const lines = commandText(name)
      .split("\n")
      .filter((line) => !line.startsWith("  kubectl"));
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });
});

test.each([
  ["statsu", "status"],
  ["staus", "status"],
  ["leader", "leaders"],
  ["tpo", "top"],
  ["verison", "version"],
  ["xyzzy", undefined],
  ["", undefined],
  ["s", undefined],
])("%j is near %j", (typed, meant) => {
  expect(nearest(typed, names)).toBe(meant);
});
