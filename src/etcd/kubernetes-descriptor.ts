import type { Descriptor } from "./protobuf.ts";

const field = (type: string, id: number) => ({ type, id }) as const;
const repeated = (type: string, id: number) => ({ rule: "repeated", type, id }) as const;
const map = (type: string, id: number) => ({ keyType: "string", type, id }) as const;

const OBJECT_META = {
  name: field("string", 1),
  generateName: field("string", 2),
  namespace: field("string", 3),
  uid: field("string", 5),
  generation: field("int64", 7),
  creationTimestamp: field("Time", 8),
  deletionTimestamp: field("Time", 9),
  labels: map("string", 11),
  annotations: map("string", 12),
  ownerReferences: repeated("OwnerReference", 13),
  finalizers: repeated("string", 14),
};

const LEASE_SPEC = {
  holderIdentity: field("string", 1),
  leaseDurationSeconds: field("int32", 2),
  acquireTime: field("Time", 3),
  renewTime: field("Time", 4),
  leaseTransitions: field("int32", 5),
};

const metadata = field("ObjectMeta", 1);

/**
 * The part of Kubernetes' own protobuf that is read, as protobufjs takes it: the envelope of apimachinery's
 * `runtime.Unknown`, the metadata that every object begins with, and the kinds of which more is known. Names and numbers
 * are those of the generated.proto files of k8s.io/apimachinery and k8s.io/api, which never change a number.
 */
export const KUBERNETES_DESCRIPTOR: Descriptor = {
  nested: {
    k8s: {
      nested: {
        TypeMeta: { fields: { apiVersion: field("string", 1), kind: field("string", 2) } },
        Unknown: { fields: { typeMeta: field("TypeMeta", 1), raw: field("bytes", 2) } },
        Time: { fields: { seconds: field("int64", 1), nanos: field("int32", 2) } },
        OwnerReference: {
          fields: { apiVersion: field("string", 5), kind: field("string", 1), name: field("string", 3) },
        },
        ObjectMeta: { fields: OBJECT_META },
        Object: { fields: { metadata } },
        ConfigMap: { fields: { metadata, data: map("string", 2) } },
        Secret: { fields: { metadata, type: field("string", 3), data: map("bytes", 2) } },
        LeaseSpec: { fields: LEASE_SPEC },
        Lease: { fields: { metadata, spec: field("LeaseSpec", 2) } },
      },
    },
  },
};
