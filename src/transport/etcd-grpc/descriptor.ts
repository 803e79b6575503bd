import type { Descriptor } from "./protobuf.ts";

const field = (type: string, id: number) => ({ type, id }) as const;
const repeated = (type: string, id: number) => ({ rule: "repeated", type, id }) as const;

const RESPONSE_HEADER = {
  cluster_id: field("uint64", 1),
  member_id: field("uint64", 2),
  revision: field("int64", 3),
  raft_term: field("uint64", 4),
};

const STATUS_RESPONSE = {
  header: field("ResponseHeader", 1),
  version: field("string", 2),
  dbSize: field("int64", 3),
  leader: field("uint64", 4),
  raftIndex: field("uint64", 5),
  raftTerm: field("uint64", 6),
  raftAppliedIndex: field("uint64", 7),
  errors: repeated("string", 8),
  dbSizeInUse: field("int64", 9),
  isLearner: field("bool", 10),
  storageVersion: field("string", 11),
  dbSizeQuota: field("int64", 12),
  downgradeInfo: field("DowngradeInfo", 13),
};

const MEMBER = {
  ID: field("uint64", 1),
  name: field("string", 2),
  peerURLs: repeated("string", 3),
  clientURLs: repeated("string", 4),
  isLearner: field("bool", 5),
};

const RANGE_REQUEST = {
  key: field("bytes", 1),
  range_end: field("bytes", 2),
  limit: field("int64", 3),
  revision: field("int64", 4),
  serializable: field("bool", 7),
  keys_only: field("bool", 8),
  count_only: field("bool", 9),
};

const RANGE_RESPONSE = {
  header: field("ResponseHeader", 1),
  kvs: repeated("mvccpb.KeyValue", 2),
  more: field("bool", 3),
  count: field("int64", 4),
};

/** Where `hash_revision` stands from 3.6 on. */
const HASH_RESPONSE = {
  header: field("ResponseHeader", 1),
  hash: field("uint32", 2),
  compact_revision: field("int64", 3),
  hash_revision: field("int64", 4),
};

/** What a transaction may hold is only what is used: it reads. */
const READS = { request_range: field("RangeRequest", 1) };
const READ = { response_range: field("RangeResponse", 1) };

const KEY_VALUE = {
  key: field("bytes", 1),
  create_revision: field("int64", 2),
  mod_revision: field("int64", 3),
  version: field("int64", 4),
  value: field("bytes", 5),
  lease: field("int64", 6),
};

const unary = (requestType: string, responseType: string) => ({ requestType, responseType, comment: "" });

/**
 * The part of etcd's protocol that is used, as protobufjs takes it (`INamespace`): names and field numbers of
 * api/etcdserverpb/rpc.proto up to 3.7. A member that is older leaves the later fields out.
 */
export const ETCD_DESCRIPTOR: Descriptor = {
  nested: {
    etcdserverpb: {
      nested: {
        ResponseHeader: { fields: RESPONSE_HEADER },
        StatusRequest: { fields: {} },
        DowngradeInfo: { fields: { enabled: field("bool", 1), targetVersion: field("string", 2) } },
        StatusResponse: { fields: STATUS_RESPONSE },
        MemberListRequest: { fields: { linearizable: field("bool", 1) } },
        MemberListResponse: {
          fields: { header: field("ResponseHeader", 1), members: repeated("Member", 2) },
        },
        Member: { fields: MEMBER },
        RangeRequest: { fields: RANGE_REQUEST },
        RangeResponse: { fields: RANGE_RESPONSE },
        HashKVRequest: { fields: { revision: field("int64", 1) } },
        HashKVResponse: { fields: HASH_RESPONSE },
        AuthenticateRequest: { fields: { name: field("string", 1), password: field("string", 2) } },
        AuthenticateResponse: { fields: { token: field("string", 2) } },
        Maintenance: {
          methods: {
            Status: unary("StatusRequest", "StatusResponse"),
            HashKV: unary("HashKVRequest", "HashKVResponse"),
          },
        },
        Auth: { methods: { Authenticate: unary("AuthenticateRequest", "AuthenticateResponse") } },
        Cluster: { methods: { MemberList: unary("MemberListRequest", "MemberListResponse") } },
        RangeStreamResponse: { fields: { range_response: field("RangeResponse", 1) } },
        RequestOp: { fields: READS },
        ResponseOp: { fields: READ },
        TxnRequest: { fields: { success: repeated("RequestOp", 2) } },
        TxnResponse: {
          fields: { header: field("ResponseHeader", 1), responses: repeated("ResponseOp", 3) },
        },
        KV: {
          methods: {
            Range: unary("RangeRequest", "RangeResponse"),
            RangeStream: { ...unary("RangeRequest", "RangeStreamResponse"), responseStream: true },
            Txn: unary("TxnRequest", "TxnResponse"),
          },
        },
      },
    },
    mvccpb: { nested: { KeyValue: { fields: KEY_VALUE } } },
  },
};
