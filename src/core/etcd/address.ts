import type { EtcdTarget } from "../facts/route.ts";
import { cleanText } from "../../text/clean.ts";

/** The host of `host:port`, an IPv6 address without its brackets. */
export function hostOf(endpoint: string): string {
  return endpoint.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}

/** Reads one endpoint or client URL; undefined if it is none. A port that is left out is etcd's own. */
export function parseEndpoint(text: string, secure: boolean): EtcdTarget | undefined {
  const [, scheme = secure ? "https" : "http", address = ""] =
    /^(?:([a-z]+):\/\/)?([^/?#@\s]+)\/?$/.exec(text.replace(/^https?:/i, (own) => own.toLowerCase())) ?? [];
  if (scheme !== "http" && scheme !== "https") return undefined;
  // Parsed under a scheme without a port of its own, so that :443 and :80 stay.
  const url = URL.parse(`etcd://${address}`);
  if (url === null || url.hostname === "" || cleanText(url.hostname) !== url.hostname) return undefined;
  return {
    endpoint: `${url.hostname.toLowerCase()}:${url.port === "" ? 2379 : url.port}`,
    secure: scheme === "https",
  };
}
