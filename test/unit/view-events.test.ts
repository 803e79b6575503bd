import type { TimelineEvent } from "../../src/core/state.ts";
import { eventPrinter } from "../../src/output/changes.ts";
import { t } from "./model-kit.ts";

const gone: TimelineEvent = { at: t(1.5), tone: "bad", subject: "etcd cp-3", text: "does not answer" };
const note: TimelineEvent = { at: t(2), tone: "note", subject: "kube-controller-manager", text: "released" };

test("a line for each event: when, what, and what happened; later lines stand below", () => {
  const write = eventPrinter(false);
  expect(write([gone])).toBe("2026-11-22T13:51:01.500Z   etcd cp-3                 does not answer\n");
  expect(write([note])).toBe("2026-11-22T13:51:02.000Z   kube-controller-manager   released\n");
});

test("only what is good or bad has a colour", () => {
  expect(eventPrinter(true)([gone])).toContain("\u001b[31mdoes not answer\u001b[0m\n");
  expect(eventPrinter(true)([note])).not.toContain("\u001b");
});
