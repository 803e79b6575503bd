import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type { Server as HttpsServer } from "node:https";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server as NetServer } from "node:net";
import type { KubeApi } from "../../src/transport/kube-http/client.ts";
import { connectKube } from "../../src/transport/kube-http/client.ts";
import type { ClientFlags } from "../../src/transport/kube-http/select.ts";
import { selectCluster } from "../../src/transport/kube-http/select.ts";
import type { Certificates } from "./certificates.ts";
import { issueCertificates } from "./certificates.ts";
import { readKubeconfig } from "../../src/transport/kube-http/kubeconfig.ts";

/** What a server does with a request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** No flag given. */
export const NO_FLAGS: ClientFlags = {
  kubeconfig: undefined,
  context: undefined,
  cluster: undefined,
  user: undefined,
  server: undefined,
  token: undefined,
  as: undefined,
  asGroups: [],
  certificateAuthority: undefined,
  insecureSkipTlsVerify: false,
  tlsServerName: undefined,
  requestTimeout: undefined,
};

/** Text as a kubeconfig holds data. */
export const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** The failure that a request ended with. */
export const failureOf = (asking: Promise<unknown>): Promise<unknown> =>
  asking.then(
    () => "no failure",
    (error: unknown) => (error as { failure?: unknown }).failure,
  );

/** Answers with a value as JSON. */
export const json =
  (value: unknown, status = 200): Handler =>
  (_request, response) => {
    response.writeHead(status).end(JSON.stringify(value));
  };

/** Servers and clients of one test file; all are closed after each test. */
export class KubeServers {
  #issued: Certificates | undefined;
  readonly #open: { close: () => void }[] = [];

  constructor() {
    beforeAll(async () => {
      this.#issued = await issueCertificates();
    });
    afterEach(() => {
      for (const one of this.#open.splice(0)) one.close();
    });
  }

  get issued(): Certificates {
    if (this.#issued === undefined) throw new Error("only within a test");
    return this.#issued;
  }

  /** A server that asks for client certificates and trusts those of the tests' authority. */
  async serve(handler: Handler, pair = this.issued.server): Promise<{ server: HttpsServer; url: string }> {
    const options = {
      cert: pair.certificate,
      key: pair.key,
      ca: this.issued.ca.certificate,
      requestCert: true,
    };
    const server = createHttpsServer({ ...options, rejectUnauthorized: false }, handler);
    return { server, url: `https://127.0.0.1:${await this.listen(server)}` };
  }

  /** Listens on a port of its own. */
  async listen(server: HttpsServer | HttpServer | NetServer): Promise<number> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    this.closeLater({
      close: () => {
        server.close();
        if ("closeAllConnections" in server) server.closeAllConnections();
      },
    });
    return (server.address() as AddressInfo).port;
  }

  /** A client of `server`, as a kubeconfig with this `user` and `cluster` makes it. */
  async connect(
    server: string,
    user: object = {},
    cluster?: object,
    flags: Partial<ClientFlags> = {},
    env: Record<string, string> = {},
  ): Promise<KubeApi> {
    const trust = { "certificate-authority-data": base64(this.issued.ca.certificate) };
    const document = {
      "current-context": "c",
      clusters: [{ name: "c", cluster: { server, ...(cluster ?? trust) } }],
      users: [{ name: "u", user }],
      contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
    };
    const config = readKubeconfig(document, "test", (path) => path);
    const api = await connectKube(selectCluster(config, { ...NO_FLAGS, ...flags }, "test", env));
    this.closeLater(api);
    return api;
  }

  closeLater(one: { close: () => void }): void {
    this.#open.push(one);
  }
}
