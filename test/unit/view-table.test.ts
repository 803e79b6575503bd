import type { Column, TableStyle } from "../../src/output/table.ts";
import { lineText, table, tablePrinter } from "../../src/output/table.ts";

interface Row {
  readonly name: string;
  readonly state: string;
}

const columns: readonly Column<Row>[] = [
  { head: "NAME", cell: (row) => row.name },
  { head: "STATE", cell: (row) => ({ text: row.state, tone: row.state === "ok" ? "good" : "bad" }) },
  { head: "MORE", wide: true, cell: () => "more" },
];
const plain: TableStyle = { wide: false, headers: true, colour: false };
const rows = [
  { name: "a", state: "ok" },
  { name: "long name", state: "broken" },
];

test("looks as kubectl's: capitals, three blanks, nothing behind the last column", () => {
  expect(table(columns, rows, plain)).toBe("NAME        STATE\na           ok\nlong name   broken\n");
});

test("wide has more columns, --no-headers no heads and no room for them", () => {
  expect(table(columns, rows.slice(0, 1), { ...plain, wide: true })).toBe(
    "NAME   STATE   MORE\na      ok      more\n",
  );
  expect(table(columns, rows.slice(0, 1), { ...plain, headers: false })).toBe("a   ok\n");
});

test("colour is added around the word, and moves nothing", () => {
  expect(table(columns, rows, { ...plain, colour: true })).toBe(
    "NAME        STATE\na           \u001b[32mok\u001b[0m\nlong name   \u001b[31mbroken\u001b[0m\n",
  );
});

test("rows that come later have no heads, and their columns are no narrower", () => {
  const print = tablePrinter(columns, plain);
  print(rows);
  expect(print([{ name: "b", state: "ok" }])).toBe("b           ok\n");
});

test("hostile text is one clean cell, and not endless", () => {
  const text = table(columns, [{ name: `\u001b[2Jx\ny${"z".repeat(10_000)}`, state: "ok" }], plain);
  expect(text.split("\n")).toHaveLength(3);
  expect(text).not.toContain("\u001b");
  expect(text).toMatch(/\nx yz{156}… {3}ok\n$/);
});

test("a line by itself may be longer than a cell, and is not endless either", () => {
  const why = `${"127.0.0.1:2379 is down, ".repeat(50)}and that is all`;
  expect(lineText({ text: why, tone: "look" }, false)).toBe(why);
  expect(lineText(`\u001b[2J${"z".repeat(10_000)}`, false)).toMatch(/^z{3999}…$/);
});

test("a column may say that its cells are cut nowhere", () => {
  const whole: Column<string>[] = [{ head: "KEY", longest: Infinity, cell: (key) => key }];
  expect(table(whole, ["k".repeat(1000)], plain)).toBe(`KEY\n${"k".repeat(1000)}\n`);
});

test("columns are counted in terminal cells: a wide character takes two, a mark that joins another none", () => {
  const of = (name: string): string =>
    table(
      columns,
      [
        { name, state: "ok" },
        { name: "abcd", state: "ok" },
      ],
      plain,
    );
  expect(of("控制")).toBe("NAME   STATE\n控制   ok\nabcd   ok\n");
  expect(of("e\u0301")).toBe("NAME   STATE\ne\u0301      ok\nabcd   ok\n");
  expect(of("控制节点")).toBe("NAME       STATE\n控制节点   ok\nabcd       ok\n");
});
