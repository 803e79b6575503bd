import { Client, credentials } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { readFileSync } from "node:fs";
import type { EtcdCluster } from "../lab/etcd/cluster.ts";

const field = (type: string, id: number) => ({ type, id });
/** The part of etcd's protocol that writes, which the program itself never does. */
const PUTS = fromJSON(
  {
    nested: {
      Put: { fields: { key: field("bytes", 1), value: field("bytes", 2) } },
      Op: { fields: { request_put: field("Put", 2) } },
      Txn: { fields: { success: { rule: "repeated", ...field("Op", 2) } } },
      KV: { methods: { Txn: { requestType: "Txn", responseType: "Txn", comment: "" } } },
    },
  },
  {},
);

/** Keys in one transaction; the members are started with room for that. */
export const PUTS_AT_ONCE = 1000;

/** Writes keys to one member. Dispose it. */
export class KeyWriter implements Disposable {
  readonly #client: Client;
  readonly #encode: (message: object) => Buffer;

  constructor(cluster: EtcdCluster, endpoint: string) {
    const pem = (name: string): Buffer => readFileSync(cluster.file(name));
    const tls = credentials.createSsl(pem("ca.crt"), pem("client.key"), pem("client.crt"));
    // TLS has no room for an address where a server's name goes; the certificate has this name, too.
    this.#client = new Client(endpoint, tls, { "grpc.ssl_target_name_override": "localhost" });
    const service = PUTS["KV"];
    if (service === undefined || "format" in service) throw new Error("no service KV");
    const method = service["Txn"];
    if (method === undefined) throw new Error("no method Txn");
    this.#encode = method.requestSerialize;
  }

  /** Writes keys in one transaction, each with that value. */
  put(keys: readonly string[], value: Buffer): Promise<void> {
    const success = keys.map((key) => ({ request_put: { key: Buffer.from(key), value } }));
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#client.makeUnaryRequest(
      "/etcdserverpb.KV/Txn",
      this.#encode,
      (bytes) => bytes,
      { success },
      (error) => {
        if (error === null) resolve(undefined);
        else reject(error);
      },
    );
    return promise;
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }
}
