import type { Observation } from "../../src/core/facts/observation.ts";
import type { ClusterState } from "../../src/core/state.ts";
import { initialState, reduce } from "../../src/core/reduce.ts";
import { t, reported } from "./model-kit.ts";

const SERVER = "10.0.0.1:6443";

type Answer = "ready" | "not ready" | "silent";

/** What one API server's answers make, one a second from 1 on. */
function answers(...given: readonly Answer[]): ClusterState {
  const found = { kind: "api-servers-found", servers: [{ server: SERVER, host: "cp-1" }] } as const;
  return given.reduce(
    (state, answer, i) => reduce(state, observation(answer, i + 1)),
    reduce(initialState(t(0)), { at: t(0), ...found }),
  );
}

function observation(answer: Answer, second: number): Observation {
  const at = t(second);
  if (answer === "silent") {
    const failure = { code: "timeout", text: "no answer" } as const;
    return { at, kind: "api-server-failed", server: SERVER, failure };
  }
  const ready = answer === "ready";
  const failing = ready ? [] : ["etcd"];
  return { at, kind: "api-server-answered", server: SERVER, ready, failing, took: 0.01 };
}

test.each<[what: string, given: readonly Answer[], tells: readonly string[]]>([
  ["a server that was never reached", ["silent", "silent"], []],
  ["one that is ready all the time", ["ready", "ready"], []],
  [
    "one that was gone",
    ["ready", "silent", "silent", "ready"],
    [
      "02.0 bad API server cp-1: does not answer: no answer",
      "04.0 ok API server cp-1: is ready again after 2.0 s",
    ],
  ],
  [
    "one beside a dead etcd, which is silent and not ready by turns",
    ["ready", "not ready", "silent", "not ready", "silent", "not ready", "ready"],
    [
      "02.0 bad API server cp-1: is not ready: etcd",
      "03.0 bad API server cp-1: does not answer: no answer",
      "07.0 ok API server cp-1: is ready again after 5.0 s",
    ],
  ],
  [
    "one that fails again",
    ["ready", "silent", "ready", "silent"],
    [
      "02.0 bad API server cp-1: does not answer: no answer",
      "03.0 ok API server cp-1: is ready again after 1.0 s",
      "04.0 bad API server cp-1: does not answer: no answer",
    ],
  ],
])("the timeline of %s", (_, given, tells) => {
  expect(reported(answers(...given))).toEqual(tells);
});
