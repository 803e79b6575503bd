import type { EtcdStatusDocument } from "../../src/output/etcd-status.ts";
import type { Parsed } from "../contract/peer.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { Running } from "../contract/program.ts";
import { startEtcd } from "../etcd-for-file.ts";

const QUOTA = 64 * 1024 * 1024;
/** As much as an argument of a command may hold. */
const VALUE = "x".repeat(100_000);
const MINUTES = 60_000;

test(
  "a database that grows: when it will be full, told of each member, and that this is soon",
  async () => {
    await using cluster = await startEtcd({ args: [`--quota-backend-bytes=${QUOTA}`] });
    await using documents = new Running(["etcd", "status", "-w", "-o", "json"], cluster.env);
    const over = new AbortController();
    const writing = (async () => {
      for (let n = 0; !over.signal.aborted; n += 1) {
        await cluster.etcdctl("put", `grows/${n}`, VALUE);
        await sleep(400);
      }
    })();
    try {
      const { members, findings } = await documents.see(
        "how it grows",
        (lines) =>
          lines
            .map((line) => JSON.parse(line) as Parsed<EtcdStatusDocument>)
            .find((one) => one.members.every(({ dbFullInSeconds }) => dbFullInSeconds !== null)),
        180,
      );
      for (const { dbFullInSeconds, dbGrowthBytesPerSecond, status } of members) {
        expect(status?.dbSizeQuotaBytes).toBe(QUOTA);
        // At two puts a second; how many there were is for this machine to say.
        expect(dbGrowthBytesPerSecond).toBeGreaterThan(20_000);
        expect(dbGrowthBytesPerSecond).toBeLessThan(300_000);
        const left = (QUOTA - Number(status?.dbSizeInUseBytes)) / Number(dbGrowthBytesPerSecond);
        expect(Number(dbFullInSeconds)).toBeCloseTo(left, -1);
      }
      expect(findings).toContainEqual(
        expect.objectContaining({
          ...{ id: "etcd-db-full", severity: "warning", subject: "etcd m1" },
          evidence: expect.stringMatching(/^database reaches its quota in .* at [\d.]+ MB per minute/),
        }),
      );
    } finally {
      over.abort();
      await writing;
    }
  },
  5 * MINUTES,
);
