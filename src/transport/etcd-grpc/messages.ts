import type { KeyRange, LookUp, KeyHash, LookedUp, Pair } from "../etcd-api.ts";
import type { Method } from "./services.ts";
import { methodOf } from "./services.ts";
import type { AnswerHeader, ListedMember, MemberList, MemberStatus } from "../../core/facts/member.ts";
import { cleanText } from "../../text/clean.ts";
import { RequestError } from "../../core/facts/failure.ts";
import type { KeyPage } from "../etcd-api.ts";
import { Malformed, RangePage } from "./key-page.ts";
import { field } from "../../text/fields.ts";

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

/** The page that a RangeResponse is. Throws RequestError where it is none. */
export function pageOf(bytes: Buffer, peer: string): KeyPage {
  try {
    return new RangePage(bytes);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const text = cleanText(`${peer} returned an invalid list of keys`);
    throw new RequestError({ code: "other", text }, { cause: error });
  }
}

/** The page in a RangeStreamResponse, whose only field it is. */
export function streamedPage(bytes: Buffer, peer: string): KeyPage {
  let at = 1;
  while (at < bytes.length && (bytes[at] ?? 0) >= 0x80) at += 1;
  return pageOf(bytes.subarray(at + 1), peer);
}

/** Reads a StatusResponse as services.ts gives it: 64-bit numbers as text, missing fields as zero or empty. */
export function readStatus(response: unknown): MemberStatus {
  const leader = big(field(response, "leader"));
  const quota = big(field(response, "dbSizeQuota"));
  const downgrade = field(response, "downgradeInfo");
  const storageVersion = text(field(response, "storageVersion"));
  return {
    ...readHeader(response),
    leaderId: leader === 0n ? undefined : leader.toString(16),
    isLearner: field(response, "isLearner") === true,
    version: text(field(response, "version")),
    storageVersion: storageVersion === "" ? undefined : storageVersion,
    raftTerm: big(field(response, "raftTerm")),
    raftIndex: big(field(response, "raftIndex")),
    raftAppliedIndex: big(field(response, "raftAppliedIndex")),
    dbSize: big(field(response, "dbSize")),
    dbSizeInUse: big(field(response, "dbSizeInUse")),
    dbSizeQuota: quota === 0n ? undefined : quota,
    errors: texts(field(response, "errors")),
    downgrade:
      typeof downgrade === "object" && downgrade !== null
        ? {
            enabled: field(downgrade, "enabled") === true,
            targetVersion: text(field(downgrade, "targetVersion")),
          }
        : undefined,
  };
}

/** Reads the header of any response that has a revision. */
export function readHeader(response: unknown): AnswerHeader {
  const header = field(response, "header");
  return {
    clusterId: hex(field(header, "cluster_id")),
    memberId: hex(field(header, "member_id")),
    revision: big(field(header, "revision")),
  };
}

/** Reads a MemberListResponse. */
export function readMembers(response: unknown): MemberList {
  const { clusterId, memberId } = readHeader(response);
  return { by: { clusterId, memberId }, members: list(field(response, "members")).map(readMember) };
}

function readMember(member: unknown): ListedMember {
  return {
    id: hex(field(member, "ID")),
    name: text(field(member, "name")),
    peerUrls: texts(field(member, "peerURLs")),
    clientUrls: texts(field(member, "clientURLs")),
    isLearner: field(member, "isLearner") === true,
  };
}

/** Reads a HashKVResponse. */
export function readHash(response: unknown): KeyHash {
  const hash = field(response, "hash");
  const compacted = field(response, "compact_revision");
  return {
    hash: typeof hash === "number" ? hash : 0,
    compactRevision: compacted === "-1" ? -1n : big(compacted),
  };
}

/** Reads a TxnResponse to a request of one Range a key. */
export function readLookUp(response: unknown): LookedUp {
  return {
    revision: readHeader(response).revision,
    pairs: list(field(response, "responses")).map((one) => firstPair(field(one, "response_range"))),
  };
}

/** Reads a RangeResponse to a request for one key. */
export function readOne(response: unknown): { readonly revision: bigint; readonly pair: Pair | undefined } {
  return { revision: readHeader(response).revision, pair: firstPair(response) };
}

function firstPair(range: unknown): Pair | undefined {
  return readPair(list(field(range, "kvs"))[0]);
}

function readPair(pair: unknown): Pair | undefined {
  if (pair === undefined) return undefined;
  const lease = hex(field(pair, "lease"));
  const value = field(pair, "value");
  return {
    createRevision: big(field(pair, "create_revision")),
    modRevision: big(field(pair, "mod_revision")),
    version: big(field(pair, "version")),
    lease: lease === "0" ? undefined : lease,
    value: value instanceof Uint8Array ? value : new Uint8Array(),
  };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? cleanText(value) : "";
}

function texts(value: unknown): readonly string[] {
  return list(value).map(text);
}

/** A negative revision or size cannot be; it counts as none. */
function big(value: unknown): bigint {
  return typeof value === "string" && /^\d{1,20}$/.test(value) ? BigInt(value) : 0n;
}

function hex(value: unknown): string {
  return big(value).toString(16);
}
