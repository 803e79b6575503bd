import { setTimeout as sleep } from "node:timers/promises";
import { labForFile } from "../lab-for-file.ts";
import { healAll, leaseOf, TopSession } from "../e2e/top-session.ts";

const lab = labForFile({ timing: "upstream" });
const MINUTES = 3;
/** A source that fails is said to within this, and may have been read this long before. */
const SAID = 3;

afterEach(async () => {
  await healAll(lab());
});

/** The age of the leases as the screen says it, in seconds: `2 min 03 s old` or `12.3 s old`. */
async function shownAge(person: TopSession): Promise<number> {
  const [, minutes = "0", seconds = ""] = await person.says(
    "how old the leases are",
    /LEASES +! (?:(\d+) min )?([\d.]+) s old/,
  );
  return Number(minutes) * 60 + Number(seconds);
}

test("all API servers are gone for minutes: the age of what is known grows as time does, and all comes back", async () => {
  await using person = await TopSession.of(lab());
  const before = await leaseOf(lab(), "kube-scheduler");
  const [killed] = await lab().fault("kill", "apiserver/all");
  const at = Date.parse(killed?.at ?? "");
  await person.says("that it is unknown", /\? LEADER UNKNOWN {2}no API server answers/);
  while (Date.now() < at + MINUTES * 60_000) {
    const asked = Date.now();
    const age = await shownAge(person);
    // What is repainted once a second may be as much younger than it is.
    expect(age).toBeGreaterThanOrEqual((asked - at) / 1000 - 1 - SAID);
    expect(age).toBeLessThanOrEqual((Date.now() - at) / 1000 + SAID);
    expect(person.robot.text).not.toMatch(/NO LEADER|TOOK OVER|QUORUM LOST/);
    expect(person.robot.text).toMatch(/3 of 3 up/);
    await sleep(5000);
  }
  const { document, code } = await person.status();
  expect(code).toBe(0);
  expect(document.leaders).toMatchObject({ held: null, items: [] });
  expect(document.etcd.quorum).toMatchObject({ state: "ok", answering: 3 });
  await lab().fault("start", "apiserver/all");
  await person.says("live leases", /● 2 of 2 held/);
  await person.says("all of them", /● 3 of 3 ready/);
  // The old leader has given up long since. A takeover before all was live again has the time of its lease, who did
  // after that with the time in which it was seen.
  const after = await leaseOf(lab(), "kube-scheduler");
  expect(after.holderIdentity).not.toBe(before.holderIdentity);
  const [, reported = ""] = await person.says(
    "the takeover",
    new RegExp(
      `(\\d\\d:\\d\\d:\\d\\d\\.\\d)[^\\n]*▲ scheduler +${before.host} → ${after.host}, (?:gap|no leader for)`,
    ),
  );
  const late =
    (Date.parse(`${after.acquireTime.slice(0, 11)}${reported}Z`) - Date.parse(after.acquireTime)) / 1000;
  // The timeline has tenths.
  expect(late).toBeGreaterThan(-0.1);
  expect(late).toBeLessThan(SAID);
});
