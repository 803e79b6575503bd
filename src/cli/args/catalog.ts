import type { CommandName } from "./command.ts";
import { SHELLS } from "./command.ts";

/** A command's arguments: how usage shows them, and what completes them. `many`: more than one. */
export interface Words {
  readonly usage: string;
  readonly completes: "lease" | "member" | "command" | readonly string[];
  readonly many?: true;
}

/** Help for one command. `examples` are lines that run as they are. Without `words` it takes no arguments. */
export interface CatalogEntry {
  readonly summary: string;
  readonly words?: Words;
  readonly about: readonly string[];
  readonly examples: readonly { readonly does: string; readonly line: string }[];
}

/** Every command, in the order in which help shows them. */
export const CATALOG: Readonly<Record<CommandName, CatalogEntry>> = {
  top: {
    summary: "show the live full-screen view",
    about: [
      "Live view of the leaders, etcd's quorum and members, and the API servers. ? lists the keys, q quits.",
      "It needs a terminal; use 'kubectl ha status -w' in a pipe.",
    ],
    examples: [
      { does: "Show the cluster of the current context", line: "kubectl ha top" },
      {
        does: "Include etcd, with its endpoints and certificates",
        line: "kubectl ha top --etcd-endpoints https://10.0.0.1:2379,https://10.0.0.2:2379 --etcd-cacert ca.crt --etcd-cert client.crt --etcd-key client.key",
      },
    ],
  },
  status: {
    summary: "print leaders, API servers, etcd and findings once",
    about: [
      "Prints the control plane's leases, the API servers, the status of each etcd member, and the member list.",
      "Sections that cannot be read show the reason; the rest is still printed.",
      "With -w, each change is a line after the first answer; JSON and YAML print the whole document again.",
      "Exit code 1 if neither the leases nor etcd can be read.",
    ],
    examples: [
      { does: "Print the status of the current context's cluster", line: "kubectl ha status" },
      {
        does: "Print the state of each etcd member",
        line: "kubectl ha status -o json | jq -r '.etcd.members[] | .name + \" \" + .state'",
      },
    ],
  },
  leaders: {
    summary: "list the leaders' leases",
    words: { usage: "[NAME...]", completes: "lease", many: true },
    about: [
      "Lists holder, state, last renewal, duration and transitions of the leaders' leases, or of the named ones.",
      "With -w, a lease gets a new row when its holder, state, duration or transitions change; renewals are no change.",
    ],
    examples: [
      { does: "List the current leaders", line: "kubectl ha leaders" },
      { does: "List what a node leads, before draining it", line: "kubectl ha leaders --node cp-1" },
      { does: "Watch the scheduler's lease", line: "kubectl ha leaders kube-scheduler -w" },
      { does: "Watch all leaders, one JSON document a line", line: "kubectl ha leaders -w -o json" },
    ],
  },
  "etcd status": {
    summary: "print the status of each etcd member",
    words: { usage: "[MEMBER...]", completes: "member", many: true },
    about: [
      "Prints the columns of 'etcdctl endpoint status', and each member's name, role and lag behind the highest raft",
      "index. All members are asked at once, and no API server. -o wide has all columns.",
      "A member that does not answer keeps its row, with the reason.",
      "TOOK is the round trip without the time to connect. A single run includes delays of its own start; -w does not.",
      "With -w, each change is a line after the first answer; JSON and YAML print the whole document again.",
      "Exit code 1 if a member does not answer; the others are still printed.",
    ],
    examples: [
      {
        does: "Print all members (etcdctl's environment variables work, too)",
        line: "kubectl ha etcd status --etcd-endpoints https://10.0.0.1:2379 --etcd-cacert ca.crt --etcd-cert client.crt --etcd-key client.key",
      },
      {
        does: "Print each member's role and raft index",
        line: "kubectl ha etcd status -o json | jq -r '.members[] | \"\\(.name) \\(.role) \\(.status.raftIndex)\"'",
      },
      { does: "Watch one member, by name, ID or endpoint", line: "kubectl ha etcd status cp-2 -w" },
    ],
  },
  "etcd members": {
    summary: "list the etcd members and the leader",
    about: [
      "Prints the columns of 'etcdctl member list', and the leader. Each member is asked for its own copy of the list,",
      "which needs no quorum. Differences between the copies are printed.",
      "With -w, each change is a line after the first answer. Exit code 1 if no member returns its list.",
    ],
    examples: [
      { does: "List the members and the leader", line: "kubectl ha etcd members" },
      {
        does: "List members that were added but never started",
        line: "kubectl ha etcd members -o json | jq -r '.memberList.items[] | select(.started | not) | .id'",
      },
    ],
  },
  "etcd health": {
    summary: "check the health of each etcd member",
    about: [
      "Sends a linearizable read through each member, as 'etcdctl endpoint health' does, and reads its alarms.",
      "All members are asked at once, except learners. It takes at most 5s; --request-timeout limits each answer instead.",
      "With -w, each member is asked every second and changes are printed, until interrupted.",
      "Exit code 1 if a member is not healthy; the others are still printed.",
    ],
    examples: [
      { does: "Check all members", line: "kubectl ha etcd health" },
      { does: "Watch the health of all members", line: "kubectl ha etcd health -w" },
      {
        does: "Print the slowest member",
        line: "kubectl ha etcd health -o json | jq -r '.members | max_by(.tookSeconds) | .name'",
      },
    ],
  },
  "etcd hash": {
    summary: "compare the data of all etcd members by hash",
    about: [
      "Asks each member for the hash of its data (HashKV) at one revision, one member after the other, the leader last.",
      "A member reads its whole database, and its writes wait meanwhile: about one second for a million keys.",
      "The timeout is 60s for each member, or --request-timeout.",
      "The last line is the verdict. Exit code 0: identical; 1: DIVERGED; 2: wrong usage; 3: inconclusive.",
    ],
    examples: [
      { does: "Compare the data of all members", line: "kubectl ha etcd hash" },
      { does: "Print only the verdict", line: "kubectl ha etcd hash -o json | jq -r .verdict" },
    ],
  },
  keys: {
    summary: "find keys, and the etcd members that have them",
    words: { usage: "PATTERN", completes: [] },
    about: [
      "Finds keys by a part of their name, and looks them up on each etcd member, all at one revision.",
      "+ or \u2713: the member has the key; X or \u2715: it lacks the key; !: it has another modRevision; ?: unknown.",
      "One member is scanned, a follower if possible, which needs no quorum. The last line is the summary.",
      "Non-printable bytes are escaped as for bash `printf %b`; -o json adds the raw bytes (keyBase64).",
      "Exit code 1 if no key matches, 3 if a member could not be read or the output not be written.",
    ],
    examples: [
      { does: "Find all keys that contain hatest", line: "kubectl ha keys hatest" },
      { does: "Count the pods", line: "kubectl ha keys --prefix /registry/pods/ --count" },
      {
        does: "Print the scheduler's lease as each member has it, with its value",
        line: "kubectl ha keys --exact /registry/leases/kube-system/kube-scheduler --value",
      },
    ],
  },
  "keys diff": {
    summary: "list keys that differ between etcd members",
    about: [
      "Compares the keys of all members, or of --members, at one revision: missing keys, and different modRevisions.",
      "The members are read page by page in parallel, with little memory.",
      "--value also compares the values, which reads all data: corruption on a disk does not change a modRevision.",
      "Exit code 0: no difference; 1: differences; 3: a member could not be compared.",
    ],
    examples: [
      { does: "Compare all members", line: "kubectl ha keys diff" },
      { does: "Compare the values, too", line: "kubectl ha keys diff --value" },
      { does: "Compare two members", line: "kubectl ha keys diff --members cp-1,cp-2" },
    ],
  },
  version: {
    summary: "print the versions of client, API server and etcd",
    about: [
      "Prints the version, commit and platform of this program, and the versions of the API server and the etcd members.",
      "Servers that do not answer within 2s are omitted and the exit code is 1.",
    ],
    examples: [
      { does: "Print all versions", line: "kubectl ha version" },
      { does: "Print the client's version as JSON", line: "kubectl ha version --client -o json" },
    ],
  },
  completion: {
    summary: "set up shell completion",
    words: { usage: "[SHELL]", completes: SHELLS },
    about: [
      "--install writes kubectl_complete-ha, with which kubectl (1.26 or later) completes 'kubectl ha'.",
      "SHELL (bash, zsh, fish or powershell) prints a script that completes 'kubectl-ha' in that shell.",
      "Names of contexts, leases, nodes and so on are looked up while you type; lookups time out within a second.",
    ],
    examples: [
      {
        does: "Complete 'kubectl ha' wherever kubectl's own completion works",
        line: "kubectl ha completion --install ~/.local/bin",
      },
      { does: "Complete 'kubectl-ha' in the current bash", line: "source <(kubectl ha completion bash)" },
      {
        does: "Complete 'kubectl-ha' in fish",
        line: "kubectl ha completion fish > ~/.config/fish/completions/kubectl-ha.fish",
      },
    ],
  },
  help: {
    summary: "print help for all commands, or for one",
    words: { usage: "[COMMAND]", completes: "command" },
    about: ["Prints the same help as --help."],
    examples: [
      { does: "List all commands", line: "kubectl ha help" },
      { does: "Print flags and examples of one command", line: "kubectl ha help status" },
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
