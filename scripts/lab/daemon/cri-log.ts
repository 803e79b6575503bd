import { appendFileSync, closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";

const LONGEST_LINE = 64 * 1024;

/** One line as container runtimes write it: `TIME stdout F text`, the only form that kwok serves as logs. */
export function criLine(at: Date, stream: "stdout" | "stderr", text: string): string {
  return `${at.toISOString().replace("Z", "000000Z")} ${stream} F ${text}\n`;
}

/** Splits chunks of output into lines; a line that never ends is cut. */
export class LineSplitter {
  #rest = "";

  /** The lines that are whole with this chunk. */
  push(chunk: string): string[] {
    const lines = (this.#rest + chunk).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > LONGEST_LINE) {
      lines.push(this.#rest);
      this.#rest = "";
    }
    return lines;
  }

  /** What is left when the output has ended. */
  flush(): string[] {
    const rest = this.#rest;
    this.#rest = "";
    return rest === "" ? [] : [rest];
  }
}

/** Appends a process's output to a log file until the stream ends. */
export function writeLog(file: string, stream: "stdout" | "stderr", output: Readable): void {
  const descriptor = openSync(file, "a");
  const splitter = new LineSplitter();
  const append = (lines: string[]): void => {
    if (lines.length > 0)
      appendFileSync(descriptor, lines.map((line) => criLine(new Date(), stream, line)).join(""));
  };
  output.setEncoding("utf8");
  output.on("data", (chunk: string) => {
    append(splitter.push(chunk));
  });
  output.on("close", () => {
    append(splitter.flush());
    closeSync(descriptor);
  });
}
