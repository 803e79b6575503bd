import type { Quorum } from "./assessment.ts";

/** Who is heard from here, where nothing more can be said of the quorum; short: in as few words as that takes. */
export function reachabilityWords({
  reachability,
  leaderId,
}: Quorum): readonly [long: string, short: string] {
  const { isListed, asked, answer, refuse } = reachability;
  const [what, list] = isListed ? ["members", ""] : ["endpoints", ", and none gives the member list"];
  if (refuse > 0 && answer === 0)
    return [`${refuse} of ${asked} ${what} refuse us${list}`, `${refuse} of ${asked} refuse`];
  const gone = goneWords(reachability);
  if (gone !== "" && leaderId !== undefined)
    return [
      `${answer} of ${asked} answer and ${gone}, yet a leader is named`,
      `${answer} of ${asked} answer`,
    ];
  const refusing = refuse === 0 ? "" : `, ${refuse} refuse us`;
  return [`${answer} of ${asked} ${what} answer from here${refusing}${list}`, `${answer} of ${asked} answer`];
}

/** The voters that cannot be part of a majority; empty: none is known. */
function goneWords({ down, unstarted }: Quorum["reachability"]): string {
  return [
    ...(down > 0 ? [`${down} ${down === 1 ? "refuses" : "refuse"} connections`] : []),
    ...(unstarted > 0 ? [`${unstarted} never started`] : []),
  ].join(" and ");
}
