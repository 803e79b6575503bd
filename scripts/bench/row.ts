/** One line of the bench: what is measured, ours beside its peer in the same run, and what is aimed at. */
export interface Row {
  readonly measure: string;
  readonly ours: Figure;
  readonly peer: Figure;
  readonly peerName: string;
  /** ours / peer, by medians */
  readonly ratio: number;
  /** the ratio must not be above it */
  readonly target: number;
  readonly runs: number;
}

/** Seconds: the median of all runs, and the spread. */
export interface Figure {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Sums up a measure's samples, in seconds. */
export function toRow(
  about: Pick<Row, "measure" | "peerName" | "target">,
  ours: number[],
  peer: number[],
): Row {
  const [a, b] = [figure(ours), figure(peer)];
  return { ...about, ours: a, peer: b, ratio: a.median / b.median, runs: ours.length };
}

function figure(samples: readonly number[]): Figure {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { median: at(0.5), min: at(0), max: at(1) };
}

/** The rows as a Markdown table. */
export function toTable(rows: readonly Row[]): string {
  const ms = (f: Figure): string =>
    `${(f.median * 1000).toFixed(0)} ms (${(f.min * 1000).toFixed(0)} to ${(f.max * 1000).toFixed(0)})`;
  return [
    "| measure | ours | peer | ratio | target | |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map((r) => {
      const verdict = r.ratio <= r.target ? "met" : "MISSED";
      return `| ${r.measure} | ${ms(r.ours)} | ${r.peerName}: ${ms(r.peer)} | ${r.ratio.toFixed(2)} | ${r.target} | ${verdict} |`;
    }),
  ].join("\n");
}
