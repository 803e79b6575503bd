import type { Observation } from "../../core/facts/observation.ts";
import type { LeaseSource } from "./leases.ts";
import { observeLeases } from "./leases.ts";
import { CONTROL_PLANE } from "../../core/leases/lease.ts";
import { followAnnotation } from "./annotations.ts";
import { Loops } from "../async/loops.ts";
import type { Emit } from "../async/channel.ts";
import { errgroup } from "../async/channel.ts";

/**
 * Who leads: the Leases of one namespace, and for each leader of the control plane that has none, the annotation in which
 * it may keep its record instead, as before 1.20. Where there is a Lease, nothing more is asked.
 */
export async function observeLeaders(
  source: LeaseSource,
  emit: Emit<Observation>,
  signal: AbortSignal,
): Promise<void> {
  const follow = (name: string, one: AbortSignal): Promise<void> => followAnnotation(source, name, emit, one);
  await errgroup(signal, (inner) => {
    const loops = new Loops<string>(inner);
    const leases = new WithoutLease();
    const take = (seen: Observation): void => {
      emit(seen);
      if (leases.add(seen)) loops.keep(leases.names, follow);
    };
    return [observeLeases(source, take, inner), loops.ended()];
  });
}

/** Which leaders of the control plane have no Lease, once that is known. */
class WithoutLease {
  names: readonly string[] = [];

  /** Whether it told of what Leases there are. */
  add(seen: Observation): boolean {
    switch (seen.kind) {
      case "leases-listed":
        this.names = namesWithoutLease(seen);
        return true;
      case "lease-changed":
        this.names = this.names.filter((name) => name !== seen.lease.name);
        return true;
      case "lease-deleted":
        this.names = CONTROL_PLANE.filter((name) => name === seen.lease.name || this.names.includes(name));
        return true;
      default:
        return false;
    }
  }
}

function namesWithoutLease({ leases }: Observation & { kind: "leases-listed" }): readonly string[] {
  const listed = new Set(leases.map((lease) => lease.name));
  return CONTROL_PLANE.filter((name) => !listed.has(name));
}

/** Keeps count of which annotations have been read once, or have failed once, of those that are looked for. */
export class FirstAnnotations {
  #open: readonly string[] | undefined;

  /** Whether all that there are have been heard of. */
  get complete(): boolean {
    return this.#open?.length === 0;
  }

  add(seen: Observation): void {
    if (seen.kind === "leases-listed") this.#open ??= namesWithoutLease(seen);
    // Who does not give Leases is not asked for annotations.
    if (seen.kind === "leases-failed") this.#open ??= [];
    const heard = nameOf(seen);
    if (heard !== undefined) this.#open = this.#open?.filter((name) => name !== heard);
  }
}

function nameOf(seen: Observation): string | undefined {
  switch (seen.kind) {
    case "annotation-read":
      return seen.lease.name;
    case "annotation-absent":
    case "annotation-failed":
      return seen.name;
    default:
      return undefined;
  }
}
