import type { Quorum } from "./assessment.ts";

/** Who is heard from here, where nothing more can be said of the quorum; short: in as few words as that takes. */
export function reachWords({ reach }: Quorum): readonly [long: string, short: string] {
  const { isListed, asked, answer, refuse } = reach;
  const [what, list] = isListed ? ["members", ""] : ["endpoints", ", and none gives the member list"];
  if (refuse > 0 && answer === 0)
    return [`${refuse} of ${asked} ${what} refuse us${list}`, `${refuse} of ${asked} refuse`];
  const refusing = refuse === 0 ? "" : `, ${refuse} refuse us`;
  return [`${answer} of ${asked} ${what} answer from here${refusing}${list}`, `${answer} of ${asked} answer`];
}
