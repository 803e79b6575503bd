/** One line of the bench: what is measured, ours beside its peer in the same run, and what is aimed at. */
export interface Row {
  readonly measure: string;
  /** as in the table */
  readonly ours: string;
  readonly peer: string;
  /** ours / peer; NaN: there is no peer */
  readonly ratio: number;
  /** what the target is about: the ratio, or a figure of ours */
  readonly judged: number;
  /** `judged` must not be above it */
  readonly target: number;
  /** the target as a person says it */
  readonly aim: string;
  /** every figure by name, its unit in the name */
  readonly figures: Readonly<Record<string, number>>;
}

/** A row before anybody has judged it. */
export interface Measured extends Omit<Row, "ratio" | "judged"> {
  readonly ratio: number;
  /** undefined: the ratio */
  readonly judged?: number;
}

/** A row of what was measured. */
export function toRow(measured: Measured): Row {
  return { ...measured, judged: measured.judged ?? measured.ratio };
}

/** How samples are spread, in their own unit. */
export interface Spread {
  readonly median: number;
  readonly p99: number;
  readonly min: number;
  readonly max: number;
}

/** Sums up samples; NaN where there are none. */
export function spread(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
  return { median: at(0.5), p99: at(0.99), min: at(0), max: at(1) };
}

/** Seconds as milliseconds, for the table. */
export const ms = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;

/** The rows as a Markdown table. */
export function toTable(rows: readonly Row[]): string {
  return [
    "| measure | ours | peer | ratio | target | |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map((r) => {
      const verdict = r.target === Infinity ? "" : r.judged <= r.target ? "met" : "missed";
      const ratio = Number.isNaN(r.ratio) ? "" : r.ratio.toFixed(2);
      return `| ${r.measure} | ${r.ours} | ${r.peer} | ${ratio} | ${r.aim} | ${verdict} |`;
    }),
  ].join("\n");
}
