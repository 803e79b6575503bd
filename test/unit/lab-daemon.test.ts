import { restartDelay } from "../../scripts/lab/daemon/backoff.ts";
import { criLine, LineSplitter } from "../../scripts/lab/daemon/cri-log.ts";
import { isChild } from "../../scripts/lab/daemon/host-pid.ts";
import { parseMemberStatus } from "../../scripts/lab/daemon/leaders.ts";
import { podStatus, says } from "../../scripts/lab/daemon/pod-status.ts";
import type { Container, ContainerLife } from "../../scripts/lab/daemon/pod-status.ts";
import { prefixCandidates } from "../../scripts/lab/prefix.ts";

describe("the restart of what ended by itself", () => {
  test("comes at once, then later and later, and at once again after a long run", () => {
    let failures = 0;
    const delays = [10, 10, 10, 10, 10, 10, 10, 29_999, 30_000, 10].map((ranForMs) => {
      const next = restartDelay(failures, ranForMs);
      failures = next.failures;
      return next.delayMs;
    });
    expect(delays).toEqual([0, 1000, 2000, 4000, 8000, 10_000, 10_000, 10_000, 0, 1000]);
  });
});

describe("prefixes", () => {
  test("the choice passes over what is taken and reaches every candidate once", () => {
    const [first, second] = prefixCandidates("0/a", new Set());
    expect(first).toMatch(/^127\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d{1,3}$/);
    expect([...prefixCandidates("0/a", new Set([first ?? ""]))][0]).toBe(second);
    expect(new Set(prefixCandidates("0/a", new Set())).size).toBe(64 * 256);
  });

  test("other names start elsewhere", () => {
    const starts = ["0/a", "0/b", "1000/a"].map((seed) => [...prefixCandidates(seed, new Set())][0]);
    expect(new Set(starts).size).toBe(3);
  });
});

describe("logs", () => {
  test("a line has the form of container runtimes", () => {
    expect(criLine(new Date("2026-11-22T13:51:32.804Z"), "stderr", "hello")).toBe(
      "2026-11-22T13:51:32.804000000Z stderr F hello\n",
    );
  });

  test("chunks become whole lines; the rest comes at the end; an endless line is cut", () => {
    const splitter = new LineSplitter();
    expect(splitter.push("a\nb")).toEqual(["a"]);
    expect(splitter.push("c\n\nd")).toEqual(["bc", ""]);
    expect(splitter.flush()).toEqual(["d"]);
    expect(splitter.flush()).toEqual([]);
    expect(splitter.push("x".repeat(70_000))).toHaveLength(1);
  });
});

describe("what peers print", () => {
  test("a member's status keeps 64 bits, and no leader is 0", () => {
    const fields = `"ClusterID" : 17237436991929493444\n"MemberID" : 15210253474364721213\n"Leader" : 15210253474364721213\n"RaftTerm" : 7\n`;
    expect(parseMemberStatus(fields)).toEqual({
      member: 15210253474364721213n,
      leader: 15210253474364721213n,
      term: 7n,
    });
    expect(parseMemberStatus(`"MemberID" : 5\n"Leader" : 0\n`)).toEqual({ member: 5n, leader: 0n, term: 0n });
  });

  test("a child is known by its parent and the ID that it has itself", () => {
    const status = "Name:\tetcd\nPPid:\t40\nNSpid:\t100\t7\nVmRSS:\t 10 kB\n";
    expect(isChild(status, "40", 7)).toBe(true);
    expect(isChild(status, "41", 7)).toBe(false);
    expect(isChild(status, "40", 100)).toBe(false);
  });
});

describe("a mirror pod's status", () => {
  const startedAt = "2026-11-22T13:51:32.804Z";
  const ended = { hostPid: 7, startedAt, finishedAt: "2026-11-22T13:52:00.100Z", exitCode: 137 };
  const container = (life: ContainerLife): Container => ({
    name: "kube-scheduler",
    image: "i",
    address: "127.64.1.2",
    podStartedAt: startedAt,
    restarts: 1,
    life,
  });

  test("running after a restart: ready, and how the life before ended", () => {
    expect(podStatus(container({ state: "running", startedAt, hostPid: 8, previous: ended }))).toMatchObject({
      containerStatuses: [
        {
          ready: true,
          restartCount: 1,
          state: { running: { startedAt: "2026-11-22T13:51:32Z" }, terminated: null },
          lastState: { terminated: { exitCode: 137, reason: "Error", finishedAt: "2026-11-22T13:52:00Z" } },
        },
      ],
    });
  });

  test("stopped: terminated and not ready", () => {
    const status = podStatus(container({ state: "ended", ended, waitsForRestart: false }));
    expect(status).toMatchObject({
      containerStatuses: [{ ready: false, state: { terminated: { exitCode: 137 } } }],
    });
    expect(status["conditions"]).toContainEqual(expect.objectContaining({ type: "Ready", status: "False" }));
  });

  test("waiting to be started again: CrashLoopBackOff", () => {
    expect(podStatus(container({ state: "ended", ended, waitsForRestart: true }))).toMatchObject({
      containerStatuses: [
        { state: { waiting: { reason: "CrashLoopBackOff" } }, lastState: { terminated: { exitCode: 137 } } },
      ],
    });
  });

  test("what the API added is no difference, what it lacks is", () => {
    expect(says({ a: [{ b: 1, more: 2 }], c: 3 }, { a: [{ b: 1, gone: null }] })).toBe(true);
    expect(says({ a: [{ b: 1 }] }, { a: [{ b: 2 }] })).toBe(false);
    expect(says({ a: [] }, { a: [{ b: 2 }] })).toBe(false);
    expect(says({ terminated: { exitCode: 1 } }, { terminated: null })).toBe(false);
    expect(says(undefined, { a: 1 })).toBe(false);
  });
});
