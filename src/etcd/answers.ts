import { cleanText } from "../model/clean-text.ts";
import { field } from "../model/fields.ts";
import type { AnswerHeader, ListedMember, MemberList, MemberStatus } from "../model/member.ts";
import type { KeyHash, LookedUp, Pair } from "./api.ts";

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
