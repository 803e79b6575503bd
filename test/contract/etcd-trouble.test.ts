import type { AddressInfo, Server } from "node:net";
import type { EtcdHashDocument } from "../../src/output/etcd-hash.ts";
import type { EtcdHealthDocument } from "../../src/output/etcd-health.ts";
import type { EtcdStatusDocument } from "../../src/output/etcd-status.ts";
import { Server as GrpcServer, ServerCredentials } from "@grpc/grpc-js";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createAuthority } from "../../scripts/lab/files/pki.ts";
import { etcdForFile, startEtcd } from "../etcd-for-file.ts";
import { eventually } from "../lab/support.ts";
import { document, etcdctl, PATIENT } from "./peer.ts";
import { kubectlHa, runProgram } from "./program.ts";

describe("data that is not the same", () => {
  test("a member whose database was edited while it was down: DIVERGED, and in time its alarm CORRUPT", async () => {
    await using cluster = await startEtcd({ args: ["--corrupt-check-time=2s"] });
    await cluster.etcdctl("put", "fruit", "a-sweet-apple");
    const victim = cluster.member("m3");
    // The value is on the disk of all before one of them is stopped.
    await eventually("the same everywhere", async () => {
      const ours = await document<EtcdHashDocument>(cluster.env, "etcd", "hash");
      return ours.verdict === "identical" && ours.revision === 2;
    });
    await victim.stop("SIGTERM");
    edit(join(victim.dataDir, "member/snap/db"), "a-sweet-apple", "a-sour-cherry");
    victim.start();
    // Its alarm may come before it is looked at: then it is not healthy any more.
    await eventually("it serves", async () => {
      const ours = await document<EtcdStatusDocument>(cluster.env, "etcd", "status");
      return ours.members[2]?.state === "answers";
    });
    const ended = await kubectlHa(["etcd", "hash", ...PATIENT], cluster.env);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(
      /\nDIVERGED at revision 2: m3 differs from m1, m2; 'kubectl ha keys diff --value' finds the keys\n$/,
    );
    const diff = await kubectlHa(["keys", "diff", "--value", "--ascii", ...PATIENT], cluster.env);
    expect(diff.stdout).toMatch(
      /\n2 ! +2 ! +2 ! +fruit\n\n1 key of 1 differs on m1, m2, m3 at revision 2\n$/,
    );
    expect(diff.code).toBe(1);
    const opened = await kubectlHa(["keys", "--exact", "fruit", "--value", ...PATIENT], cluster.env);
    expect(opened.stdout).toMatch(/m1, m2[^]*m3[^]*a-sweet-apple.*a-sour-cherry/);
    const hashes = (await etcdctl(cluster.env, "endpoint", "hashkv", "--rev=2")) as readonly {
      readonly HashKV: { readonly hash: bigint };
    }[];
    const [m1, m2, m3] = hashes.map(({ HashKV }) => HashKV.hash);
    expect([m1 === m2, m1 === m3]).toEqual([true, false]);
    const status = await eventually("the alarm", async () => {
      const ours = await document<EtcdStatusDocument>(cluster.env, "etcd", "status");
      return ours.findings.some(({ id }) => id === "etcd-alarm") && ours;
    });
    const alarms = status.findings.filter(({ id }) => id === "etcd-alarm");
    expect(alarms).toMatchObject([
      {
        severity: "critical",
        subject: "etcd m3",
        evidence: "alarm CORRUPT: data differs from the other members",
      },
    ]);
    const found = await kubectlHa(["keys", "fruit", "--ascii", ...PATIENT], cluster.env);
    expect(found).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\+ +\+ +\+ +fruit$/m) });
  });

  test("a key that one member lacks, and another one in its place: both are found, and keys diff has both", async () => {
    await using cluster = await startEtcd();
    await cluster.etcdctl("put", "fruit/apple", "sweet");
    await eventually("the same everywhere", async () => {
      const ours = await document<EtcdHashDocument>(cluster.env, "etcd", "hash");
      return ours.verdict === "identical" && ours.revision === 2;
    });
    const victim = cluster.member("m3");
    await victim.stop("SIGTERM");
    edit(join(victim.dataDir, "member/snap/db"), "fruit/apple", "fruit/grape");
    victim.start();
    await victim.healthy();
    const found = await kubectlHa(["keys", "fruit/", "--ascii", ...PATIENT], cluster.env);
    expect(found.code).toBe(0);
    expect(found.stdout.split("\n").slice(0, 3).toSorted()).toEqual([
      expect.stringMatching(/^\+ +\+ +X +fruit\/apple$/),
      expect.stringMatching(/^X +X +\+ +fruit\/grape$/),
      expect.stringMatching(/^m1 +m2 +m3 +KEY$/),
    ]);
    const diff = await kubectlHa(["keys", "diff", "--no-headers", "--ascii", ...PATIENT], cluster.env);
    expect(diff).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^2 +2 +X +fruit\/apple\nX +X +2 +fruit\/grape\n\n2 keys of 2 differ on m1, m2, m3 at revision 2; /,
      ),
    });
  });

  test("a database that is full: the alarm is one finding, and members are as unhealthy as etcdctl says", async () => {
    await using cluster = await startEtcd({ args: ["--quota-backend-bytes=1"] });
    await expect(cluster.etcdctl("put", "fruit", "apple")).rejects.toThrow(/database space exceeded/);
    const status = await eventually("the alarm", async () => {
      const ours = await document<EtcdStatusDocument>(cluster.env, "etcd", "status");
      return ours.findings.some(({ id }) => id === "etcd-alarm") && ours;
    });
    const alarms = status.findings.filter(({ id }) => id === "etcd-alarm");
    expect(alarms).toContainEqual(
      expect.objectContaining({
        severity: "critical",
        evidence: "alarm NOSPACE: the cluster rejects writes",
      }),
    );
    expect(status.findings.filter(({ id }) => id === "etcd-db-full")).toHaveLength(3);
    const ours = await document<EtcdHealthDocument>(cluster.env, "etcd", "health");
    const peer = (await etcdctl(cluster.env, "endpoint", "health")) as readonly {
      readonly health: boolean;
    }[];
    expect(ours.members.map(({ healthy }) => healthy)).toEqual([false, false, false]);
    expect(peer.map(({ health }) => health)).toEqual([false, false, false]);
    const theirs = await runProgram("etcdctl", ["endpoint", "health"], cluster.env);
    const table = await kubectlHa(["etcd", "health", ...PATIENT], cluster.env);
    expect(table.code).toBe(theirs.code);
    expect(table.stdout).toMatch(/^m1 .* alarm NOSPACE on m\d/m);
    expect(table.stderr).toMatch(/^error: 3 of 3 etcd members are unhealthy: alarm NOSPACE on m\d; /);
    const keys = await kubectlHa(["keys", "fruit", ...PATIENT], cluster.env);
    expect(keys).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^no key matches "fruit" among 0 /),
    });
  });
});

