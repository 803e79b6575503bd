import { BlockList, isIP } from "node:net";

/** Through which proxy a request to an address goes; undefined: straight to it. */
export type ProxyChoice = (url: URL) => string | undefined;

/**
 * The proxies that the environment names: HTTPS_PROXY, HTTP_PROXY, and NO_PROXY for what goes without, in capitals or not.
 * The rules are those of Go, by which kubectl goes (golang.org/x/net/http/httpproxy); this machine itself is never asked
 * through one.
 */
export function environmentProxy(env: Readonly<Record<string, string | undefined>>): ProxyChoice {
  const of = (name: string): string => [env[name], env[name.toLowerCase()]].find((value) => value) ?? "";
  const proxies = { "https:": of("HTTPS_PROXY"), "http:": of("HTTP_PROXY") };
  const rules = of("NO_PROXY")
    .split(",")
    .map((rule) => rule.trim().toLowerCase());
  return (url) => {
    const proxy = url.protocol === "https:" ? proxies["https:"] : proxies["http:"];
    if (proxy === "" || rules.some((rule) => excepts(rule, url)) || isThisMachine(hostOf(url)))
      return undefined;
    return /^[a-z\d]+:\/\//i.test(proxy) ? proxy : `http://${proxy}`;
  };
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "").toLowerCase();
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || isWithin(host, "127.0.0.0", 8) || isWithin(host, "::1", 128);
}

/** Whether one rule of NO_PROXY holds for an address: `*`, an IP, a range of them, a domain, each perhaps with a port. */
function excepts(rule: string, url: URL): boolean {
  if (rule === "*") return true;
  const host = hostOf(url);
  const [, network, bits] = /^([^/]+)\/(\d+)$/.exec(rule) ?? [];
  if (network !== undefined) return isWithin(host, network, Number(bits));
  const { name, port } = withoutPort(rule);
  if (name === "" || (port !== undefined && port !== portOf(url))) return false;
  if (isIP(name) !== 0) return isWithin(host, name, isIP(name) === 4 ? 32 : 128);
  if (isIP(host) !== 0) return false;
  const domain = name.replace(/^\*/, "");
  return domain.startsWith(".") ? host.endsWith(domain) : host === domain || host.endsWith(`.${domain}`);
}

function withoutPort(rule: string): { readonly name: string; readonly port: string | undefined } {
  if (isIP(rule) !== 0) return { name: rule, port: undefined };
  const [, name = rule, port] = /^(.*):(\d*)$/.exec(rule) ?? [];
  return { name: name.replace(/^\[|\]$/g, ""), port: port === "" ? undefined : port };
}

function portOf({ port, protocol }: URL): string {
  return port === "" ? (protocol === "https:" ? "443" : "80") : port;
}

function isWithin(host: string, network: string, bits: number): boolean {
  const [family, ours] = [isIP(network), isIP(host)];
  if (family === 0 || ours === 0 || bits > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, bits, family === 4 ? "ipv4" : "ipv6");
  return list.check(host, ours === 4 ? "ipv4" : "ipv6");
}
