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
        bin: undefined,
      },
    ],
    [
      ["up", "--name", "a", "--nodes", "1", "--lease-duration", "6", "--etcd-servers", "all", "--bin", "/b"],
      { kind: "up", name: "a", nodes: 1, leaseDuration: 6, etcdServers: "all", bin: "/b" },
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
    [["exec", "cp-1"], /exec needs a node and a command/],
  ])("%j is wrong usage, said in one line", (argv, expected) => {
    expect(() => parseCommand(argv)).toThrow(UsageError);
    expect(() => parseCommand(argv)).toThrow(expected);
    expect(() => parseCommand(argv)).toThrow(/^.+$/);
  });
});
