/**
 * A failure that its user can do something about. `message` is one clean line: what failed, on what, why, what to try.
 * `exitCode` 1: it was tried and failed; 2: it was asked wrongly and nothing was tried. What caused it is in `cause`.
 */
export class UserError extends Error {
  readonly exitCode: 1 | 2;

  constructor(message: string, exitCode: 1 | 2 = 1, options?: ErrorOptions) {
    super(message, options);
    this.name = "Problem";
    this.exitCode = exitCode;
  }
}
