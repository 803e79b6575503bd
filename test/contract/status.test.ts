import "./command-line.ts";
import type { ControlPlaneStatusDocument } from "../../src/output/status.ts";
import type { LeaderDocument, LeaderListDocument } from "../../src/output/leaders.ts";
import type { OldRecord } from "../lab/legacy.ts";
import { OldControlPlane, oldRecord } from "../lab/legacy.ts";
import type { EndpointStatus, MemberList, Parsed } from "./peer.ts";
import { between, etcdctl, expectBetween, expectStatus, PATIENT, written } from "./peer.ts";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { asAccount } from "../lab/account.ts";
import { eventually, podField } from "../lab/support.ts";
import { BAD, writeBadFiles } from "./bad-input.ts";
import { lab } from "./calm-lab.ts";
import { kubectlHa, Running, runProgram } from "./program.ts";
import { folderForFile } from "../folder-for-file.ts";

interface Lease {
  readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string };
  readonly spec: {
    readonly holderIdentity: string;
    readonly leaseDurationSeconds: number;
    readonly acquireTime: string;
    readonly renewTime: string;
    readonly leaseTransitions: number;
  };
}

async function leases(): Promise<ReadonlyMap<string, Lease>> {
  const text = await lab().kubectl(["get", "lease", "-n", "kube-system", "-o", "json"]);
  const { items } = JSON.parse(text) as { items: readonly Lease[] };
  const ofLeaders = items.filter((item) => !item.metadata.name.startsWith("apiserver-"));
  return new Map(ofLeaders.map((item) => [item.metadata.name, item]));
}

const statuses = async (): Promise<readonly EndpointStatus[]> =>
  (await etcdctl(lab().env, "endpoint", "status")) as readonly EndpointStatus[];

/** Where the API server of that node listens by itself. */
const serverOf = (host: string): string => `https://${lab().spec.prefix}.${host.slice(-1)}:6443`;

/** What an API server says of itself, once it says that it is ready: it may have lost its etcd for a moment. */
const readyz = async (host: string): Promise<string> =>
  eventually(`${host} to be ready`, () =>
    lab().kubectl(["get", "--raw", "/readyz", "--server", serverOf(host)]),
  );

const sameHolders = (a: ReadonlyMap<string, Lease>, b: ReadonlyMap<string, Lease>): boolean =>
  [...a].every(([name, lease]) => b.get(name)?.spec.holderIdentity === lease.spec.holderIdentity);

function expectLeases(
  items: readonly LeaderDocument[],
  before: ReadonlyMap<string, Lease>,
  after: ReadonlyMap<string, Lease>,
): void {
  expect(items.map((item) => item.name).toSorted()).toEqual([...after.keys()].toSorted());
  expect(items.slice(0, 2).map((item) => item.name)).toEqual(["kube-scheduler", "kube-controller-manager"]);
  for (const item of items) {
    const [first, last] = [before.get(item.name), after.get(item.name)];
    if (first === undefined || last === undefined) throw new Error(`kubectl does not know ${item.name}`);
    const { holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions } = first.spec;
    const { uid } = first.metadata;
    expect(item).toMatchObject({ uid, holderIdentity, leaseDurationSeconds, acquireTime, leaseTransitions });
    expect(item.holder?.host).toBe(holderIdentity.split("_")[0]);
    // Six digits each, so text sorts as time does.
    expect([first.spec.renewTime, item.renewTime, last.spec.renewTime]).toEqual(
      [first.spec.renewTime, item.renewTime, last.spec.renewTime].toSorted(),
    );
    expectBetween(first.metadata.resourceVersion, item.resourceVersion, last.metadata.resourceVersion);
    // A renewal may come late, for no fault of anybody's.
    expect(["held", "late"]).toContain(item.state);
  }
}

const status = async (): Promise<Parsed<ControlPlaneStatusDocument>> =>
  JSON.parse(
    written(await kubectlHa(["status", "-o", "json", ...PATIENT], lab().env)),
  ) as Parsed<ControlPlaneStatusDocument>;

test("leaders -o json says of each lease what kubectl says of it", async () => {
  const ours = async (): Promise<LeaderListDocument> =>
    JSON.parse(
      written(await kubectlHa(["leaders", "-o", "json", ...PATIENT], lab().env)),
    ) as LeaderListDocument;
  const { before, answer, after } = await between(leases, ours, sameHolders);
  expect(answer).toMatchObject({ apiVersion: "kubectl-ha/v1alpha1", kind: "LeaderList" });
  expect(answer.held).toBe(answer.items.length);
  expectLeases(answer.items, before, after);
});

