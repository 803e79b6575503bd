import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Lab } from "../../scripts/lab/lab.ts";

/** The program that dials: `dial NAME` and `ask NAME` on its input, what happens to the connections on its output. */
const DIALLER = `
const lines = require("node:readline").createInterface({ input: process.stdin });
const [host, port] = process.argv.slice(1);
const sockets = new Map();
lines.on("line", (line) => {
  const [verb, name] = line.split(" ");
  if (verb === "ask") return sockets.get(name).write("GET /health HTTP/1.1\\r\\nHost: lab\\r\\n\\r\\n");
  const socket = require("node:net").connect(port, host);
  sockets.set(name, socket);
  socket.on("connect", () => console.log(name, "connected"));
  socket.on("data", () => console.log(name, "answered"));
  socket.on("error", (error) => console.log(name, error.code));
  socket.on("close", () => console.log(name, "closed"));
});
console.log("ready");
`;

/** TCP connections from the observer of a lab to one port, in a process of their own. */
export class LinesTo implements AsyncDisposable {
  readonly #child: ChildProcess;
  #heard: string[] = [];
  #waiting: (() => void) | undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#heard.push(...text.trimEnd().split("\n"));
      this.#waiting?.();
    });
  }

  static async from(lab: Lab, host: string, port: number): Promise<LinesTo> {
    const argv = [process.execPath, "--eval", DIALLER, host, String(port)];
    const [program, ...args] = await lab.observerCommand(argv);
    const lines = new LinesTo(spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] }));
    await lines.hear("ready");
    return lines;
  }

  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Resolves when all that is said; fails if it takes a minute. What was heard is forgotten. */
  async hear(...expected: string[]): Promise<void> {
    const heard = (): boolean => expected.every((line) => this.#heard.includes(line));
    if (!(await this.#until(heard, 60)))
      throw new Error(`not heard: ${expected.join(", ")}; but: ${this.#heard.join(", ")}`);
    this.#heard = [];
  }

  /** What was heard in that many seconds, at once when it is something. */
  async anything(seconds: number): Promise<string[]> {
    await this.#until(() => this.#heard.length > 0, seconds);
    return this.#heard;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, "close");
    this.#child.kill("SIGKILL");
    await ended;
  }

  async #until(holds: () => boolean, seconds: number): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const timer = setTimeout(resolve, seconds * 1000, undefined);
    this.#waiting = () => {
      if (holds()) resolve(undefined);
    };
    this.#waiting();
    await promise;
    clearTimeout(timer);
    return holds();
  }
}
