/**
 * Names in the order of a person: numbers in them by their size, `cp-2` before `cp-10`. (A collator of Intl would take
 * 15 ms to make: a tenth of what a command takes.)
 */
export function byName(a: string, b: string): number {
  const [one, other] = [partsOf(a), partsOf(b)];
  for (const [index, part] of one.entries()) {
    const order = compareParts(part, other[index] ?? "");
    if (order !== 0) return order;
  }
  return one.length - other.length || compareTexts(a, b);
}

/** Texts and numbers in turn, a text first. */
function partsOf(name: string): readonly string[] {
  return name.split(/(\d+)/);
}

function compareParts(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return compareTexts(a, b);
  const [one, other] = [a, b].map((digits) => digits.replace(/^0+/, ""));
  if (one === undefined || other === undefined) return 0;
  return one.length - other.length || compareTexts(one, other);
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
