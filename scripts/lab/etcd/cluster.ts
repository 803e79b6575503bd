import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { createAuthority, issue } from "../files/pki.ts";
import type { Authority, KeyPair, Subject } from "../files/pki.ts";
import { EtcdMember, MEMBER_PORTS } from "./member.ts";

/** How a member is to be; what is left out is as in the whole cluster. */
export interface MemberOptions {
  readonly name: string;
  /** the program; the lab's own etcd unless said */
  readonly etcd?: string;
  /** flags beside those that make a cluster of them */
  readonly args?: readonly string[];
  /** what it tells clients to connect to; where it listens unless said */
  readonly advertise?: string;
  /** the name of a member before it whose address it gives as its own */
  readonly advertiseAs?: string;
}

/** Which members, and where etcd and etcdctl are. */
export interface ClusterOptions {
  readonly bin: string;
  /** three members, m1 to m3, unless said */
  readonly members?: readonly MemberOptions[];
  /** flags of every member */
  readonly args?: readonly string[];
}

/** Members that one cluster may have in all its life: each has an address, and the certificates are for all of them. */
const MOST = 10;
/** Between two looks whether it is whole. */
const LOOK_MS = 20;
const run = promisify(execFile);
let clusters = 0;

/**
 * etcd by itself: bare members with mutual TLS on loopback, up in about a second, without a control plane. Disposing
 * ends them and removes what they wrote.
 */
export class EtcdCluster implements AsyncDisposable {
  readonly dir = mkdtempSync(join(tmpdir(), "kubectl-ha-etcd-"));
  readonly #options: ClusterOptions;
  readonly #number = clusters++;
  readonly #ca: Authority;
  readonly #members: EtcdMember[] = [];

  private constructor(options: ClusterOptions, ca: Authority) {
    this.#options = options;
    this.#ca = ca;
  }