/** Puts other bytes of the same length in a file of bbolt's; its pages of data have no checksum. */
function edit(file: string, from: string, to: string): void {
  const bytes = readFileSync(file);
  let edits = 0;
  for (let at = bytes.indexOf(from); at !== -1; at = bytes.indexOf(from, at + 1)) {
    bytes.write(to, at);
    edits += 1;
  }
  expect(edits).toBeGreaterThan(0);
  writeFileSync(file, bytes);
}

describe("endpoints and certificates that do not fit: one line for each member, the others unaffected", () => {
  const etcd = etcdForFile();
  let web: Server;
  let webUrl = "";

  beforeAll(async () => {
    web = createServer((_, response) => response.end("<html>"));
    await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
    webUrl = `127.0.0.1:${(web.address() as AddressInfo).port}`;
    await etcd().issue("expired", { commonName: "late" }, -1);
    writeFileSync(etcd().file("stranger.crt"), (await createAuthority("stranger")).certificate);
  });

  afterAll(() => {
    web.close();
  });

  /** Why the first endpoint failed; the other one is a member that answers, with the same certificates. */
  const reasonFor = async (endpoint: string, more: Record<string, string> = {}): Promise<string> => {
    const [m1] = etcd().members;
    const env = { ...etcd().env, ...more, ETCDCTL_ENDPOINTS: `${endpoint},${m1?.url ?? ""}` };
    const { members, endpoints } = await document<EtcdStatusDocument>(env, "etcd", "status");
    const bad = endpoints[0] ?? members[0];
    const good = members.find((member) => member.endpoint === m1?.endpoint);
    if (Object.keys(more).length === 0) expect(good?.state).toBe("answers");
    const ended = await kubectlHa(["etcd", "status", ...PATIENT], env);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: [^\n]*\n$/);
    return bad?.reason?.message ?? "no reason";
  };

  test("a web server, over plain HTTP and asked for TLS", async () => {
    expect(await reasonFor(`http://${webUrl}`)).toMatch(/speaks another protocol|not an etcd member/);
    expect(await reasonFor(`https://${webUrl}`)).toMatch(/speaks another protocol/);
  });

  test("another gRPC server", async () => {
    const server = new GrpcServer();
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
        if (error === null) resolve(bound);
        else reject(error);
      });
    });
    const reason = await reasonFor(`http://127.0.0.1:${port}`);
    server.forceShutdown();
    expect(reason).toMatch(/does not implement this request: requires etcd 3\.4 or later/);
  });

  test("plain HTTP to a member that wants TLS, TLS to a port that has none, the port for other members", async () => {
    const { endpoint, peerUrl } = etcd().member("m2");
    const protocol = /speaks another protocol: check the port and http or https/;
    expect(await reasonFor(`http://${endpoint}`)).toMatch(protocol);
    expect(await reasonFor(`https://${endpoint.replace(":2379", ":2381")}`)).toMatch(protocol);
    expect(await reasonFor(peerUrl)).toMatch(protocol);
  });

  test("a member whose certificate is for another name", async () => {
    await using cluster = await startEtcd({ members: [{ name: "m1" }] });
    // etcd reads its certificate again for each connection.
    await cluster.issue("server", { commonName: "etcd", names: ["elsewhere.example"] });
    const { members } = await document<EtcdStatusDocument>(cluster.env, "etcd", "status");
    const [member] = members;
    expect(member?.reason?.code).toBe("tls");
    expect(member?.reason?.message).toContain(
      `certificate of ${member?.endpoint ?? ""} does not match the host name: `,
    );
  });

  test("another authority, and an expired client certificate: every member says so, each by itself", async () => {
    const ca = { ETCDCTL_CACERT: etcd().file("stranger.crt") };
    expect(await reasonFor(etcd().member("m2").url, ca)).toMatch(/signed by unknown authority/);
    const keys = await kubectlHa(["keys", "fruit", ...PATIENT], { ...etcd().env, ...ca });
    expect(keys).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(
        /^error: certificate of .* by unknown authority; .*check .*--etcd-cacert.*\n$/,
      ),
    });
    const expired = { ETCDCTL_CERT: etcd().file("expired.crt"), ETCDCTL_KEY: etcd().file("expired.key") };
    expect(await reasonFor(etcd().member("m2").url, expired)).toMatch(
      /rejected the TLS handshake: .*expired/,
    );
    const { findings } = await document<EtcdStatusDocument>({ ...etcd().env, ...expired }, "etcd", "status");
    expect(findings).toContainEqual(
      expect.objectContaining({ id: "etcd-certificate", evidence: "client certificate has expired" }),
    );
  });

  test("a member that tells clients to come to 127.0.0.1 is asked there in vain, and its row says so", async () => {
    await using cluster = await startEtcd({
      members: [{ name: "m1" }, { name: "m2", advertise: "https://127.0.0.1:1" }, { name: "m3" }],
    });
    const env = { ...cluster.env, ETCDCTL_ENDPOINTS: cluster.member("m1").url };
    const { members, quorum } = await document<EtcdStatusDocument>(env, "etcd", "status");
    expect(members.map(({ name, state }) => [name, state])).toEqual([
      ["m1", "answers"],
      ["m2", "failed"],
      ["m3", "answers"],
    ]);
    expect(members[1]?.reason?.message).toBe(
      "advertises 127.0.0.1:1, which from here is this machine; does not answer: connection refused",
    );
    expect(quorum?.state).toBe("degraded");
  });
});
