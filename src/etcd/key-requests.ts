import { cleanText } from "../model/clean-text.ts";
import { RequestError } from "../model/failed.ts";
import type { KeyRange, LookUp } from "./api.ts";
import { KeyPage, Malformed } from "./key-page.ts";
import type { Method } from "./services.ts";
import { methodOf } from "./services.ts";

/** A method whose answer is left as the bytes that come: a million keys are not to become a million objects. */
function raw(name: string): Method {
  return { ...methodOf("KV", name), responseDeserialize: (bytes: Buffer) => bytes };
}

/** KV.Range and KV.RangeStream (3.7) with their answers as bytes. */
export const RANGE = raw("Range");
export const STREAM = raw("RangeStream");

/** A RangeRequest that any member answers by itself, for keys without values. */
export function rangeRequest({ from, to, limit, revision }: KeyRange): object {
  return {
    key: Buffer.from(from),
    range_end: Buffer.from(to),
    limit,
    serializable: true,
    keys_only: true,
    ...(revision !== undefined && { revision: revision.toString() }),
  };
}

/** A TxnRequest that only reads, so that any member answers it by itself: one Range a key. */
export function lookUpRequest(wanted: LookUp): object {
  return { success: wanted.keys.map((key) => ({ request_range: keyRequest(key, wanted) })) };
}

/** A RangeRequest for one key. */
export function keyRequest(key: Uint8Array, { revision, values }: Omit<LookUp, "keys">): object {
  return {
    key: Buffer.from(key),
    serializable: true,
    keys_only: !values,
    ...(revision !== undefined && { revision: revision.toString() }),
  };
}

/** The page that a RangeResponse is. Throws Failed where it is none. */
export function pageOf(bytes: Buffer, peer: string): KeyPage {
  try {
    return new KeyPage(bytes);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const text = cleanText(`${peer} answered with what is no list of keys`);
    throw new RequestError({ code: "other", text }, { cause: error });
  }
}

/** The page in a RangeStreamResponse, whose only field it is. */
export function streamedPage(bytes: Buffer, peer: string): KeyPage {
  let at = 1;
  while (at < bytes.length && (bytes[at] ?? 0) >= 0x80) at += 1;
  return pageOf(bytes.subarray(at + 1), peer);
}
