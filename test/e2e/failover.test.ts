import { startRobot } from "../../scripts/robot/robot.ts";
import type { Robot } from "../../scripts/robot/robot.ts";
import { labForFile } from "../lab-for-file.ts";

const lab = labForFile();
const HOST = /cp-\d/;

function top(
  args: readonly string[] = [],
  how: { columns?: number; rows?: number; term?: string } = {},
): Robot {
  const env = { ...lab().env, HOME: "/nonexistent", LANG: "C.UTF-8" };
  return startRobot({ command: "dist/kubectl-ha", args: ["top", ...args], env, ...how });
}

/** The row of LEASES of one component, from its sign on. */
function leaseRow(text: string, name: string): string | undefined {
  return text.split("\n").find((line) => new RegExp(`^[▌ ] . ${name} `).test(line));
}

const isHeld = (text: string): boolean => leaseRow(text, "kube-scheduler")?.includes("●") ?? false;

interface Lease {
  readonly holder: string;
  readonly renewed: number;
  readonly acquired: number;
  readonly transitions: number;
}

/** The scheduler's lease as kubectl reads it; times in ms. */
async function schedulerLease(): Promise<Lease> {
  const text = await lab().kubectl(["get", "lease", "-n", "kube-system", "kube-scheduler", "-o", "json"]);
  const { spec } = JSON.parse(text) as { spec: Record<string, string | number> };
  return {
    holder: String(spec["holderIdentity"]),
    renewed: Date.parse(String(spec["renewTime"])),
    acquired: Date.parse(String(spec["acquireTime"])),
    transitions: Number(spec["leaseTransitions"]),
  };
}

test("the first complete picture: every lease held, every member answering, all lists agreeing", async () => {
  await using robot = top();
  const text = await robot.see(
    "a calm picture",
    (t) => isHeld(t) && t.includes("3 of 3 up") && t.includes("all 3 agree") && t,
  );
  const lease = await schedulerLease();
  expect(leaseRow(text, "kube-scheduler")).toContain(HOST.exec(lease.holder)?.[0]);
  expect(leaseRow(text, "kube-controller-manager")).toMatch(HOST);
  expect(text).toMatch(/leaseTransitions +\d+/);
  expect(text).toMatch(/renewTime .*\d\d:\d\d:\d\d\.\d{6}/);
  expect(text.match(/LEADER /g)).toHaveLength(1);
});

test("the scheduler's leader is killed: its pod stopped, a count, a forecast, a new holder, the measured gap", async () => {
  await using robot = top();
  await robot.see("a held lease", isHeld);
  const before = await schedulerLease();
  const old = HOST.exec(before.holder)?.[0] ?? "";
  // Two renewals in our sight: from then on the program knows the usual gap.
  await robot.see("renew gaps", (t) => /renew gaps +[▁▂▃▄▅▆▇█]{2}/.test(t));

  const [killed] = await lab().fault("kill", "scheduler/leader");
  const faultAt = Date.parse(killed?.at ?? "");
  await robot.see("the evidence", (t) => t.includes(`pod on ${old} stopped, exit 137`));
  await robot.see("that there is no leader", (t) => /✕ NO LEADER {2}kube-scheduler/.test(t));
  const leaderless = await robot.see("a forecast", (t) => /takeover expected|OVERDUE/.test(t) && t);
  expect(leaderless).toMatch(/scheduler: none, gap \d+\.\d s/);
  expect(leaderless).toMatch(/renewTime +\d\d:\d\d:\d\d\.\d{6}/);
  expect(leaderless).toMatch(/leaseTransitions \d+ \(\+0 seen\)/);

  const took = await robot.see("a takeover", (t) => /▲ (cp-\d) TOOK OVER {2}kube-scheduler/.exec(t));
  const reported = await robot.see("the gap in the timeline", (t) =>
    new RegExp(`▲ scheduler +${old} → (cp-\\d), gap (\\d+\\.\\d) s`).exec(t),
  );
  const seenAt = Date.now();
  const after = await schedulerLease();
  expect(took[1]).toBe(HOST.exec(after.holder)?.[0]);
  expect(reported[1]).toBe(took[1]);
  expect(after.transitions).toBe(before.transitions + 1);
  // What was measured lies between the kill and the takeover at least, the last renewal before it and now at most.
  const gap = Number(reported[2]);
  // (A renewal may have been on its way then.)
  expect(gap).toBeGreaterThanOrEqual((after.acquired - faultAt) / 1000 - 1);
  expect(gap).toBeLessThanOrEqual((seenAt - before.renewed) / 1000);
  expect(leaseRow(robot.text, "kube-scheduler")).toContain(took[1]);
  await lab().fault("start", `scheduler/${old}`);
});

