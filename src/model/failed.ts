import type { Failure } from "./failure.ts";

/** What the edges throw: an error that carries what a person is told. Sources turn it into an observation. */
export class RequestError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.text, options);
    this.name = "Failed";
    this.failure = failure;
  }
}

/** The failure that an error carries. Whatever is no Failed is a mistake of ours: it is thrown on. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestError) return error.failure;
  throw error;
}
