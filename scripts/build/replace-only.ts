/** `source` with the one place that says `from` saying `to`. Throws if there is none, or more than one. */
export function replaceOnly(source: string, path: string, from: string, to: string): string {
  const places = source.split(from).length - 1;
  if (places !== 1) throw new Error(`${path} has ${places} times, not once: ${from}`);
  return source.replace(from, () => to);
}