test("leaders -o json says of a leader of old what the lesson's own command says of it", async () => {
  const path = "jsonpath={.metadata.annotations.control-plane\\.alpha\\.kubernetes\\.io/leader}";
  const lesson = async (): Promise<OldRecord> =>
    JSON.parse(
      await lab().kubectl(["get", "endpoints", "kube-scheduler", "-n", "lesson", "-o", path]),
    ) as OldRecord;
  const ours = async (): Promise<LeaderListDocument> =>
    JSON.parse(
      written(await kubectlHa(["leaders", "-n", "lesson", "-o", "json", ...PATIENT], lab().env)),
    ) as LeaderListDocument;
  const first = oldRecord("controlplane_737f8152-4247-49d4-b3c9-c279dc32fff8");
  const old = await OldControlPlane.of(lab(), "lesson", first);
  const asked = between(lesson, ours, () => true);
  // It is renewed while it is asked for.
  for (let n = 0; n < 4; n += 1)
    await old.write("endpoints", { ...first, renewTime: oldRecord("").renewTime });
  const { before, answer, after } = await asked;
  const [item] = answer.items;
  expect(answer.items).toHaveLength(1);
  const { holderIdentity, leaseDurationSeconds, acquireTime, leaderTransitions } = before;
  expect(item).toMatchObject({
    ...{ kind: "Endpoints", state: "held", holderIdentity, leaseDurationSeconds, acquireTime },
    leaseTransitions: leaderTransitions,
    holder: { host: "controlplane" },
  });
  // All of the same form, so text sorts as time does.
  const times = [before.renewTime, item?.renewTime, after.renewTime];
  expect(times).toEqual(times.toSorted());
});

test("status -o json says of each lease what kubectl says of it", async () => {
  const { before, answer, after } = await between(leases, status, sameHolders);
  expect(answer).toMatchObject({ apiVersion: "kubectl-ha/v1alpha1", kind: "ControlPlaneStatus" });
  expectLeases(answer.leaders.items, before, after);
});

test("status -o json says of each member what etcdctl endpoint status says, in all 64 bits", async () => {
  const { before, answer, after } = await between(statuses, status, (a, b) =>
    a.every((one, i) => one.Status.raftTerm === b[i]?.Status.raftTerm),
  );
  expect(answer.etcd.members.map((member) => `https://${member.endpoint}`)).toEqual(
    before.map((one) => one.Endpoint),
  );
  answer.etcd.members.forEach((member, i) => {
    const [first, last] = [before[i]?.Status, after[i]?.Status];
    if (first === undefined || last === undefined) throw new Error(`etcdctl does not know ${member.name}`);
    expect(member).toMatchObject({ state: "answers", reason: null });
    expect(member.role).toBe(first.leader === first.header.member_id ? "leader" : "follower");
    expectStatus(member.status, first, last);
  });
  expect(answer.etcd.quorum).toMatchObject({
    state: "ok",
    voters: 3,
    needed: 2,
    answering: 3,
    failureTolerance: 1,
  });
});

test("status -o json has the members that etcdctl member list has", async () => {
  // Only the members: the header names the member that answered, and etcdctl asks now this one, now that one.
  const members = async (): Promise<MemberList["members"]> =>
    ((await etcdctl(lab().env, "member", "list")) as MemberList).members;
  const { before, answer } = await between(members, status, isDeepStrictEqual);
  const { memberList: ours } = answer.etcd;
  expect(ours).toMatchObject({ agree: true, freshness: { state: "live" } });
  expect(
    ours?.items.map(({ id, name, peerURLs, clientURLs, isLearner }) => [
      ...[id, name, peerURLs, clientURLs, isLearner],
    ]),
  ).toEqual(
    before.map((member) => [
      ...[member.ID.toString(16), member.name, member.peerURLs, member.clientURLs, member.isLearner ?? false],
    ]),
  );
  expect(ours?.items.filter((item) => item.isLeader)).toHaveLength(1);
});

test("status -o json finds each API server and asks it by itself: each is ready as it says itself", async () => {
  const hosts = ["cp-1", "cp-2", "cp-3"];
  const says = async (): Promise<readonly unknown[]> =>
    Promise.all([
      ...hosts.map(async (host) => [
        ...[await podField(lab(), `kube-apiserver-${host}`, ".spec.nodeName")],
        ...[await readyz(host)],
      ]),
      lab().kubectl(["version", "-o", "json"]),
    ]);
  const { before, answer } = await between(says, status, isDeepStrictEqual);
  const { apiServers, gitVersion } = answer;
  expect(
    apiServers.items.map(({ host, address, state }) => [host, `https://${String(address)}`, state]),
  ).toEqual(hosts.map((host) => [host, serverOf(host), "ready"]));
  expect(before.slice(0, 3)).toEqual(hosts.map((host) => [host, "ok"]));
  const { serverVersion } = JSON.parse(String(before[3])) as { serverVersion: { gitVersion: string } };
  expect(gitVersion).toBe(serverVersion.gitVersion);
});

