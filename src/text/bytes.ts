const UNITS = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

/** `446 MB`, `2.1 GB`: decimal units and one decimal below 10, as etcdctl prints sizes. */
export function bytes(n: bigint): string {
  let value = Number(n);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : String(Math.round(value))} ${UNITS[unit] ?? ""}`;
}
