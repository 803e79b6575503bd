import type { Quorum } from "./assessment.ts";

/** Who is heard from here, where nothing more can be said of the quorum; short: in as few words as that takes. */
export function reachWords({ reach }: Quorum): readonly [long: string, short: string] {
  const { asked, answer, refuse } = reach;
  const [some, all] = [`${answer} of ${asked}`, `${refuse} of ${asked}`];
  if (refuse === 0) return [`${some} members answer from here`, `${some} answer`];
  if (answer === 0) return [`${all} members refuse us`, `${all} refuse`];
  return [`${some} members answer from here, ${refuse} refuse us`, `${some} answer`];
}
