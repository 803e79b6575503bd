import { environmentProxy } from "../../src/transport/kube-http/environment-proxy.ts";

const through = (env: Record<string, string>, url: string): string | undefined =>
  environmentProxy(env)(new URL(url));

test.each<[Record<string, string>, string, string | undefined]>([
  [{}, "https://a.test:6443", undefined],
  [{ HTTPS_PROXY: "http://p:3128" }, "https://a.test:6443", "http://p:3128"],
  [{ https_proxy: "http://p:3128" }, "https://a.test:6443", "http://p:3128"],
  [{ HTTPS_PROXY: "", https_proxy: "http://p:3128" }, "https://a.test:6443", "http://p:3128"],
  [{ HTTPS_PROXY: "http://P", https_proxy: "http://p" }, "https://a.test:6443", "http://P"],
  [{ HTTPS_PROXY: "p:3128" }, "https://a.test:6443", "http://p:3128"],
  [{ HTTPS_PROXY: "socks5://p:1080" }, "https://a.test:6443", "socks5://p:1080"],
  [{ HTTPS_PROXY: "http://p:3128" }, "http://a.test:8080", undefined],
  [{ HTTP_PROXY: "http://p:3128" }, "http://a.test:8080", "http://p:3128"],
  [{ HTTP_PROXY: "http://p:3128" }, "https://a.test:6443", undefined],
])("with %j to %s: %s", (env, url, proxy) => {
  expect(through(env, url)).toBe(proxy);
});

// As golang.org/x/net/http/httpproxy decides; kubectl goes by it.
test.each<[noProxy: string, url: string, goesStraight: boolean]>([
  ["", "https://localhost:6443", true],
  ["", "https://127.0.0.1:6443", true],
  ["", "https://127.9.9.9", true],
  ["", "https://[::1]:6443", true],
  ["", "https://localhost.test", false],
  ["", "https://10.0.0.1", false],
  ["*", "https://a.test", true],
  ["x.test, *", "https://a.test", true],
  ["a.test", "https://a.test:6443", true],
  ["A.Test", "https://a.test:6443", true],
  ["a.test", "https://b.a.test", true],
  ["a.test", "https://ba.test", false],
  [".a.test", "https://b.a.test", true],
  [".a.test", "https://a.test", false],
  ["*.a.test", "https://b.a.test", true],
  ["*.a.test", "https://a.test", false],
  ["a.test:6443", "https://a.test:6443", true],
  ["a.test:6443", "https://a.test:443", false],
  ["a.test:443", "https://a.test", true],
  [" x.test ,, a.test ", "https://a.test", true],
  ["10.0.0.1", "https://10.0.0.1:6443", true],
  ["10.0.0.1:6443", "https://10.0.0.1:6443", true],
  ["10.0.0.1:6443", "https://10.0.0.1", false],
  ["10.0.0.1", "https://10.0.0.11", false],
  ["10.0.0.0/8", "https://10.200.1.1", true],
  ["10.0.0.0/8", "https://11.0.0.1", false],
  ["10.0.0.0/8", "https://a.test", false],
  ["10.0.0.0/99", "https://10.0.0.1", false],
  ["nonsense/8", "https://10.0.0.1", false],
  ["fd00::/8", "https://[fd12::1]:6443", true],
  ["fd00::/8", "https://10.0.0.1", false],
  ["fd12::1", "https://[fd12::1]:6443", true],
  ["[fd12::1]:6443", "https://[fd12::1]:6443", true],
  ["[fd12::1]:6443", "https://[fd12::1]", false],
  [".0.0.1", "https://10.0.0.1", false],
])("NO_PROXY %j, %s: straight %s", (NO_PROXY, url, goesStraight) => {
  const proxy = through({ HTTPS_PROXY: "http://p:3128", NO_PROXY }, url);
  expect(proxy).toBe(goesStraight ? undefined : "http://p:3128");
});
