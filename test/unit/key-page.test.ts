import { fc } from "../seeded.ts";
import { RangePage, Malformed } from "../../src/transport/etcd-grpc/key-page.ts";
import { methodOf } from "../../src/transport/etcd-grpc/services.ts";

const big = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });
const pair = fc.record({
  key: fc.uint8Array({ minLength: 1, maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  create_revision: big.map(String),
  mod_revision: big.map(String),
  version: big.map(String),
  lease: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
});
const answer = fc.record({
  header: fc.record({ cluster_id: big.map(String), revision: big.map(String), raft_term: big.map(String) }),
  kvs: fc.array(pair, { maxLength: 20 }),
  more: fc.boolean(),
  count: fc.nat().map(String),
});

const encode = (message: object): Buffer => methodOf("KV", "Range").responseSerialize(message);

test("a page says what was sent, with all 64 bits", () => {
  fc.assert(
    fc.property(answer, (sent) => {
      const page = new RangePage(encode(sent));
      expect(page.revision.toString()).toBe(sent.header.revision);
      expect([page.size, page.more, String(page.count)]).toEqual([sent.kvs.length, sent.more, sent.count]);
      sent.kvs.forEach((kv, index) => {
        const lease = BigInt.asUintN(64, BigInt(kv.lease));
        expect(page.key(index)).toEqual(kv.key);
        expect(page.modRevision(index).toString()).toBe(kv.mod_revision);
        expect(page.numbers(index)).toEqual({
          createRevision: BigInt(kv.create_revision),
          modRevision: BigInt(kv.mod_revision),
          version: BigInt(kv.version),
          lease: lease === 0n ? undefined : lease.toString(16),
        });
      });
    }),
  );
});

test("the keys with a part in them are those that contain it, and no others", () => {
  const letters = fc.string({ minLength: 1, maxLength: 6, unit: fc.constantFrom("a", "b") });
  fc.assert(
    fc.property(
      fc.array(letters, { maxLength: 30 }),
      fc.string({ minLength: 1, maxLength: 3, unit: fc.constantFrom("a", "b") }),
      (keys, needle) => {
        // Numbers whose bytes are letters: the needle may stand outside of any key.
        const kvs = keys.map((key) => ({ key: Buffer.from(key), version: "97", mod_revision: "98" }));
        const found = [...new RangePage(encode({ kvs })).containing(Buffer.from(needle))];
        expect(found).toEqual(keys.flatMap((key, index) => (key.includes(needle) ? [index] : [])));
      },
    ),
  );
});

test("other values are not taken for an answer", () => {
  expect(() => new RangePage(Buffer.from("<html>not etcd</html>"))).toThrow(Malformed);
  expect(() => new RangePage(encode({ kvs: [{ key: Buffer.from("abc") }] }).subarray(0, 4))).toThrow(
    Malformed,
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      try {
        const page = new RangePage(Buffer.from(bytes));
        for (let index = 0; index < page.size; index += 1) page.numbers(index);
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
      }
    }),
  );
});
