import type { Column, TableStyle } from "../../src/view/table.ts";
import { table, tablePrinter } from "../../src/view/table.ts";

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
