/**
 * How the program ends, as diff(1) has it for commands that answer a question of yes or no (`keys`, `keys diff`,
 * `etcd hash`): there 1 is an answer, and what failed is 3.
 */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** an answer: no key matches, members differ */
  no: 1,
  usage: 2,
  /** the question could not be answered */
  noAnswer: 3,
} as const;

/** One of EXIT. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
