import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { inLab } from "../paths.ts";
import { labNodes, PORTS } from "../topology.ts";
import type { LabSpec } from "../topology.ts";

/** A request to the Kubernetes API; `body` is sent as JSON. */
export type ApiRequest = {
  method: "GET" | "POST" | "PATCH";
  path: string;
  body?: unknown;
  contentType?: string;
};

/** The answer of an API server: its status and the parsed JSON, or the text where it is none. */
export type ApiResponse = { status: number; body: unknown };

const TIMEOUT_MS = 3000;

/** A client of the lab's own API servers with an administrator's certificate, past the balancer. */
export class Api {
  readonly #servers: string[];
  readonly #tls: { ca: Buffer; cert: Buffer; key: Buffer };
  #preferred = 0;

  constructor(spec: LabSpec) {
    const file = (name: string): Buffer => readFileSync(join(inLab.pki(spec.dir), name));
    this.#servers = labNodes(spec).map((node) => node.address);
    this.#tls = { ca: file("ca.crt"), cert: file("admin.crt"), key: file("admin.key") };
  }

  /** Asks one API server, by its node's number. Rejects when there is no answer within 3 s. */
  ask(node: number, query: ApiRequest): Promise<ApiResponse> {
    const host = this.#servers[node - 1];
    const { promise, resolve, reject } = Promise.withResolvers<ApiResponse>();
    const payload = query.body === undefined ? undefined : JSON.stringify(query.body);
    const headers = payload === undefined ? {} : { "Content-Type": query.contentType ?? "application/json" };
    const outgoing = request(
      {
        host,
        port: PORTS.apiserver,
        path: query.path,
        method: query.method,
        headers,
        agent: false,
        ...this.#tls,
      },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => (text += chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          resolve({ status: incoming.statusCode ?? 0, body: parse(text) });
        });
      },
    );
    const deadline = setTimeout(
      () => outgoing.destroy(new Error(`no answer from ${String(host)} in ${TIMEOUT_MS} ms`)),
      TIMEOUT_MS,
    );
    outgoing.on("error", reject);
    outgoing.on("close", () => {
      clearTimeout(deadline);
    });
    outgoing.end(payload);
    return promise;
  }

  /** Asks the API server that answered last, then the others; rejects when none answers. */
  async askAny(query: ApiRequest): Promise<ApiResponse> {
    let failure: unknown;
    for (let tried = 0; tried < this.#servers.length; tried++) {
      const index = (this.#preferred + tried) % this.#servers.length;
      try {
        const answer = await this.ask(index + 1, query);
        if (answer.status < 500 && answer.status !== 429) {
          this.#preferred = index;
          return answer;
        }
        failure = new Error(
          `${query.method} ${query.path}: status ${answer.status} from ${String(this.#servers[index])}`,
        );
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