test("the tables say the same: each ID, in etcdctl's own spelling", async () => {
  const peer = written(await runProgram("etcdctl", ["endpoint", "status"], lab().env));
  const ids = peer.split("\n").flatMap((line) => line.split(", ")[1] ?? []);
  const text = written(await kubectlHa(["status", "-o", "wide", ...PATIENT], lab().env));
  expect(ids).toHaveLength(3);
  for (const id of ids) expect(text.split(`   ${id} `)).toHaveLength(2);
  expect(text).not.toContain("\u001b");
});

test("without a way to etcd it says so and how to give one, and shows the rest", async () => {
  const env = Object.fromEntries(Object.entries(lab().env).filter(([name]) => !name.startsWith("ETCDCTL_")));
  const text = written(await kubectlHa(["status", ...PATIENT], env));
  expect(text).toMatch(
    /^LEADERS +2 of 2 held\nQUORUM +unknown: etcd is not configured\nAPI SERVERS +3 of 3 ready\n/,
  );
  expect(text).toMatch(/--etcd-endpoints +not set.*\nTo see etcd, set --etcd-endpoints/);
});

test("endpoints that are not named are found through those that are", async () => {
  const [first = ""] = (lab().env["ETCDCTL_ENDPOINTS"] ?? "").split(",");
  const args = ["status", "-o", "json", "--etcd-endpoints", first, ...PATIENT];
  const { etcd } = JSON.parse(written(await kubectlHa(args, lab().env))) as ControlPlaneStatusDocument;
  expect(etcd.members.map((member) => member.name)).toEqual(["cp-1", "cp-2", "cp-3"]);
});

