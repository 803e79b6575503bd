import { createServer } from "node:net";
import type { Server } from "node:net";
import { createInterface } from "node:readline";
import type { LabRequest, LabResponse } from "../protocol.ts";

/** Serves requests on a unix socket, one JSON line in, one out; `answer` gives the value or throws one line. */
export function serveControl(
  path: string,
  answer: (request: LabRequest) => Promise<unknown>,
): Promise<Server> {
  const server = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    createInterface({ input: socket }).once("line", (line) => {
      void respond(line, answer).then((response) => socket.end(`${JSON.stringify(response)}\n`));
    });
  });
  const { promise, resolve, reject } = Promise.withResolvers<Server>();
  server.once("error", reject);
  server.listen(path, () => {
    resolve(server);
  });
  return promise;
}

async function respond(
  line: string,
  answer: (request: LabRequest) => Promise<unknown>,
): Promise<LabResponse> {
  try {
    // The socket lies in a folder of this user alone, and the program at its other end is this one.
    const request = JSON.parse(line) as LabRequest;
    return { ok: true, value: await answer(request) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
