import { cleanText } from "../model/clean-text.ts";

/** The names of the checks that failed, from the text of `/readyz?verbose`: lines such as `[-]etcd failed: reason withheld`. */
export function failingChecks(text: string): readonly string[] {
  return text
    .matchAll(/^\[-\](\S+)/gm)
    .map(([, name = ""]) => cleanText(name, 100))
    .take(100)
    .toArray();
}
