import type { TimelineEvent } from "../../src/core/state.ts";
import { groupEvents } from "../../src/core/timeline.ts";
import { layout } from "../../src/screen/layout/layout.ts";
import { STATES } from "../golden/states.ts";

function event(second: number, subject: string, text: string): TimelineEvent {
  return { at: { wall: second * 1000, mono: second * 1000 }, tone: "bad", subject, text };
}

const reported = (events: readonly TimelineEvent[]): string[] =>
  groupEvents(events.toReversed())
    .map(({ at, subject, text }) => `${at.mono / 1000} ${subject} ${text}`)
    .toReversed();

test("what several API servers do at once is one event, at the time of the first", () => {
  expect(
    reported([
      event(1, "API server cp-2", "is not ready: etcd"),
      event(2, "etcd", "quorum lost"),
      event(3, "API server cp-1", "is not ready: etcd"),
      event(3.5, "API server cp-3", "does not answer within 1.5 s"),
      event(4, "API server cp-1", "does not answer within 1.5 s"),
    ]),
  ).toEqual([
    "1 API servers cp-1, cp-2 are not ready: etcd",
    "2 etcd quorum lost",
    "3.5 API servers cp-1, cp-3 do not answer within 1.5 s",
  ]);
});

test("what one does again, does later, or does in another way stays by itself; many are counted", () => {
  const distance = [
    event(1, "API server cp-1", "is not ready: etcd"),
    event(7, "API server cp-2", "is not ready: etcd"),
    event(8, "etcd cp-1", "is not ready: etcd"),
    event(9, "API server cp-3", "is not ready: ping"),
  ];
  expect(reported(distance)).toHaveLength(distance.length);
  const many = ["a", "b", "c"].map((host, n) => event(n, `API server ${host}`, "is not ready: etcd"));
  expect(reported(many)).toEqual(["0 3 API servers are not ready: etcd"]);
});

test("where a takeover has no room, the time that it took is said in fewer words", () => {
  const scene = STATES.overdue();
  for (const lease of scene.leases.filter(({ alive }) => !alive)) scene.take(lease, "cp-3");
  scene.run(0.4).press("<tab><tab><tab>");
  const text = (columns: number): string =>
    layout(scene.monitor, { columns, rows: 36 }, scene.now)
      .panes.filter(({ id }) => id === "timeline")
      .flatMap(({ lines }) => lines.map((line) => line.map((span) => span.text).join("")))
      .join("\n");
  expect(text(200)).toMatch(/▲ controller-manager +cp-\d → cp-3, gap [\d.]+ s/);
  expect(text(56)).toMatch(/▲ controller-manager +cp-\d → cp-3, [\d.]+ s *$/m);
});
