import type { Assessment, EtcdMembersPicture } from "../../model/assessment.ts";
import { Problem } from "../../model/problem.ts";
import type { EtcdSource } from "../../observe/etcd.ts";
import { observeEtcd } from "../../observe/etcd.ts";
import { observeEtcdOnce } from "../../observe/etcd-once.ts";
import { FirstMembers } from "../../observe/first-members.ts";
import { toJson, toYaml } from "../../view/encode.ts";
import { etcdStatusDocument, etcdStatusTable } from "../../view/etcd-status.ts";
import type { Tell } from "../changes.ts";
import { changesAfter } from "../changes.ts";
import type { EtcdStatusCommand } from "../command.ts";
import { follow, lookOnce } from "../follow.ts";
import type { Io } from "../io.ts";
import { mayColour, print } from "../io.ts";
import { openEtcd } from "../open-etcd.ts";

/** Seconds to wait for one answer. */
const DEADLINE = 1.5;

/** What each member of etcd says of itself; with -w, then whatever changes. No API server is asked. */
export async function etcdStatus(command: EtcdStatusCommand, io: Io): Promise<number> {
  const etcd = await openEtcd(command.etcd, io);
  const source = { etcd, timeout: command.requestTimeout ?? DEADLINE, clock: io.clock };
  if (command.watch && etcd.found) await watch(command, source, io);
  else await begin(command, await lookOnce(observeEtcdOnce(source, io.interrupted), io), io);
  return 0;
}

async function watch(command: EtcdStatusCommand, source: EtcdSource, io: Io): Promise<void> {
  const answers = new FirstMembers();
  let tell: Tell | undefined;
  for await (const look of follow((signal) => observeEtcd(source, signal), io)) {
    answers.add(look.seen);
    if (tell !== undefined) await tell(look);
    else if (answers.complete) {
      await begin(command, look.assessment, io);
      tell = changesAfter(look, command.output, (assessment) => encode(command, assessment, io), io);
    }
  }
}

/** Writes the first answer. Throws Problem if it lacks a member; with -w only if it lacks all of them. */
async function begin(command: EtcdStatusCommand, assessment: Assessment, io: Io): Promise<void> {
  if (io.interrupted.aborted) return;
  await print(io.stdout, await encode(command, assessment, io));
  const { etcd } = assessment;
  if (etcd.state === "members") failIfSilent(etcd, command.watch);
  else if (etcd.state === "no-way") {
    const tried = etcd.tried.map(({ way, outcome }) => `${way} ${outcome}`).join(", ");
    throw new Problem(`no way to etcd: ${tried}; give --etcd-endpoints or ETCDCTL_ENDPOINTS`, 1);
  }
}

/** As etcdctl: whoever does not answer makes it fail, after the others' answers were written. */
function failIfSilent({ rows }: EtcdMembersPicture, goesOn: boolean): void {
  const silent = rows.filter((row) => row.state !== "answers");
  if (silent.length === 0 || (goesOn && silent.length < rows.length)) return;
  const why = silent.map((row) => row.failure?.text ?? `no answer from ${row.endpoint} in time`).join("; ");
  throw new Problem(
    silent.length < rows.length
      ? `${silent.length} of ${rows.length} etcd members ${silent.length === 1 ? "does" : "do"} not answer: ${why}`
      : `no etcd member answers: ${why}; see --etcd-endpoints`,
    1,
  );
}

async function encode(command: EtcdStatusCommand, assessment: Assessment, io: Io): Promise<string> {
  const { output, watch: inStream, headers } = command;
  switch (output) {
    case "table":
    case "wide":
      return etcdStatusTable(assessment, {
        wide: output === "wide",
        headers,
        colour: mayColour(io, io.stdout),
      });
    case "json":
      return toJson(etcdStatusDocument(assessment), inStream);
    case "yaml":
      return toYaml(etcdStatusDocument(assessment), inStream);
  }
}
