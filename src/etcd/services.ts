import type { AnyDefinition, MethodDefinition } from "@grpc/proto-loader";
import { fromJSON } from "@grpc/proto-loader";
import { ETCD_DESCRIPTOR } from "./descriptor.ts";

/** A method of etcd's, as gRPC takes it. */
export type Method = MethodDefinition<object, object>;

const SERVICES = fromJSON(ETCD_DESCRIPTOR, { keepCase: true, longs: String, defaults: true });

/** A method by its name; etcd3 names methods in lower case, the protocol does not. */
export function methodOf(service: string, method: string): Method {
  const definition = SERVICES[`etcdserverpb.${service}`];
  const name = method.charAt(0).toUpperCase() + method.slice(1);
  const found = definition === undefined || !isService(definition) ? undefined : definition[name];
  if (found === undefined) throw new Error(`no method ${service}.${method}`);
  return found;
}

function isService(definition: AnyDefinition): definition is Record<string, Method> {
  return !("format" in definition);
}
