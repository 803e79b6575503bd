import type { IncomingMessage } from "node:http";
import { get as httpGet } from "node:http";
import type { EtcdCall } from "../etcd-api.ts";
import type { EtcdTls } from "./config.ts";
import type { EtcdTarget } from "../../core/facts/route.ts";
import { hostOf } from "../../core/etcd/address.ts";
import { get as httpsGet } from "node:https";
import { isIP } from "node:net";
import { checkServerIdentity } from "node:tls";
import { Deadline } from "../deadline.ts";
import { cleanText } from "../../text/clean.ts";
import { connectionFailure, timeoutFailure } from "../../core/facts/connection-failure.ts";
import { RequestError, thrownText } from "../../core/facts/failure.ts";

/**
 * What a member's clock says, in ms of the wall clock, cut to whole seconds: the Date of its answer to `GET /version`,
 * which it gives to anybody, on the port of its clients. (What it says by gRPC has no date: grpc-go leaves it out.)
 * Throws RequestError; code `other`: it tells no time there.
 */
export async function askDate(
  { endpoint, secure }: EtcdTarget,
  { ca, cert, key }: EtcdTls,
  call: EtcdCall,
): Promise<number> {
  using deadline = new Deadline(call);
  const host = hostOf(endpoint);
  const where = { host, port: Number(/\d+$/.exec(endpoint)?.[0]), path: "/version", agent: false as const };
  const tls = { ca, cert, key, servername: isIP(host) === 0 ? host : "" };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const { signal } = deadline;
  const request = secure
    ? httpsGet({ ...where, ...tls, signal, checkServerIdentity: (_, one) => checkServerIdentity(host, one) })
    : httpGet({ ...where, signal });
  request.on("response", resolve).on("error", reject);
  try {
    const { headers, statusCode } = await promise;
    const date = Date.parse(headers.date ?? "");
    if (statusCode !== 200 || Number.isNaN(date))
      throw new RequestError({ code: "other", text: `${endpoint} sent no valid Date header` });
    return date;
  } catch (error) {
    if (error instanceof RequestError) throw error;
    if (deadline.passed) throw new RequestError(timeoutFailure(endpoint, call.timeout), { cause: error });
    const { code, message } = thrownText(error);
    const why = connectionFailure(`${code} ${message}`, endpoint);
    const failure = why ?? { code: "other", text: cleanText(`${endpoint}: ${message}`) };
    throw new RequestError(failure, { cause: error });
  } finally {
    request.destroy();
  }
}
