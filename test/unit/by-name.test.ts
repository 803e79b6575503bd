import { byName } from "../../src/text/order.ts";
import { fc } from "../seeded.ts";

test("numbers in names are compared by their size", () => {
  const names = ["cp-10", "cp-2", "cp", "node-1.zone-10", "cp-02", "node-1.zone-9", "", "10", "9", "cp-2a"];
  expect(names.toSorted(byName)).toEqual([
    ...["", "9", "10", "cp", "cp-02", "cp-2", "cp-2a", "cp-10", "node-1.zone-9", "node-1.zone-10"],
  ]);
});

test("as Intl has it, for names of hosts", () => {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const part = fc.oneof(fc.constantFrom("a", "cp", "ip", "zone"), fc.nat({ max: 120 }).map(String));
  const host = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("-"));
  fc.assert(
    fc.property(host, host, (a, b) => {
      expect(Math.sign(byName(a, b))).toBe(Math.sign(compare(a, b)));
    }),
  );
});

test("is an order, whatever the names are", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (a, b, c) => {
      expect(Math.sign(byName(a, b))).toBe(-Math.sign(byName(b, a)) + 0);
      expect(byName(a, b) === 0).toBe(a === b);
      if (byName(a, b) <= 0 && byName(b, c) <= 0) expect(byName(a, c)).toBeLessThanOrEqual(0);
    }),
  );
});
