import type { MethodDefinition } from "@grpc/grpc-js";
import { ETCD_DESCRIPTOR } from "./descriptor.ts";
import { codecOf, messagesOf } from "./protobuf.ts";

const MESSAGES = messagesOf(ETCD_DESCRIPTOR);
/** 64-bit numbers as text, and what is absent as zero or empty. */
const HOW = { longs: String, defaults: true };

/** A method of etcd's, as gRPC takes it. */
export type Method = MethodDefinition<object, object>;

/** A method by its name; etcd3 names methods in lower case, the protocol does not. */
export function methodOf(service: string, method: string): Method {
  const name = method.charAt(0).toUpperCase() + method.slice(1);
  const found = MESSAGES.lookupService(`etcdserverpb.${service}`).methods[name];
  found?.resolve();
  if (!found?.resolvedRequestType || !found.resolvedResponseType)
    throw new Error(`no method ${service}.${method}`);
  const request = codecOf(found.resolvedRequestType, HOW);
  const response = codecOf(found.resolvedResponseType, HOW);
  return {
    path: `/etcdserverpb.${service}/${name}`,
    requestStream: found.requestStream ?? false,
    responseStream: found.responseStream ?? false,
    requestSerialize: request.encode,
    requestDeserialize: request.decode,
    responseSerialize: response.encode,
    responseDeserialize: response.decode,
  };
}