  /** Starts it and resolves when every member serves. */
  static async start(options: ClusterOptions): Promise<EtcdCluster> {
    const cluster = new EtcdCluster(options, await createAuthority("etcd-ca"));
    try {
      await cluster.#begin(options.members ?? ["m1", "m2", "m3"].map((name) => ({ name })));
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  get members(): readonly EtcdMember[] {
    return this.#members;
  }

  /** A member by its name. */
  member(name: string): EtcdMember {
    const found = this.#members.find((member) => member.name === name);
    if (found === undefined) throw new Error(`no member ${name}`);
    return found;
  }

  /** The environment in which etcdctl and `kubectl ha` reach the members that there are. */
  get env(): Record<string, string> {
    return {
      HOME: "/nonexistent",
      PATH: `${this.#options.bin}${delimiter}${process.env["PATH"] ?? ""}`,
      ETCDCTL_ENDPOINTS: this.#members.map((member) => member.url).join(","),
      ETCDCTL_CACERT: this.file("ca.crt"),
      ETCDCTL_CERT: this.file("client.crt"),
      ETCDCTL_KEY: this.file("client.key"),
    };
  }

  /** What etcdctl prints. Rejects if it fails. */
  async etcdctl(...args: readonly string[]): Promise<string> {
    return (await run(join(this.#options.bin, "etcdctl"), args, { env: this.env })).stdout;
  }

  /** A certificate of this cluster's authority, as `NAME.crt` and `NAME.key`. */
  async issue(name: string, subject: Subject, days?: number): Promise<void> {
    this.#write(name, await issue(this.#ca, subject, days));
  }

  /** Where a file of the cluster is. */
  file(name: string): string {
    return join(this.dir, name);
  }

  /** Adds a member as `etcdctl member add` does, and does not start it: so it has no name yet in the list. */
  async add(options: MemberOptions, learner = false): Promise<EtcdMember> {
    const peers = this.#members.map(({ name, peerUrl }) => `${name}=${peerUrl}`);
    const peerUrl = `https://${this.#address(this.#members.length)}:${MEMBER_PORTS.peer}`;
    const kind = learner ? ["--learner"] : [];
    await this.etcdctl("member", "add", options.name, `--peer-urls=${peerUrl}`, ...kind);
    return this.#place(options, [...peers, `${options.name}=${peerUrl}`], "existing");
  }

  /** Removes a member, asked of the others: the one that goes may stop before it has answered. */
  async remove(name: string): Promise<void> {
    const others = this.#members.filter((member) => member.name !== name).map(({ url }) => url);
    const env = { ...this.env, ETCDCTL_ENDPOINTS: others.join(",") };
    const etcdctl = async (...args: readonly string[]): Promise<string> =>
      (await run(join(this.#options.bin, "etcdctl"), args, { env })).stdout;
    const rows = (await etcdctl("member", "list")).split("\n").map((row) => row.split(", "));
    const [id = ""] = rows.find(([, , called]) => called === name) ?? [];
    await etcdctl("member", "remove", id);
  }

  /** Starts a member that is a cluster of its own, with the certificates of this one. */
  async stranger(name: string): Promise<EtcdMember> {
    const peerUrl = `https://${this.#address(this.#members.length)}:${MEMBER_PORTS.peer}`;
    const member = this.#place({ name }, [`${name}=${peerUrl}`], "new");
    member.start();
    await member.healthy();
    return member;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#members.map((member) => member.stop()));
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #begin(members: readonly MemberOptions[]): Promise<void> {
    writeFileSync(this.file("ca.crt"), this.#ca.certificate);
    // Members call each other from 127.0.0.1, and each looks whether the caller's certificate is for that address.
    const names = ["localhost", "127.0.0.1", ...Array.from({ length: MOST }, (_, n) => this.#address(n))];
    await Promise.all([
      this.issue("server", { commonName: "etcd", names }),
      this.issue("client", { commonName: "client" }),
    ]);
    const peers = members.map(({ name }, n) => `${name}=https://${this.#address(n)}:${MEMBER_PORTS.peer}`);
    for (const options of members) this.#place(options, peers, "new").start();
    await Promise.all(this.#members.map((member) => member.healthy()));
    // A member tells the others its name when it has begun to serve.
    while ((await this.etcdctl("member", "list")).includes("unstarted")) await sleep(LOOK_MS);
  }

  /** Gives a member the next address, and a folder. */
  #place(options: MemberOptions, peers: readonly string[], state: "new" | "existing"): EtcdMember {
    const address = this.#address(this.#members.length);
    const { name, etcd = join(this.#options.bin, "etcd"), args = [] } = options;
    const dataDir = this.file(`${name}.data`);
    const { advertiseAs } = options;
    const advertise = advertiseAs === undefined ? options.advertise : this.member(advertiseAs).url;
    const flags = this.#flags({ name, address, dataDir, advertise });
    const cluster = [`--initial-cluster=${peers.join(",")}`, `--initial-cluster-state=${state}`];
    const argv = [etcd, ...flags, ...cluster, ...(this.#options.args ?? []), ...args] as const;
    const member = new EtcdMember({ name, address, argv, dataDir, log: this.file(`${name}.log`) });
    this.#members.push(member);
    return member;
  }

  #flags(of: { name: string; address: string; dataDir: string; advertise: string | undefined }): string[] {
    const client = `https://${of.address}:${MEMBER_PORTS.client}`;
    const peer = `https://${of.address}:${MEMBER_PORTS.peer}`;
    return [
      `--name=${of.name}`,
      `--data-dir=${of.dataDir}`,
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${of.advertise ?? client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--listen-metrics-urls=http://${of.address}:${MEMBER_PORTS.metrics}`,
      ...["", "peer-"].flatMap((side) => [
        `--${side}trusted-ca-file=${this.file("ca.crt")}`,
        `--${side}cert-file=${this.file("server.crt")}`,
        `--${side}key-file=${this.file("server.key")}`,
        `--${side}client-cert-auth=true`,
      ]),
      // Members may come and go at once, not only after five seconds in which all were connected.
      "--strict-reconfig-check=false",
      // What is on the disk matters to nobody when the machine is gone.
      "--unsafe-no-fsync",
    ];
  }

  /**
   * Addresses of this process alone: `127.128.0.1` to `127.191.255.250`, above those of the labs. They are made of the
   * process's ID, so that two that live at one time do not meet.
   */
  #address(member: number): string {
    const process16 = process.pid % 16_384;
    const last = 1 + ((this.#number * MOST) % 240) + member;
    return `127.${128 + Math.floor(process16 / 256)}.${process16 % 256}.${last}`;
  }

  #write(name: string, { certificate, key }: KeyPair): void {
    writeFileSync(this.file(`${name}.crt`), certificate);
    writeFileSync(this.file(`${name}.key`), key, { mode: 0o600 });
  }
}