test("an etcd member is killed: its row keeps its figures and says why, the others go on", async () => {
  await using robot = top();
  await robot.see("three members up", (t) => t.includes("3 of 3 up"));
  const [killed] = await lab().fault("kill", "etcd/cp-3");
  expect(killed?.target).toBe("etcd/cp-3");
  // A connection that was open says first that it was closed; the next one is refused.
  const text = await robot.see(
    "the quorum without it",
    (t) =>
      t.includes("2 of 3 up, tolerance 0") && /✕ cp-3 +unknown +refused, for \d+\.\d s +\d+/.test(t) && t,
  );
  expect(text).toContain("one more failure loses quorum");
  robot.type("f");
  const findings = await robot.see("its finding", (t) => /FINDINGS \d/.test(t) && t);
  expect(findings).toMatch(/! etcd cp-3 +does not answer for \d+\.\d s: .*refused.* etcd-member-silent/);
  expect(findings).toContain("→ check whether it runs (`crictl ps -a --name etcd` on its node), and its log");
  robot.type("\x1b");
  await lab().fault("start", "etcd/cp-3");
  await robot.see("it back", (t) => t.includes("3 of 3 up") && /● etcd cp-3 +answers again after/.test(t));
});

test("keys are searched, one is opened and left while it is read, a member that is gone is `?`, the box closes again", async () => {
  const [leader] = await lab().resolve("etcd/leader");
  const gone = ["cp-1", "cp-2", "cp-3"].find((name) => leader !== `etcd/${name}`) ?? "";
  await using robot = top();
  await robot.see("three members up", (t) => t.includes("3 of 3 up"));
  robot.type("/");
  robot.type("leases/kube-system/kube-sched\r");
  const everywhere = /✓ +✓ +✓ +\/registry\/leases\/kube-system\/kube-scheduler/;
  await robot.see("the key, on every member", (t) => everywhere.test(t));
  robot.type("\r");
  const opened = await robot.see("it opened", (t) => t.includes("read from each member") && t);
  expect(opened).toMatch(/\bon +cp-1, cp-2, cp-3/);
  robot.type("\r");
  await robot.see("its value, zoomed", (t) => !t.includes("LEASES") && /holderIdentity: "?cp-\d_/.test(t));
  robot.type("\x1b");
  await robot.see("all panes again", (t) => t.includes("LEASES"));
  robot.type("\x1b");
  await robot.see("the hits again", (t) => everywhere.test(t));

  // One that hangs is waited for: the key is being read until then, unless it is known by then not to answer.
  await lab().fault("freeze", `etcd/${gone}`);
  robot.type("\r");
  await robot.see("it asked for", (t) => /reading from each member|read from each member/.test(t));
  robot.type("\x1b");
  await lab().fault("kill", `etcd/${gone}`);
  const without = new RegExp(
    `[✓?] +[✓?] +[✓?] +/registry/leases/kube-system/kube-scheduler +${gone}: (?:no answer|refused|closed)`,
  );
  const text = await robot.see("its mark, with the reason", (t) => without.test(t) && t);
  expect(text).not.toContain("read from each member");
  await lab().fault("start", `etcd/${gone}`);
  await robot.see("it back", (t) => t.includes("3 of 3 up"));
  robot.type("\x1b");
  await robot.see(
    "the box closed",
    (t) => !t.includes("leases/kube-system/kube-sched") && t.includes("TIMELINE"),
  );
});

test("80x24 shows the same, help and back, and quits", async () => {
  await using robot = top([], { columns: 80, rows: 24 });
  await robot.see("a calm picture", isHeld);
  robot.type("?");
  await robot.see("the help", (t) => t.includes("Keys and signs"));
  robot.type("\x1b");
  await robot.see("the help closed", (t) => !t.includes("Keys and signs"));
  robot.resize(120, 36);
  await robot.see("the wide picture", (t) => t.includes("LEADERSHIP") && t.includes("MEMBERS"));
  robot.type("q");
  expect(await robot.ended()).toEqual({ exitCode: 0, signal: 0 });
});

describe("TERM", () => {
  test.each([
    "xterm-256color",
    "xterm-direct",
    "xterm-kitty",
    "xterm-ghostty",
    "alacritty",
    "tmux-256color",
    "screen",
    "no-such-terminal",
  ])("%s: the picture in colour, and the way back", async (term) => {
    await using robot = top([], { term });
    await robot.see("a calm picture", isHeld);
    expect(robot.raw).toContain("\x1b[32m");
    robot.type("q");
    expect(await robot.ended()).toEqual({ exitCode: 0, signal: 0 });
    expect(robot.isFullScreen).toBe(false);
  });

  test("vt100: without a colour, and without the mouse", async () => {
    await using robot = top([], { term: "vt100" });
    await robot.see("a calm picture", isHeld);
    const codes = [...robot.raw.matchAll(/\x1b\[([\d;]*)m/g)].flatMap(([, all = ""]) => all.split(";"));
    expect(codes.filter((code) => /^(?:[349]\d|10\d)$/.test(code))).toEqual([]);
    expect(robot.raw).not.toContain("\x1b[?1000h");
  });

  test("linux: in ASCII", async () => {
    await using robot = top([], { term: "linux" });
    const text = await robot.see("a calm picture", (t) => /^> \* kube-scheduler /m.test(t) && t);
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test("dumb: one line that says what to try", async () => {
    await using robot = top([], { term: "dumb" });
    expect(await robot.ended()).toEqual({ exitCode: 1, signal: 0 });
    expect(robot.raw.trim().split("\n")).toHaveLength(1);
    expect(robot.raw).toContain('TERM is "dumb"');
    expect(robot.raw).toContain("kubectl ha status -w");
  });
});

describe("the terminal is as before", () => {
  const restored = (robot: Robot): void => {
    expect(robot.isFullScreen).toBe(false);
    expect(robot.raw.lastIndexOf("\x1b[?25h")).toBeGreaterThan(robot.raw.lastIndexOf("\x1b[?25l"));
    expect(robot.raw.lastIndexOf("\x1b[?1049l")).toBeGreaterThan(robot.raw.lastIndexOf("\x1b[?1049h"));
  };

  test.each(["q", "\x03"])("after the key %j", async (key) => {
    await using robot = top();
    await robot.see("a calm picture", isHeld);
    robot.type(key);
    expect(await robot.ended()).toEqual({ exitCode: 0, signal: 0 });
    restored(robot);
  });

  test.each([
    ["SIGTERM", 15],
    ["SIGHUP", 1],
    ["SIGINT", 2],
  ])("after %s, and the shell gets the signal", async (name, signal) => {
    await using robot = top();
    await robot.see("a calm picture", isHeld);
    process.kill(robot.pid, name);
    expect(await robot.ended()).toMatchObject({ signal });
    restored(robot);
  });

  test("suspended and continued", async () => {
    await using robot = top();
    await robot.see("a calm picture", isHeld);
    robot.type("\x1a");
    // It is continued at once if nobody would do so: what it wrote stays.
    await robot.see("the shell's screen", () => robot.raw.includes("\x1b[?1049l"));
    process.kill(robot.pid, "SIGCONT");
    await robot.see("the picture again", (t) => robot.isFullScreen && isHeld(t));
  });
});
