import { findHost, isLost, labHosts } from "../../scripts/lab/links.ts";
import type { Cut } from "../../scripts/lab/links.ts";
import { inNamespaces } from "../../scripts/lab/nsenter.ts";
import { refusal } from "../../scripts/lab/preflight.ts";
import { cutLines, linkLine, shellExports } from "../../scripts/lab/print.ts";

const hosts = labHosts({ nodes: 3, prefix: "10.77.0" });
const since = "2026-11-22T13:51:32.804Z";
const cut = (host: string, from: Cut["from"] = "all", route: Cut["direction"] = "both"): Cut => ({
  host,
  from,
  direction: route,
  since,
});

/** The directed links that lose packets, as FROM>TO. */
function lost(...cuts: Cut[]): string[] {
  return hosts.flatMap((from) =>
    hosts
      .filter((to) => to !== from && isLost(from, to, cuts))
      .map((to) =>
        `${from.name}>${to.name}`.replaceAll("cp-", "").replaceAll(/[a-z]+er/g, (name) => name.charAt(0)),
      ),
  );
}

describe("the hosts of a veth lab", () => {
  test("have addresses of their own on both layers", () => {
    expect(hosts.map(({ name, address, mac }) => [name, address, mac])).toEqual([
      ["cp-1", "10.77.0.1", "02:00:0a:4d:00:01"],
      ["cp-2", "10.77.0.2", "02:00:0a:4d:00:02"],
      ["cp-3", "10.77.0.3", "02:00:0a:4d:00:03"],
      ["balancer", "10.77.0.100", "02:00:0a:4d:00:64"],
      ["observer", "10.77.0.254", "02:00:0a:4d:00:fe"],
    ]);
  });

  test("an unknown one is refused with those that there are", () => {
    expect(() => findHost("cp-4", hosts)).toThrow(/^unknown host "cp-4": use .*cp-1, cp-2, cp-3, balancer/);
  });
});

describe("a partition", () => {
  test.each([
    [[], []],
    [[cut("cp-1")], ["1>2", "1>3", "1>b", "1>o", "2>1", "3>1", "b>1", "o>1"]],
    [[cut("cp-1", "nodes")], ["1>2", "1>3", "2>1", "3>1"]],
    [[cut("cp-1", "nodes", "out")], ["1>2", "1>3"]],
    [[cut("cp-1", "all", "in")], ["2>1", "3>1", "b>1", "o>1"]],
    [[cut("observer")], ["1>o", "2>o", "3>o", "b>o", "o>1", "o>2", "o>3", "o>b"]],
    [[cut("observer", "nodes")], ["1>o", "2>o", "3>o", "o>1", "o>2", "o>3"]],
    [
      [cut("cp-1", "nodes", "out"), cut("cp-2", "nodes", "in")],
      ["1>2", "1>3", "3>2"],
    ],
  ])("%j loses %j", (cuts, expected) => {
    expect(lost(...cuts)).toEqual(expected);
  });

  test("is one line, and another in ps", () => {
    const record = {
      at: since,
      action: "partition",
      target: "cp-1",
      from: "nodes",
      direction: "both",
    } as const;
    expect(linkLine(record)).toBe(`${since} partition cp-1 from other nodes`);
    expect(linkLine({ ...record, action: "heal", from: "all", direction: "in" })).toBe(
      `${since} heal cp-1 from all, inbound only`,
    );
    expect(cutLines([], new Date(since))).toBe("");
    expect(cutLines([cut("observer")], new Date("2026-11-22T13:51:42.804Z"))).toBe(
      "cut off: observer from all, for 10s\n",
    );
  });
});

describe("entering namespaces", () => {
  test("names their files, and keeps the user in one of its own", () => {
    expect(inNamespaces(7, ["user", "mnt", "net"], ["ls", "-l"])).toEqual([
      ...["nsenter", "--user=/proc/7/ns/user", "--mount=/proc/7/ns/mnt", "--net=/proc/7/ns/net"],
      ...["--preserve-credentials", "--", "ls", "-l"],
    ]);
    expect(inNamespaces(7, ["net"], ["ls"])).not.toContain("--preserve-credentials");
  });

  test("what env prints says how, as a comment, where addresses are reachable from within only", () => {
    const spec = { name: "a", net: "veth", bin: "/b" } as const;
    expect(shellExports({ env: { A: "b" }, spec })).toBe(
      [
        "# The addresses of this lab are reachable from within only:",
        "# npm run -s lab -- exec observer --name a -- kubectl ha top",
        "# npm run -s lab -- exec observer --name a -- bash",
        "export A='b'",
        "",
      ].join("\n"),
    );
  });
});

describe("a machine that refuses namespaces", () => {
  const failed = "unshare: unshare failed: Operation not permitted";
  test.each([
    ["kernel.unprivileged_userns_clone", "0"],
    ["user.max_user_namespaces", "0"],
    ["kernel.apparmor_restrict_unprivileged_userns", "1"],
  ])("by %s is named", (name, value) => {
    const line = refusal(true, failed, (asked) => (asked === name ? value : undefined));
    expect(line).toMatch(/^without root the lab needs user namespaces.*: .+$/);
    expect(line).toContain(`${name} is ${value}; as root, "sysctl -w ${name}=`);
  });

  test("for a reason that no setting tells, and for root, is quoted", () => {
    expect(refusal(true, failed, () => "7")).toContain(failed);
    expect(refusal(false, failed, () => "0")).toBe(
      `the lab needs namespaces, and this machine refuses them: ${failed}`,
    );
  });
});
