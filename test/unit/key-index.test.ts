import { fc } from "../seeded.ts";
import { needleOf, packKeys, searchSegment } from "../../src/sources/keys/key-index.ts";
import { pageFrom } from "./key-kit.ts";

const letter = fc.constantFrom("a", "b", "/", "\n", "ä");
const keys = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 8, unit: letter }), { maxLength: 40 })
  .map((list) => list.toSorted((x, y) => Buffer.compare(Buffer.from(x), Buffer.from(y))));

test("packed keys hold what the page held: a part is found in those that contain it, and in no others", () => {
  fc.assert(
    fc.property(
      keys,
      fc.string({ minLength: 1, maxLength: 4, unit: letter }),
      fc.nat({ max: 8 }),
      (all, part, wanted) => {
        const segment = packKeys(pageFrom(all.map((key) => ({ key }))));
        const found: string[] = [];
        const count =
          segment === undefined
            ? 0
            : searchSegment(segment, needleOf(part), (key) => {
                found.push(Buffer.from(key, "latin1").toString());
                return found.length < wanted;
              });
        const expected = all.filter((key) => key.includes(part));
        expect(count).toBe(expected.length);
        expect(found.every((key) => expected.includes(key))).toBe(true);
        expect(new Set(found).size).toBe(Math.min(Math.max(1, wanted), expected.length));
      },
    ),
    { numRuns: 500 },
  );
});

test("an empty page has nothing to pack", () => {
  expect(packKeys(pageFrom([]))).toBeUndefined();
});
