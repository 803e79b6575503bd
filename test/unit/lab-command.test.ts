import { parseCommand, UsageError } from "../../scripts/lab/command.ts";

describe("the lab's command line", () => {
  test.each([
    [
      ["up"],
      {
        kind: "up",
        name: "default",
        nodes: 3,
        leaseDuration: undefined,
        etcdServers: "local",
        net: "loopback",
        coordinatedElection: false,
        bin: undefined,
      },
    ],
    [
      [
        ...["up", "--name", "a", "--nodes", "1", "--lease-duration", "6", "--etcd-servers", "all"],
        ...["--net", "veth", "--coordinated-election", "--bin", "/b"],
      ],
      {
        kind: "up",
        name: "a",
        nodes: 1,
        leaseDuration: 6,
        etcdServers: "all",
        net: "veth",
        coordinatedElection: true,
        bin: "/b",
      },
    ],
    [["down"], { kind: "down", name: "default" }],
    [["down", "--all"], { kind: "down-all" }],
    [["ps", "--name=a"], { kind: "ps", name: "a" }],
    [
      ["exec", "cp-1", "--", "ls", "--all"],
      { kind: "exec", name: "default", node: "cp-1", argv: ["ls", "--all"] },
    ],
    [["logs", "etcd/cp-1", "-f"], { kind: "logs", name: "default", target: "etcd/cp-1", follow: true }],
    [
      ["kill", "scheduler/leader", "--restart", "--name", "a"],
      { kind: "fault", name: "a", action: "kill", target: "scheduler/leader", restart: true },
    ],
    [
      ["thaw", "node/cp-3"],
      { kind: "fault", name: "default", action: "thaw", target: "node/cp-3", restart: false },
    ],
    [
      ["exec", "observer", "--", "kubectl", "ha", "top"],
      { kind: "exec", name: "default", node: "observer", argv: ["kubectl", "ha", "top"] },
    ],
    [
      ["partition", "cp-1"],
      { kind: "partition", name: "default", host: "cp-1", from: "all", direction: "both" },
    ],
    [
      ["partition", "etcd/leader", "--from", "nodes", "--one-way", "in", "--name", "a"],
      { kind: "partition", name: "a", host: "etcd/leader", from: "nodes", direction: "in" },
    ],
    [["heal"], { kind: "heal", name: "default", host: undefined }],
    [["heal", "observer", "--name", "a"], { kind: "heal", name: "a", host: "observer" }],
    [[], { kind: "help" }],
  ])("%j", (argv, expected) => {
    expect(parseCommand(argv)).toEqual(expected);
  });

  test.each([
    [["fly"], /unknown command "fly"/],
    [["up", "--speed", "1"], /'--speed'/],
    [["up", "now"], /'now'/],
    [["up", "--nodes", "6"], /--nodes is a whole number from 1 to 5, not "6"/],
    [["up", "--nodes", "3.0"], /--nodes/],
    [["up", "--lease-duration", "1"], /--lease-duration/],
    [["up", "--etcd-servers", "some"], /--etcd-servers is local or all/],
    [["up", "--name", "../x"], /--name/],
    [["up", "--name", "a".repeat(33)], /--name/],
    [["kill"], /kill needs one target/],
    [["kill", "a/b", "c/d"], /kill needs one target/],
    [["freeze", "etcd/cp-1", "--restart"], /'--restart'/],
    [["up", "--net", "vlan"], /--net is loopback or veth, not "vlan"/],
    [["partition"], /partition needs one target, such as cp-1/],
    [["partition", "cp-1", "--from", "cp-2"], /--from is all or nodes, not "cp-2"/],
    [["partition", "cp-1", "--one-way", "both"], /--one-way is in or out, not "both"/],
    [["heal", "cp-1", "cp-2"], /heal needs one target/],
    [["heal", "--from", "nodes"], /'--from'/],
    [["exec", "cp-1"], /exec needs a node and a command/],
  ])("%j is wrong usage, said in one line", (argv, expected) => {
    expect(() => parseCommand(argv)).toThrow(UsageError);
    expect(() => parseCommand(argv)).toThrow(expected);
    expect(() => parseCommand(argv)).toThrow(/^.+$/);
  });
});
