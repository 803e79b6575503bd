import type { Robot } from "../../scripts/robot/robot.ts";
import { startRobot } from "../../scripts/robot/robot.ts";
import type { Lab } from "../../scripts/lab/lab.ts";
import type { FindingId } from "../../src/core/rules/finding.ts";
import type { ControlPlaneStatusDocument } from "../../src/output/status.ts";
import type { Ended } from "../contract/program.ts";
import { Running, runProgram } from "../contract/program.ts";

const PROGRAM = "dist/kubectl-ha";
/** For what follows from a fault: an election, a lease that runs out, a component that starts again under load. */
const SECONDS = 60;

/** What `status -o json` wrote, and how it ended. */
export interface Status extends Ended {
  readonly document: ControlPlaneStatusDocument;
}

/**
 * A user of a lab with the built program: `top` in a pseudo terminal, `status -w -o json` beside it.
 * `await using person = await TopSession.of(lab)` begins with a picture in which all is well.
 */
export class TopSession implements AsyncDisposable {
  readonly robot: Robot;
  #stream: Running;
  /** the line of the stream from which on it is looked at */
  #from = 0;
  readonly #command: readonly [string, ...string[]];
  readonly #env: Record<string, string>;

  private constructor(lab: Lab, command: readonly [string, ...string[]]) {
    this.#env = { ...lab.env, HOME: "/nonexistent", LANG: "C.UTF-8" };
    this.#command = command;
    const [program, ...before] = command;
    const args = [...before, "top"];
    // High enough for the timeline of a whole failure.
    this.robot = startRobot({ command: program, args, env: this.#env, columns: 160, rows: 60 });
    this.#stream = this.#watch();
  }

  #watch(): Running {
    const [program, ...before] = this.#command;
    return new Running([...before, "status", "-w", "-o", "json"], this.#env, program);
  }

  /** Waits until the newest document says that all is well; what came before is not looked at. */
  async #beginWell(isWell: (document: ControlPlaneStatusDocument) => boolean): Promise<void> {
    for (const until = Date.now() + SECONDS * 1000; ;) {
      try {
        await this.becomes("a document that says that all is well", isWell);
        this.#from = this.#stream.lines.length - 1;
        return;
      } catch (error) {
        // Where nothing can be read in time, as on a busy machine, it ends at once.
        if (Date.now() > until) throw error;
        await this.#stream[Symbol.asyncDispose]();
        this.#stream = this.#watch();
      }
    }
  }

  /** `all`: how many leases of leaders, members and API servers there are when all is well. */
  static async of(
    lab: Lab,
    all = { leases: 2, members: lab.spec.nodes, servers: lab.spec.nodes },
  ): Promise<TopSession> {
    const person = new TopSession(lab, await lab.observerCommand([PROGRAM]));
    const { leases, members, servers } = all;
    try {
      await person.says("all is well", new RegExp(`${leases} of ${leases} held`));
      await person.says("all is well", new RegExp(`${members} of ${members} up`));
      await person.says("all is well", new RegExp(`${servers} of ${servers} ready`));
      await person.#beginWell(({ leaders, etcd, apiServers }) => {
        const ready = apiServers.items.filter(({ state }) => state === "ready").length;
        return leaders.held === leases && etcd.quorum?.up === members && ready === servers;
      });
    } catch (error) {
      await person[Symbol.asyncDispose]();
      throw error;
    }
    return person;
  }

  /** Waits until the screen says it, and gives what it says. */
  async says(what: string, pattern: RegExp): Promise<RegExpExecArray> {
    return this.robot.see(`${what} (${String(pattern)})`, (text) => pattern.exec(text), SECONDS);
  }

  /** Waits for a document of `status -w -o json` of which it is so, and gives the first. */
  async documents(
    what: string,
    holds: (document: ControlPlaneStatusDocument) => boolean,
  ): Promise<ControlPlaneStatusDocument> {
    return this.#stream.see(what, (lines) => lines.slice(this.#from).map(parse).find(holds));
  }

  /** Waits until the newest document is such. */
  async becomes(
    what: string,
    holds: (document: ControlPlaneStatusDocument) => boolean,
  ): Promise<ControlPlaneStatusDocument> {
    return this.#stream.see(what, (lines) => lines.slice(-1).map(parse).find(holds));
  }

  /** Waits for a document with that finding. */
  async finds(id: FindingId, subject: string): Promise<ControlPlaneStatusDocument> {
    return this.documents(`the finding ${id} of ${subject}`, ({ findings }) =>
      findings.some((finding) => finding.id === id && finding.subject === subject),
    );
  }

  /** One look: `status -o json`, with time enough to be on a busy machine. */
  async status(): Promise<Status> {
    const ended = await this.runs("status", "-o", "json", "--request-timeout=5s");
    return { ...ended, document: parse(ended.stdout) };
  }

  /** Another command of the program, to its end. */
  async runs(...args: readonly string[]): Promise<Ended> {
    const [program, ...before] = this.#command;
    return runProgram(program, [...before, ...args], this.#env);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.robot[Symbol.asyncDispose]();
    await this.#stream[Symbol.asyncDispose]();
  }
}

/** The lease of that name in a document. */
export function leaseIn(
  document: ControlPlaneStatusDocument,
  name: string,
): ControlPlaneStatusDocument["leaders"]["items"][number] {
  const found = document.leaders.items.find((item) => item.name === name);
  if (found === undefined) throw new Error(`no lease ${name} in ${JSON.stringify(document.leaders)}`);
  return found;
}

/** What kubectl says of a lease's spec. */
export interface LeaseSpec {
  readonly host: string;
  readonly holderIdentity: string;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly leaseTransitions: number;
}

/** Asks kubectl for a lease. */
export async function leaseOf(lab: Lab, name: string): Promise<LeaseSpec> {
  const text = await lab.kubectl(["get", "lease", "-n", "kube-system", name, "-o", "json"]);
  // kubectl's own JSON of a Lease.
  const { spec } = JSON.parse(text) as { spec: Omit<LeaseSpec, "host"> };
  return { ...spec, host: spec.holderIdentity.slice(0, spec.holderIdentity.lastIndexOf("_")) };
}

/** Heals whatever a test did to the lab: what is frozen goes on, what is stopped is started. */
export async function healAll(lab: Lab): Promise<void> {
  const rows = await lab.processes();
  for (const { target, state } of rows) {
    if (state === "frozen") await lab.fault("thaw", target);
    if (state === "stopped") await lab.fault("start", target);
  }
}

function parse(text: string): ControlPlaneStatusDocument {
  return JSON.parse(text) as ControlPlaneStatusDocument;
}
