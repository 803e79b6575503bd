import type { Fields } from "./kubeconfig.ts";
import { isFields } from "./kubeconfig.ts";
import { KubeRequestError } from "./failure.ts";

/** One line of a watch. `type` is ADDED, MODIFIED, DELETED, BOOKMARK or ERROR; of ERROR the object is a Status. */
export interface WatchEvent {
  readonly type: string;
  readonly object: Fields;
}

/** No object of etcd's is larger (its request limit is 1.5 MiB by default); characters. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * The events of an open watch, each as soon as its line is whole. Throws KubeRequestError if the answer is no watch.
 */
export async function* readWatchEvents(
  stream: AsyncIterable<Uint8Array>,
  peer: string,
): AsyncGenerator<WatchEvent> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") yield parseEvent(line, peer);
    if (rest.length > LONGEST_LINE) throw notAWatch(peer);
  }
}

function parseEvent(line: string, peer: string): WatchEvent {
  let event: unknown;
  try {
    event = JSON.parse(line);
  } catch (error) {
    throw notAWatch(peer, error);
  }
  if (!isFields(event) || typeof event["type"] !== "string" || !isFields(event["object"]))
    throw notAWatch(peer);
  return { type: event["type"], object: event["object"] };
}

function notAWatch(peer: string, cause?: unknown): KubeRequestError {
  return new KubeRequestError({ code: "other", text: `${peer} sent an invalid watch event` }, 200, {
    cause,
  });
}
