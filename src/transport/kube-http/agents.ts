import type { AgentOptions } from "node:https";
import { Agent as HttpsAgent } from "node:https";
import type { ProxyChoice } from "./environment-proxy.ts";
import { HttpProxyAgent, HttpsProxyAgent } from "hpagent";
import { Agent as HttpAgent } from "node:http";
import { cleanText } from "../../text/clean.ts";
import { UserError } from "../../core/facts/failure.ts";

/** A proxy that does not answer is left after this; ms. Every request has reached its deadline long before. */
const PROXY_TIMEOUT = 10_000;

/** How connections to an address are made. `via`: the proxy in between, `host:port`, for messages. */
export interface Route {
  readonly via: string | undefined;
  agent(options: AgentOptions): HttpAgent;
}

/** The way to any address. */
export type Routes = (url: URL) => Route;

const STRAIGHT = {
  "http:": (options: AgentOptions) => new HttpAgent(options),
  "https:": (options: AgentOptions) => new HttpsAgent(options),
};

/** Loads what the proxies need that may be chosen; the kubeconfig's own goes before those of the environment. Throws UserError. */
export async function loadRoutes(own: string | undefined, chosen: ProxyChoice, first: URL): Promise<Routes> {
  const choose: ProxyChoice = own === undefined ? chosen : () => own;
  const proxy = choose(first);
  // An address that the cluster tells later may need one, too: of the same kind, as only one is named for https.
  const socks = proxy?.startsWith("socks") ? (await import("socks-proxy-agent")).SocksProxyAgent : undefined;
  return (url) => {
    const protocol = url.protocol === "https:" ? "https:" : "http:";
    const named = choose(url);
    if (named === undefined) return { via: undefined, agent: STRAIGHT[protocol] };
    const at = parseProxy(named);
    const via = at.host;
    if (socks !== undefined) return { via, agent: (options) => new socks(at, options) };
    const Proxied = protocol === "https:" ? HttpsProxyAgent : HttpProxyAgent;
    return { via, agent: (options) => new Proxied({ ...options, timeout: PROXY_TIMEOUT, proxy: at }) };
  };
}

function parseProxy(text: string): URL {
  const url = URL.parse(text);
  if (url === null || !/^(?:https?|socks\w*):$/.test(url.protocol) || url.hostname === "")
    throw new UserError(
      cleanText(
        `proxy "${text.replace(/\/\/[^@]*@/, "//")}" is not a valid address; use http://HOST:PORT in HTTPS_PROXY or proxy-url`,
      ),
    );
  return url;
}
