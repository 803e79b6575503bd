import type { KubeApi } from "../../src/transport/kube-http/client.ts";
import type { Call } from "../../src/transport/deadline.ts";
import type { WatchEvent } from "../../src/transport/kube-http/watch-events.ts";
import type { FailureCode } from "../../src/core/facts/failure.ts";
import { KubeRequestError } from "../../src/transport/kube-http/failure.ts";

/** What a fake API server says to a question: a value, an error to throw, or "silence" until the deadline. */
export type Answer = unknown;

/** A watch that a test holds the other end of. */
export interface OpenWatch {
  readonly path: string;
  readonly send: (event: WatchEvent) => void;
  readonly end: (error?: Error) => void;
  readonly isClosed: () => boolean;
}

/** A fake API server: `answer` is asked for everything, each question is noted. */
export class FakeKube implements KubeApi {
  readonly server: string;
  readonly asked: string[] = [];
  readonly watches: OpenWatch[] = [];
  answer: (path: string, server: string) => Answer;
  refuseWatch: Error | undefined;

  constructor(answer: (path: string, server: string) => Answer, server = "balancer:6443") {
    this.server = server;
    this.answer = answer;
  }

  async get(path: string, call: Call): Promise<unknown> {
    this.asked.push(path);
    const answer = this.answer(path, this.server);
    if (answer === "silence") await silence(this.server, call);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  getMetadata(path: string, call: Call): Promise<unknown> {
    return this.get(path, call);
  }

  async getText(path: string, call: Call): Promise<{ ok: boolean; text: string }> {
    const text = String(await this.get(path, call));
    return { ok: !text.includes("[-]"), text };
  }

  watch(path: string, call: Call): Promise<AsyncIterable<WatchEvent>> {
    this.asked.push(path);
    if (this.refuseWatch !== undefined) return Promise.reject(this.refuseWatch);
    const watch = openWatch(path, call.signal);
    this.watches.push(watch.control);
    return Promise.resolve(watch.events);
  }

  at(server: string): KubeApi {
    const own = new FakeKube((path, asked) => this.answer(path, asked), server);
    return own;
  }

  close(): void {
    this.asked.push("closed");
  }
}

function openWatch(
  path: string,
  signal: AbortSignal,
): { control: OpenWatch; events: AsyncIterable<WatchEvent> } {
  const waiting: (WatchEvent | Error | "end")[] = [];
  let wake = Promise.withResolvers<undefined>();
  let closed = false;
  const put = (what: WatchEvent | Error | "end"): void => {
    waiting.push(what);
    wake.resolve(undefined);
    wake = Promise.withResolvers();
  };
  signal.addEventListener("abort", () => {
    put(new KubeRequestError({ code: "closed", text: "aborted" }));
  });
  async function* events(): AsyncGenerator<WatchEvent> {
    try {
      for (;;) {
        const next = waiting.shift();
        if (next === undefined) await wake.promise;
        else if (next === "end") return;
        else if (next instanceof Error) throw next;
        else yield next;
      }
    } finally {
      closed = true;
    }
  }
  const control = {
    path,
    send: put,
    end: (error?: Error) => {
      put(error ?? "end");
    },
    isClosed: () => closed,
  };
  return { control, events: events() };
}

async function silence(server: string, { signal, timeout }: Call): Promise<never> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = (): void => {
    resolve(undefined);
  };
  const timer = setTimeout(end, timeout * 1000);
  signal.addEventListener("abort", end);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", end);
  throw failed("timeout", `no answer from ${server} within 1.5 s`);
}

/** An error as the client of the API server throws it. */
export function failed(code: FailureCode, text: string, status?: number): KubeRequestError {
  return new KubeRequestError({ code, text }, status);
}

/** A Lease of kube-system as an API server would give it. */
export function leaseObject(name: string, version: number, holder = "cp-1_a"): Record<string, unknown> {
  return {
    metadata: { name, namespace: "kube-system", uid: `uid-${name}`, resourceVersion: String(version) },
    spec: { holderIdentity: holder, leaseDurationSeconds: 15, renewTime: "2026-11-23T00:00:00.000000Z" },
  };
}
