import type { Call } from "../../transport/deadline.ts";
import type { LeaseRecord } from "../../core/facts/lease-record.ts";
import type { Observation } from "../../core/facts/observation.ts";
import type { Instant, Seconds } from "../../core/facts/time.ts";
import { secondsBetween } from "../../core/facts/time.ts";
import type { LeaseSource } from "./leases.ts";
import type { Emit } from "../async/channel.ts";
import { KubeRequestError } from "../../transport/kube-http/failure.ts";
import { failureOf } from "../../core/facts/failure.ts";
import { hedged } from "../async/hedge.ts";
import { readAnnotation } from "./lease-record.ts";
import { Backoff, pause } from "../async/clock.ts";
import { isOver } from "../async/scope.ts";

const KINDS = ["Endpoints", "ConfigMap"] as const;
type Kind = (typeof KINDS)[number];
const PATHS: Readonly<Record<Kind, string>> = { Endpoints: "endpoints", ConfigMap: "configmaps" };

/** How often a record is read: there is no watch that would tell more, and each reading proves what was read before. */
const INTERVAL: Seconds = 1;
/** How often it is looked for where none was seen, and whether there is a newer one on the other kind of object. */
const SEARCH_INTERVAL: Seconds = 30;
/** A record that stands still for so long is no longer read alone: its holder may keep another one. */
const STILL: Seconds = 5;

/** What was asked and not answered: forbidden for good, or failed for now. */
type Reading = LeaseRecord | "absent" | "forbidden";

/**
 * The annotation of one leader, which has no Lease: looked for now and then, and read every second once it was seen. Of
 * two, the one that was renewed last counts. Only metadata is asked for.
 */
export async function followAnnotation(
  source: LeaseSource,
  name: string,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const { namespace, clock } = source;
  const backoff = new Backoff();
  const trail = new Trail();
  while (!isOver(signal)) {
    const asked = clock();
    try {
      const found = await readKinds(source, name, trail.kindsToAsk(asked), signal);
      if (isOver(signal)) return;
      const at = clock();
      // It is not where it was: only both together can say that there is none.
      if (found === undefined && !trail.isWhole) {
        trail.lose();
        continue;
      }
      trail.note(found, at);
      emit(
        found === undefined
          ? { at, kind: "annotation-absent", namespace, name }
          : { at, kind: "annotation-read", lease: found },
      );
      backoff.reset();
    } catch (error) {
      if (isOver(signal)) return;
      const failure = failureOf(error);
      emit({ at: clock(), kind: "annotation-failed", namespace, name, failure });
      if (failure.code !== "forbidden" || trail.wasSeen) {
        await backoff.wait(signal);
        continue;
      }
    }
    const interval = trail.wasSeen ? INTERVAL : SEARCH_INTERVAL;
    await pause(interval - secondsBetween(asked, clock()), signal);
  }
}

/** What was read so far, and so what is to be read next. */
class Trail {
  wasSeen = false;
  /** whether all kinds were asked the last time */
  isWhole = true;
  #last: LeaseRecord | undefined;
  #changedAt: Instant | undefined;
  #wholeAt: Instant | undefined;

  kindsToAsk(now: Instant): readonly Kind[] {
    const last = this.#last;
    const alone =
      last !== undefined &&
      isRecent(this.#changedAt, STILL, now) &&
      isRecent(this.#wholeAt, SEARCH_INTERVAL, now);
    this.isWhole = !alone;
    return alone ? KINDS.filter((kind) => kind === last.kind) : KINDS;
  }

  note(found: LeaseRecord | undefined, at: Instant): void {
    const last = this.#last;
    if (this.isWhole) this.#wholeAt = at;
    if (found?.uid !== last?.uid || found?.resourceVersion !== last?.resourceVersion) this.#changedAt = at;
    if (found !== undefined) this.wasSeen = true;
    this.#last = found;
  }

  lose(): void {
    this.#last = undefined;
  }
}

function isRecent(then: Instant | undefined, within: Seconds, now: Instant): boolean {
  return then !== undefined && secondsBetween(then, now) < within;
}

/** The newest record on objects of these kinds; undefined: there is none. Throws if that cannot be said. */
async function readKinds(
  source: LeaseSource,
  name: string,
  kinds: readonly Kind[],
  signal: AbortSignal,
): Promise<LeaseRecord | undefined> {
  let refused: KubeRequestError | undefined;
  const read = async (kind: Kind): Promise<Reading> => {
    try {
      const ask = (call: Call): Promise<unknown> =>
        source.api.getMetadata(pathOf(kind, source.namespace, name), call);
      return readAnnotation(kind, await hedged(ask, source.timeout, signal)) ?? "absent";
    } catch (error) {
      if (!(error instanceof KubeRequestError)) throw error;
      if (error.status === 404) return "absent";
      if (error.failure.code !== "forbidden") throw error;
      refused = error;
      return "forbidden";
    }
  };
  const readings: Reading[] = [];
  // One after the other: the second goes over the connection of the first, and need not open its own.
  for (const kind of kinds) readings.push(await read(kind));
  const records = readings.filter((one) => typeof one !== "string");
  if (records.length === 0 && refused !== undefined) throw refused;
  return records.toSorted((a, b) => renewedAt(b) - renewedAt(a))[0];
}

function pathOf(kind: Kind, namespace: string, name: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${PATHS[kind]}/${name}`;
}

/** A record that does not tell when it was renewed is older than any that does. */
function renewedAt({ renewTime }: LeaseRecord): number {
  return renewTime === undefined ? -Number.MAX_VALUE : Date.parse(renewTime);
}
