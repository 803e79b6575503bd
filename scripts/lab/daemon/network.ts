import { spawn } from "node:child_process";
import { daemonAddress, findHost, isLost, labHosts, macOf } from "../links.ts";
import type { Cut, LabHost } from "../links.ts";
import { inNamespaces } from "../nsenter.ts";
import type { LinkRecord } from "../protocol.ts";
import type { LabSpec } from "../topology.ts";
import type { Holder } from "./node-holder.ts";

/** No host has it: frames to it reach nobody. */
const NOBODY = "02:de:ad:00:00:00";

/**
 * The network of a veth lab: a bridge in the daemon's own network namespace, a virtual cable from it to each
 * host's namespace, and the neighbour tables that say which link-layer address has which IP address.
 *
 * Every table is written by the lab and permanent: nobody ever asks by ARP. A partition writes an address into it
 * that nobody has, so packets leave as ever and reach nobody, and a sender learns nothing: established connections
 * hang, new ones hang in SYN. What else `ip` can do is not as silent: a port of the bridge that is taken down takes
 * the carrier from the host's end, and where ARP is asked, new connections then fail with "no route to host" after
 * 2 to 3 s; a blackhole route fails them at once. A port is also all or nothing, while a neighbour table knows each
 * pair and each direction for itself. And none of this needs nftables or another module of the kernel.
 */
export class Network {
  readonly #spec: LabSpec;
  readonly #hosts: LabHost[];
  readonly #holders: ReadonlyMap<string, Holder>;
  readonly #cuts = new Map<string, Cut>();
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(spec: LabSpec, holders: readonly Holder[]) {
    this.#spec = spec;
    this.#hosts = labHosts(spec);
    this.#holders = new Map(holders.map((holder) => [holder.host, holder]));
  }

  /** Joins the hosts, each with a holder of its namespaces. Rejects with one line that says what is refused. */
  static async build(spec: LabSpec, holders: readonly Holder[]): Promise<Network> {
    const network = new Network(spec, holders);
    await network.#layCables();
    await Promise.all(
      network.#hosts.map((host) =>
        network.#inHost(host, [
          "link set lo up",
          `addr add ${host.address}/24 dev eth0`,
          "link set eth0 up",
          `neigh replace ${daemonAddress(spec)} lladdr ${macOf(daemonAddress(spec))} nud permanent dev eth0`,
          ...network.#neighbours(host),
        ]),
      ),
    );
    return network;
  }

  /** Cuts a host off, in place of how it was cut off before. `at` is right before the first packet is lost. */
  partition(name: string, { from, direction }: Pick<Cut, "from" | "direction">): Promise<LinkRecord> {
    const host = findHost(name, this.#hosts).name;
    return this.#inTurn(async () => {
      const at = new Date().toISOString();
      this.#cuts.set(host, { host, since: at, from, direction });
      await this.#writeAll();
      return { at, action: "partition", target: host, from, direction };
    });
  }

  /** Heals a host, or all. Rejects if there is nothing to heal. */
  heal(name: string | undefined): Promise<LinkRecord[]> {
    if (name !== undefined) findHost(name, this.#hosts);
    return this.#inTurn(async () => {
      const cuts = this.cuts().filter((cut) => name === undefined || cut.host === name);
      if (cuts.length === 0)
        throw new Error(`nothing to heal: ${name === undefined ? "no host is" : `${name} is not`} cut off`);
      const at = new Date().toISOString();
      for (const { host } of cuts) this.#cuts.delete(host);
      await this.#writeAll();
      return cuts.map(({ host, from, direction }) => ({ at, action: "heal", target: host, from, direction }));
    });
  }

  /** The cuts that there are now. */
  cuts(): Cut[] {
    return [...this.#cuts.values()];
  }

  /** Whether each of the two hosts gets the other's packets. */
  joins(name: string, other: string): boolean {
    const [a, b] = [findHost(name, this.#hosts), findHost(other, this.#hosts)];
    return !isLost(a, b, this.cuts()) && !isLost(b, a, this.cuts());
  }

  async #layCables(): Promise<void> {
    const address = daemonAddress(this.#spec);
    await ip([
      "link set lo up",
      `link add bridge type bridge`,
      `link set bridge address ${macOf(address)} up`,
      `addr add ${address}/24 dev bridge`,
      ...this.#hosts.flatMap(({ name, address: peer, mac }) => [
        `link add ${name} type veth peer name eth0 address ${mac} netns ${this.#holder(name).pid}`,
        `link set ${name} master bridge up`,
        `neigh replace ${peer} lladdr ${mac} nud permanent dev bridge`,
      ]),
    ]);
  }

  /** All tables are written, changed or not: what failed half way is put right by the next fault. */
  async #writeAll(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => this.#inHost(host, this.#neighbours(host))));
  }

  #neighbours(host: LabHost): string[] {
    return this.#hosts
      .filter((peer) => peer !== host)
      .map((peer) => {
        const mac = isLost(host, peer, this.cuts()) ? NOBODY : peer.mac;
        return `neigh replace ${peer.address} lladdr ${mac} nud permanent dev eth0`;
      });
  }

  #inHost(host: LabHost, lines: readonly string[]): Promise<void> {
    return ip(lines, this.#holder(host.name).hostPid);
  }

  #holder(name: string): Holder {
    const holder = this.#holders.get(name);
    if (holder === undefined) throw new Error(`host ${name} has no namespaces`);
    return holder;
  }

  /** One fault after another: two at once would mix their tables. */
  #inTurn<T>(body: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(body, body);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}

/** Runs lines of `ip`, here or in the network namespace of a process by its outer ID. Rejects with one line. */
function ip(lines: readonly string[], hostPid?: number): Promise<void> {
  const batch = ["ip", "-batch", "-"];
  const [program, ...args] = hostPid === undefined ? batch : inNamespaces(hostPid, ["net"], batch);
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const child = spawn(program ?? "", args, { stdio: ["pipe", "ignore", "pipe"] });
  let problem = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (problem += text));
  // A program that ended early says so below.
  child.stdin.on("error", () => undefined);
  child.once("error", reject);
  child.once("close", (code) => {
    if (code === 0) resolve(undefined);
    else reject(new Error(`ip failed: ${problem.trim().replaceAll("\n", " ") || `exit ${String(code)}`}`));
  });
  child.stdin.end(`${lines.join("\n")}\n`);
  return promise;
}
