import type { TopCommand } from "../../args/command.ts";
import type { Io, WholeScreen } from "../../io.ts";
import type { Session } from "../../session.ts";
import { setImmediate as immediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { UserError } from "../../../core/facts/failure.ts";
import { startMonitor } from "../../../screen/monitor.ts";
import { Scope } from "../../../sources/async/scope.ts";
import { openTerminal } from "../../../terminal/terminal.ts";
import { TopScreen } from "./top-screen.ts";

/** The full screen, until its user leaves it, a signal comes, or the terminal goes away. Throws UserError. */
export async function top(command: TopCommand, session: Session, io: Io): Promise<number> {
  const { wholeScreen } = io;
  if (wholeScreen === undefined) {
    throw new UserError("top requires a terminal; use 'kubectl ha status -w' in a pipe", 1);
  }
  const unable = cannotPaint(io);
  if (unable !== undefined) throw new UserError(unable, 1);
  await session.prepare("everything");
  await show(command, session, io, wholeScreen);
  return 0;
}

/** Why a full screen cannot be shown: TERM names no terminal that can move its cursor. Undefined: it can. */
function cannotPaint({ env, platform }: Io): string | undefined {
  const term = env["TERM"] ?? "";
  // Windows has no TERM: its console is known.
  if (term === "" && platform === "win32") return undefined;
  if (term !== "" && term !== "dumb" && term !== "unknown") return undefined;
  const how = term === "" ? "TERM is not set" : `TERM is "${term}"`;
  return `top requires a terminal that can move its cursor: ${how}; set it (TERM=xterm-256color), or use 'kubectl ha status -w'`;
}

async function show(command: TopCommand, session: Session, io: Io, wholeScreen: WholeScreen): Promise<void> {
  const { env, platform } = io;
  const { clock } = session;
  const [kube, browse] = await Promise.all([session.kubeOrWhyNot(), session.keyBrowsers()]);
  stayLean();
  using scope = new Scope(io.interrupted);
  const begun = clock();
  // What is asked is under way while the screen is made.
  const seen = session.observe("everything", scope.signal);
  await immediate();
  using terminal = openTerminal({ ...wholeScreen, env, platform, ascii: command.ascii });
  const about = kube.api
    ? { cluster: kube.clusterName, server: kube.api.server }
    : { cluster: "no kubeconfig", server: undefined };
  let failure: Error | undefined;
  using screen = new TopScreen(
    { terminal, clock, browse, interval: command.interval },
    startMonitor(about, begun),
    (error) => {
      failure = error;
      scope.abort();
    },
  );
  for await (const observation of seen) {
    screen.send({ kind: "observed", observation });
  }
  if (failure !== undefined) throw failure;
}

/**
 * V8's young generation stays as small as it is: it would grow by the burst of the start, and a screen that is painted
 * once a second would keep 25 MB that it never needs.
 */
function stayLean(): void {
  setFlagsFromString("--semi-space-growth-factor=1");
}