test("who signs in by an exec plugin is let in", async () => {
  const { server, certificateAuthority, token } = await asAccount(lab(), "by-plugin", "get,list,watch");
  const credential = {
    ...{ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential" },
    status: { token },
  };
  const exec = {
    ...{ apiVersion: credential.apiVersion, interactiveMode: "Never", command: "echo" },
    args: [JSON.stringify(credential)],
  };
  const config = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "plugin" },
    clusters: [{ name: "lab", cluster: { server, "certificate-authority": certificateAuthority } }],
    users: [{ name: "plugin", user: { exec } }],
    contexts: [{ name: "plugin", context: { cluster: "lab", user: "plugin" } }],
  };
  const folder = mkdtempSync(join(tmpdir(), "kubectl-ha-plugin-"));
  try {
    const file = join(folder, "config");
    writeFileSync(file, JSON.stringify(config));
    const text = written(await kubectlHa(["leaders", "--kubeconfig", file, ...PATIENT], lab().env));
    expect(text).toMatch(/^kube-scheduler +cp-/m);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("version says the server's, as kubectl does", async () => {
  const { serverVersion } = JSON.parse(await lab().kubectl(["version", "-o", "json"])) as {
    serverVersion: { gitVersion: string };
  };
  const text = written(await kubectlHa(["version", ...PATIENT], lab().env));
  expect(text).toContain(`\nServer Version: ${serverVersion.gitVersion}\n`);
});

describe("what cannot be done", () => {
  const folder = folderForFile("bad");

  beforeAll(async () => {
    await writeBadFiles(lab(), folder);
  });

  test.each(BAD)("$args: one line, exit $code", async ({ args, code, says }) => {
    const etcdCa = lab().env["ETCDCTL_CACERT"] ?? "";
    const typed = args.map((arg) => arg.replace("{folder}", folder).replace("{etcd-ca}", etcdCa));
    // These two ask nobody, and so have no deadline.
    const isAsking = !["completion", "top"].includes(args[0] ?? "");
    const ended = await kubectlHa(isAsking ? [...typed, ...PATIENT] : typed, lab().env);
    expect(ended.stderr).toMatch(/^error: [^\n]*\n$/);
    expect(ended.stderr).toMatch(says);
    expect(ended.code).toBe(code);
    expect(ended.stdout).not.toMatch(/\n +at /);
  });

  test("a member that cannot be asked costs its own row only", async () => {
    const ended = await kubectlHa(
      ["status", "--etcd-endpoints", "https://127.0.0.1:1", ...PATIENT],
      lab().env,
    );
    const text = written(ended);
    expect(text).toMatch(/^LEADERS +2 of 2 held\n/);
    expect(text).toMatch(/127\.0\.0\.1:1 +<unknown> +failed .*connection refused by 127\.0\.0\.1:1\n/);
    expect(text).toContain("The member list is unknown: connection refused by 127.0.0.1:1\n");
  });

  test("an API server in place of a member is reported to be none", async () => {
    const server = await lab().kubectl(["config", "view", "-o", "jsonpath={.clusters[0].cluster.server}"]);
    const args = [
      "etcd",
      "status",
      "--etcd-endpoints",
      server,
      "--etcd-cacert",
      join(folder, "kube-ca"),
      ...PATIENT,
    ];
    const ended = await kubectlHa(args, lab().env);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^error: no etcd member answers: \S+ is not an etcd member: it answers plain/,
    );
  });

  test("a wrong authority for etcd is said in each member's row", async () => {
    const args = ["status", "-o", "json", "--etcd-cacert", join(folder, "kube-ca"), ...PATIENT];
    const { etcd } = JSON.parse(written(await kubectlHa(args, lab().env))) as ControlPlaneStatusDocument;
    expect(etcd.members.map((member) => [member.state, member.reason?.code])).toEqual(
      Array.from({ length: 3 }, () => ["failed", "tls"]),
    );
  });
});

describe("-w", () => {
  test("leaders: a row when the lease runs out, and one when another takes over; Ctrl-C ends it as itself", async () => {
    await using table = new Running(["leaders", "-w", ...PATIENT], lab().env);
    await using documents = new Running(["leaders", "-w", "-o", "json", ...PATIENT], lab().env);
    const columns = (line: string): string[] => line.split(/ {3,}/);
    const scheduler = (lines: readonly string[]): string[][] =>
      lines.map(columns).filter(([component]) => component === "kube-scheduler");
    const [, holder] = await table.see("the first row", (lines) => scheduler(lines)[0]);
    await documents.see("the first document", (lines) => lines[0]);
    // The others sleep until the lease has run out: one of them may take it before anybody could see that.
    const others = ["cp-1", "cp-2", "cp-3"].filter((host) => host !== holder);
    for (const host of others) await lab().fault("freeze", `scheduler/${host}`);
    await lab().fault("kill", `scheduler/${holder}`);
    const states = async (what: string, last: string): Promise<readonly string[]> =>
      table.see(what, (lines) => {
        const all = scheduler(lines).map(
          ([, host, state]) => `${host === holder ? "old" : "new"} ${state ?? ""}`,
        );
        return all.at(-1) === last ? all : undefined;
      });
    // It may have been late once or twice before, too.
    expect((await states("its end", "old expired")).slice(-3)).toEqual([
      "old held",
      "old late",
      "old expired",
    ]);
    for (const host of others) await lab().fault("thaw", `scheduler/${host}`);
    expect((await states("another holder", "new held")).slice(-2)).toEqual(["old expired", "new held"]);
    const last = await documents.see("a document with another holder", (lines) =>
      lines
        .map((line) => JSON.parse(line) as LeaderListDocument)
        .find(({ items: [first] }) => first?.state === "held" && first.holder?.host !== holder),
    );
    expect(last.items[0]?.leaseTransitions).toBeGreaterThan(0);
    table.child.kill("SIGINT");
    expect(await table.ended).toEqual({ code: null, signal: "SIGINT" });
    expect(table.stderr).toBe("");
    // The reader of the documents leaves: the next one ends the program, without a message.
    documents.child.stdout.destroy();
    await lab().fault("kill", "scheduler/leader");
    expect(await documents.ended).toEqual({ code: 0, signal: null });
    expect(documents.stderr).toBe("");
  });

  test("status: the picture, then a line for a member that goes and comes back", async () => {
    await using running = new Running(["status", "-w", ...PATIENT], lab().env);
    await running.see("the picture", (lines) => lines.find((line) => line.includes("IS LEARNER")));
    const before = running.lines.length;
    const { etcd } = await status();
    // One that follows: without a leader it would be another test.
    const name = etcd.members.find(({ role }) => role === "follower")?.name ?? "";
    await lab().fault("kill", `etcd/${name}`);
    const gone = await running.see("the member gone", (lines) =>
      lines.slice(before).find((line) => line.includes(`etcd ${name}`)),
    );
    expect(gone).toMatch(
      new RegExp(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z {3}etcd ${name} {3,}`),
    );
    const text = written(await kubectlHa(["status", ...PATIENT], lab().env));
    expect(text).toMatch(/\nQUORUM +degraded: 2 of 3 members answer, tolerates no failure\n/);
    expect(text).toMatch(new RegExp(`\\n${name} +\\S+ +[0-9a-f]+ +failed +unknown .*connection refused`));
    const seen = running.lines.length;
    await lab().fault("start", `etcd/${name}`);
    await running.see("the member back", (lines) =>
      lines.slice(seen).find((line) => line.includes(`etcd ${name}`)),
    );
  });
});
