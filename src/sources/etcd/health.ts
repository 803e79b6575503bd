import type { AskedRoute, Observation } from "../../core/facts/observation.ts";
import type { Route, RouteKey } from "../../core/facts/route.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { Emit } from "../async/channel.ts";
import { errgroup } from "../async/channel.ts";
import { pause } from "../async/clock.ts";
import { Loops } from "../async/loops.ts";
import { isOver } from "../async/scope.ts";
import { untilAnswered } from "../until-answered.ts";
import type { EtcdTransports } from "./access.ts";
import { openRoute } from "./access.ts";
import type { EtcdSource } from "./etcd.ts";
import { observeEtcd } from "./etcd.ts";
import { FirstMembers } from "./first-members.ts";

/** From one read to the next, by way of one member. */
const INTERVAL: Seconds = 1;

/** In all, as etcdctl's --command-timeout: an election may be over by then. */
const LONGEST: Seconds = 5;

/** `read`: deadline of a read that needs quorum; undefined: 5 s, of one look those that are left of them. */
export type HealthSource = EtcdSource & { readonly read: Seconds | undefined };

/**
 * etcd's members, and beside that a read through the majority by way of each, every second. Each is asked in a loop of its
 * own: one that hangs delays no other. Learners serve no such read. It never throws.
 */
export async function observeHealth(
  source: HealthSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { read = LONGEST } = source;
  await observe(source, () => read, emit, signal);
}

/** The same until each member has answered or failed once. It takes 5 s at most where no other deadline was given. */
export async function observeHealthOnce(
  source: HealthSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, read, timeout } = source;
  const begun = clock();
  const left = (): Seconds => read ?? Math.max(1, LONGEST - secondsBetween(begun, clock()));
  const look = {
    ...{ answers: new FirstMembers({ reads: true }), clock },
    // Others are found only through those that are asked first; each of both may take its time.
    longest: 2 * timeout + (read ?? LONGEST),
    source: (take: Emit<Observation>, inner: AbortSignal) => observe(source, left, take, inner),
  };
  await untilAnswered(look, emit, signal);
}

async function observe(
  source: HealthSource,
  read: () => Seconds,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { etcd } = source;
  if (!etcd.found) {
    await observeEtcd(source, emit, signal);
    return;
  }
  await errgroup(signal, (inner) => {
    const reads = new Reads({ ...source, read, transports: etcd.transports }, emit, inner);
    const take = (seen: Observation): void => {
      emit(seen);
      reads.add(seen);
    };
    return [observeEtcd({ ...source, also: ["linearizable"] }, take, inner), reads.ended()];
  });
}

/** The routes that serve such a read, by their keys. */
function readable(asked: readonly AskedRoute[]): ReadonlyMap<RouteKey, Route> {
  return new Map(asked.flatMap(({ route, can }) => (can.linearizable ? [[route.key, route]] : [])));
}

interface About extends Pick<EtcdSource, "clock"> {
  readonly transports: EtcdTransports;
  readonly read: () => Seconds;
}

/** The reads by way of each route that is asked. */
class Reads {
  readonly #about: About;
  readonly #emit: Emit<Observation>;
  readonly #loops: Loops<RouteKey>;
  #routes: ReadonlyMap<RouteKey, Route> = new Map();
  /** by route, once its status was asked for: whether it is that of a learner */
  readonly #isLearner = new Map<RouteKey, boolean>();

  constructor(about: About, emit: Emit<Observation>, signal: AbortSignal) {
    this.#about = about;
    this.#emit = emit;
    this.#loops = new Loops(signal);
  }

  ended(): Promise<void> {
    return this.#loops.ended();
  }

  add(seen: Observation): void {
    if (seen.kind === "etcd-routes") this.#routes = readable(seen.routes);
    else if (seen.kind === "member-answered") this.#isLearner.set(seen.route, seen.status.isLearner);
    else if (seen.kind === "member-failed" && !this.#isLearner.has(seen.route))
      this.#isLearner.set(seen.route, false);
    else return;
    const routes = this.#routes;
    const keys = [...routes.keys()].filter((key) => this.#isLearner.get(key) === false);
    this.#loops.keep(keys, async (key, signal) => {
      const route = routes.get(key);
      if (route !== undefined) await this.#follow(route, signal);
    });
  }

  async #follow(route: Route, signal: AbortSignal): Promise<void> {
    const { clock, transports, read } = this.#about;
    const member = openRoute(transports, route);
    while (!signal.aborted) {
      const asked = clock();
      const failure = await member
        .readThroughQuorum({ signal, timeout: read() })
        .then(() => undefined, failureOf);
      if (isOver(signal)) break;
      this.#say(route, asked, failure);
      await pause(INTERVAL - secondsBetween(asked, clock()), signal);
    }
    member.close();
  }

  #say({ key }: Route, asked: Instant, failure: ReturnType<typeof failureOf> | undefined): void {
    const at = this.#about.clock();
    this.#emit({ at, kind: "member-read", route: key, read: { took: secondsBetween(asked, at), failure } });
  }
}
