import { cleanText } from "../model/clean-text.ts";

/** The longest key that is shown whole; etcd itself has no limit but that of a request. */
const LONGEST = 4096;

/** A key as one clean line of text. */
export function keyText(key: Uint8Array): string {
  return cleanText(new TextDecoder().decode(key), LONGEST);
}

/** A key's bytes in base64 where they are no UTF-8, so that a program can still name the key; else undefined. */
export function keyBase64(key: Uint8Array): string | undefined {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(key);
    return undefined;
  } catch {
    // No UTF-8: the text alone would not say which key it is.
    return btoa(String.fromCharCode(...key));
  }
}
