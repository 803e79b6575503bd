import type { Failure, FailureCode } from "../../core/facts/failure.ts";
import { RequestError, thrownText } from "../../core/facts/failure.ts";
import { cleanText } from "../../text/clean.ts";
import { connectionFailure } from "../../core/facts/connection-failure.ts";
import { isFields } from "./kubeconfig.ts";

/** A request that an API server answered with an error, or did not answer. `status` is HTTP's, if there was one. */
export class KubeRequestError extends RequestError {
  readonly status: number | undefined;

  constructor(failure: Failure, status?: number, options?: ErrorOptions) {
    super(failure, options);
    this.name = "KubeRequestError";
    this.status = status;
  }
}

/** What kind of failure an HTTP status is. */
function codeOf(status: number): FailureCode {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  return status === 429 || status >= 500 ? "unavailable" : "other";
}

/**
 * An answer that is no success: `body` is a Kubernetes Status object as JSON, whose message is in a person's words
 * already (it names the missing permission), or whatever stands between us and the server said.
 */
export function answerFailure(status: number, body: string, peer: string): Failure {
  const code = codeOf(status);
  if (status === 401)
    return {
      code,
      text: `${peer} rejected the credentials (401 Unauthorized); check 'kubectl auth whoami'`,
    };
  if (body.includes("HTTP request to an HTTPS server"))
    return { code: "tls", text: `${peer} speaks HTTPS, not HTTP: use https:// in the server's URL` };
  const message = statusMessage(body);
  if (code === "forbidden" && message !== undefined) return { code, text: cleanText(message) };
  return {
    code,
    text: cleanText(`${peer} answered ${status}${message === undefined ? "" : `: ${message}`}`),
  };
}

/** The message of a Status object, or the first line of anything that is not one. */
function statusMessage(body: string): string | undefined {
  let status: unknown;
  try {
    status = JSON.parse(body);
  } catch {
    const line = cleanText(body.replace(/<[^>]*>/g, " "), 100);
    return line === "" ? undefined : line;
  }
  return isFields(status) && typeof status["message"] === "string" ? status["message"] : undefined;
}

/** A request that got no answer, from what Node threw. */
export function requestFailure(error: unknown, peer: string): Failure {
  const { code, message } = thrownText(error);
  return (
    connectionFailure(`${code} ${message}`, peer) ?? { code: "other", text: cleanText(`${peer}: ${message}`) }
  );
}
