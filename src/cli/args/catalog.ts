import type { CommandName } from "./command.ts";
import { SHELLS } from "./command.ts";

/** What may be typed after a command's name: how usage shows it, and what completes it. `many`: more than one. */
export interface Words {
  readonly usage: string;
  readonly completes: "lease" | "member" | "command" | readonly string[];
  readonly many?: true;
}

/** What help says of one command. `examples` are lines that can be typed as they stand. Without `words` it takes none. */
export interface CatalogEntry {
  readonly summary: string;
  readonly words?: Words;
  readonly about: readonly string[];
  readonly examples: readonly { readonly does: string; readonly line: string }[];
}

/** Every command, in the order in which help shows them. */
export const CATALOG: Readonly<Record<CommandName, CatalogEntry>> = {
  top: {
    summary: "the full screen, live",
    about: [
      "Who leads, whether etcd keeps its quorum, and how each API server answers, live and on one screen.",
      "It needs a terminal; 'kubectl ha status -w' tells the same to a pipe. Inside, ? shows the keys and q quits.",
    ],
    examples: [
      { does: "Watch the cluster of the current context", line: "kubectl ha top" },
      {
        does: "Watch etcd, too, with certificates of your own",
        line: "kubectl ha top --etcd-endpoints https://10.0.0.1:2379,https://10.0.0.2:2379 --etcd-cacert ca.crt --etcd-cert client.crt --etcd-key client.key",
      },
    ],
  },
  status: {
    summary: "one look at everything, then exit",
    about: [
      "The leases of the control plane, the API servers, the status of each etcd member, and the member list.",
      "What cannot be had says why, and the rest is shown. Exit 1 if neither leases nor etcd could be had.",
      "With -w, every change is a line after the first answer; as JSON or YAML it is a whole document.",
    ],
    examples: [
      { does: "One look at the cluster of the current context", line: "kubectl ha status" },
      {
        does: "Which etcd members answer, for a script",
        line: "kubectl ha status -o json | jq -r '.etcd.members[] | .name + \" \" + .state'",
      },
    ],
  },
  leaders: {
    summary: "who leads: one row a lease",
    words: { usage: "[NAME...]", completes: "lease", many: true },
    about: [
      "Holder, state, last renewal, duration, and transitions of each leader's lease, or of those that are named.",
      "With -w, a lease gets a new row when its holder, state, duration or transitions change; renewals alone are no change.",
    ],
    examples: [
      { does: "Who leads now", line: "kubectl ha leaders" },
      { does: "What a node leads, before it is stopped", line: "kubectl ha leaders --node cp-1" },
      {
        does: "The scheduler's lease alone, and each change",
        line: "kubectl ha leaders kube-scheduler -w",
      },
      {
        does: "Who leads, and from now on each change, one JSON document a line",
        line: "kubectl ha leaders -w -o json",
      },
    ],
  },
  "etcd status": {
    summary: "etcd alone: what each member says of itself",
    words: { usage: "[MEMBER...]", completes: "member", many: true },
    about: [
      "The columns of etcdctl endpoint status, and each member's name, role and lag behind the highest raft index. TOOK is",
      "the round trip without the time to connect; in a first look our own start still delays it, -w shows it as it is.",
      "All are asked at once, and no API server. A member that is down keeps its row, with the reason.",
      "Every column is in -o wide. Exit 1 if a member does not answer; the others are written all the same.",
      "With -w, every change is a line after the first answer; as JSON or YAML it is a whole document.",
    ],
    examples: [
      {
        does: "Every member, with etcdctl's variables or flags of your own",
        line: "kubectl ha etcd status --etcd-endpoints https://10.0.0.1:2379 --etcd-cacert ca.crt --etcd-cert client.crt --etcd-key client.key",
      },
      {
        does: "Who leads, and each one's raft index, for a script",
        line: 'kubectl ha etcd status -o json | jq -r \'.members[] | .name + " " + .role + " " + .status.raftIndex\'',
      },
      {
        does: "One member alone, by name, ID or endpoint, and each change",
        line: "kubectl ha etcd status cp-2 -w",
      },
    ],
  },
  "etcd members": {
    summary: "etcd's member list, as each member has it, and who leads",
    about: [
      "The columns of etcdctl member list, and who leads. Each member is asked for the list that it holds itself, which",
      "needs no quorum; where they hold different lists that is said, and how they differ.",
      "With -w, every change is a line after the first answer. Exit 1 if no member gives a list.",
    ],
    examples: [
      { does: "Who is a member, who leads", line: "kubectl ha etcd members" },
      {
        does: "The members that were added and never started, for a script",
        line: "kubectl ha etcd members -o json | jq -r '.memberList.items[] | select(.started | not) | .id'",
      },
    ],
  },
  "etcd health": {
    summary: "whether each member of etcd serves what needs a quorum",
    about: [
      "What etcdctl endpoint health asks: a read through the majority of the members, by way of each one of them, all at",
      "once, and its alarms. It takes 5 s at most; with --request-timeout each answer may take that long. A learner is",
      "not asked. Exit 1 if a member is not healthy; the others are written all the same. With -w each is asked once a",
      "second and what changes is written, until you break off.",
    ],
    examples: [
      { does: "Which members serve", line: "kubectl ha etcd health" },
      { does: "The same, live: who stops, who is back", line: "kubectl ha etcd health -w" },
      {
        does: "The slowest member, for a script",
        line: "kubectl ha etcd health -o json | jq -r '.members | max_by(.tookSeconds) | .name'",
      },
    ],
  },
  "etcd hash": {
    summary: "whether all members of etcd hold the same data",
    about: [
      "Asks each member for the hash of its data (HashKV) at one revision that all of them have, one after the other, the",
      "leader last. Each reads its whole database, and its writes wait meanwhile: about a second for a million keys. Each",
      "is waited for 60 s, or as long as --request-timeout says.",
      "The last line is the verdict. Exit 0: identical; 1: DIVERGED; 3: inconclusive, and why. Wrong usage is 2.",
    ],
    examples: [
      { does: "Do all members hold the same data?", line: "kubectl ha etcd hash" },
      { does: "The verdict, for a script", line: "kubectl ha etcd hash -o json | jq -r .verdict" },
    ],
  },
  keys: {
    summary: "which keys match, and which members of etcd have them",
    words: { usage: "PATTERN", completes: [] },
    about: [
      "Looks for keys by a part of their name, and asks each member of etcd by itself whether it has them, all at one",
      "revision: + or \u2713 it has the key, X or \u2715 it lacks it, ! it has it at another modRevision, ? is unknown. One member",
      "is scanned, a follower if there is one; nothing needs a quorum. The last line says what it came to. What is no plain",
      "text in a key is spelled as printf %b of bash reads it (\\e, \\n, \\xff); -o json has the bytes of such keys.",
      "Exit 1 if nothing matches, 3 if a member could not be asked or the answer not be written.",
    ],
    examples: [
      { does: "Is everything of hatest on every member?", line: "kubectl ha keys hatest" },
      { does: "How many pods there are", line: "kubectl ha keys --prefix /registry/pods/ --count" },
      {
        does: "The scheduler's lease as each member has it, with its value",
        line: "kubectl ha keys --exact /registry/leases/kube-system/kube-scheduler --value",
      },
    ],
  },
  "keys diff": {
    summary: "keys that are not the same on all members",
    about: [
      "Compares the keys of all members, or of those named, at one revision: those that some lack, and those that are",
      "at another modRevision. One member is read along with the others, page by page, so it takes little memory.",
      "With --value their values, too, which reads all of the data: what was damaged on a disk keeps its modRevision.",
      "Exit 0 if there is no difference, 1 if there is one, 3 if a member could not be compared.",
    ],
    examples: [
      { does: "Compare all members", line: "kubectl ha keys diff" },
      { does: "Compare their values, too", line: "kubectl ha keys diff --value" },
      { does: "Compare two of them", line: "kubectl ha keys diff --members cp-1,cp-2" },
    ],
  },
  version: {
    summary: "versions of this program and of the server",
    about: [
      "The version of this program, what it was built from and runs on, that of the API server, and of each etcd member if",
      "a way to etcd is given. Whoever does not answer within 2 s is left out, and it exits with 1.",
    ],
    examples: [
      { does: "Both versions", line: "kubectl ha version" },
      { does: "This program's alone, as JSON", line: "kubectl ha version --client -o json" },
    ],
  },
  completion: {
    summary: "make the shell complete commands, flags and names",
    words: { usage: "[SHELL]", completes: SHELLS },
    about: [
      "After 'kubectl ha', kubectl (1.26 or later) completes by itself what a helper on PATH tells it, kubectl_complete-ha:",
      "--install puts it there. SHELL is bash, zsh, fish or powershell: the script for those who type 'kubectl-ha' instead.",
      "Names of contexts, leases, nodes and so on are asked for while you type; what is not had within a second is left out.",
    ],
    examples: [
      {
        does: "Complete 'kubectl ha' wherever kubectl's own completion works",
        line: "kubectl ha completion --install ~/.local/bin",
      },
      { does: "Complete 'kubectl-ha' in this bash", line: "source <(kubectl ha completion bash)" },
      {
        does: "The same in fish, from now on",
        line: "kubectl ha completion fish > ~/.config/fish/completions/kubectl-ha.fish",
      },
    ],
  },
  help: {
    summary: "help for all commands, or for one",
    words: { usage: "[COMMAND]", completes: "command" },
    about: ["The same as --help."],
    examples: [
      { does: "All commands", line: "kubectl ha help" },
      { does: "One command, with its flags and examples", line: "kubectl ha help status" },
    ],
  },
};

/** The names of all commands, in the order of the catalog. */
export function commandNames(): readonly CommandName[] {
  return Object.keys(CATALOG).filter(isCommandName);
}

/** Whether a word is the name of a command. */
export function isCommandName(word: string): word is CommandName {
  return Object.hasOwn(CATALOG, word);
}
