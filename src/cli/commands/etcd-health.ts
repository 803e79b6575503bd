import { unlistedWords } from "../../model/etcd-cluster.ts";
import type { Failure } from "../../model/failure.ts";
import type { HealthSummary, HealthRow } from "../../model/health.ts";
import { alarmWords, healthChanges, judgeHealth } from "../../model/health.ts";
import { UserError } from "../../model/problem.ts";
import type { Seconds } from "../../model/time.ts";
import { secondsBetween } from "../../model/time.ts";
import { askQuorumRead } from "../../observe/ask-member.ts";
import { toJson, toYaml } from "../../view/encode.ts";
import { eventPrinter } from "../../view/events-table.ts";
import { healthDocument, healthTable } from "../../view/etcd-health.ts";
import type { EtcdHealthCommand } from "../command.ts";
import { DEADLINE, lookAtEtcd, noWay } from "../etcd-look.ts";
import { followHealth } from "../follow-health.ts";
import type { Io } from "../io.ts";
import { mayColour, print } from "../io.ts";
import { openEtcd } from "../open-etcd.ts";
import { problem } from "../silent-members.ts";

/** Seconds in all, as etcdctl's --command-timeout: an election may be over by then. */
const LONGEST: Seconds = 5;

const ALARM_ADVICE = "'kubectl ha etcd status -o wide' tells what to do";

/** Whether each member serves what needs the quorum; all are asked at once. With -w, then whatever changes. */
export async function etcdHealth(command: EtcdHealthCommand, io: Io): Promise<number> {
  return command.watch ? watch(command, io) : once(command, io);
}

/** As etcdctl it fails if a member is not healthy. */
async function once(command: EtcdHealthCommand, io: Io): Promise<number> {
  const begun = io.clock();
  const { etcd, asking } = await lookAtEtcd(command, io);
  const left = command.requestTimeout ?? Math.max(1, LONGEST - secondsBetween(begun, io.clock()));
  const rows = await Promise.all(
    etcd.rows.map(async (member) => {
      if (member.role === "learner" || member.endpointMismatch) return judgeHealth(member, undefined);
      return judgeHealth(member, await askQuorumRead(asking(member, left)));
    }),
  );
  if (io.interrupted.aborted) return 0;
  const picture = { rows, endpoints: etcd.endpoints };
  await print(io.stdout, await encode(command, picture, io));
  failIfIll(picture);
  return 0;
}

/** Who is not healthy, why, and what to try; alarms are the same on all members. */
function failIfIll({ rows, endpoints }: HealthSummary): void {
  const ill = rows.filter(({ healthy }) => healthy === false);
  if (ill.length === 0 && endpoints.length === 0) return;
  const why = new Set(ill.map(({ failure, alarms }) => failure?.text ?? alarmWords(alarms, rows)));
  const count = `${ill.length} of ${rows.length} etcd members ${ill.length === 1 ? "is" : "are"} unhealthy`;
  const members = ill.length === 0 ? [] : [`${count}: ${[...why].join("; ")}`];
  const failures = [...ill.flatMap(whatFailed), ...endpoints.map(({ failure }) => failure)];
  const said = [...members, ...endpoints.map(unlistedWords)].join("; ");
  throw failures.length > 0 ? problem(said, failures) : new UserError(`${said}; ${ALARM_ADVICE}`, 1);
}

/** A member that tells of itself and does not answer the read is not silent: it finds no majority. */
function whatFailed({ failure, member }: HealthRow): readonly Failure[] {
  if (failure === undefined) return [];
  return [
    member.state === "answers" && failure.code === "timeout" ? { ...failure, code: "unavailable" } : failure,
  ];
}

/** It goes on until the user breaks off, whoever is healthy. */
async function watch(command: EtcdHealthCommand, io: Io): Promise<number> {
  const etcd = await openEtcd(command.etcd, io);
  if (!etcd.found) throw noWay(etcd.tried);
  const source = {
    etcd,
    status: command.requestTimeout ?? DEADLINE,
    read: command.requestTimeout ?? LONGEST,
  };
  const write = eventPrinter(mayColour(io, io.stdout));
  const isDocument = command.output === "json" || command.output === "yaml";
  let before: HealthSummary | undefined;
  for await (const picture of followHealth(source, io)) {
    // A table has the members; what else there is comes below it.
    const was = before ?? { rows: picture.rows, endpoints: [] };
    const changes = healthChanges(was, picture, io.clock());
    const isNew = before === undefined || (isDocument && changes.length > 0);
    if (isNew) await print(io.stdout, await encode(command, picture, io));
    if (!isDocument && changes.length > 0) await print(io.stdout, write(changes));
    before = picture;
  }
  return 0;
}

async function encode(
  { output, headers, watch: inStream }: EtcdHealthCommand,
  picture: HealthSummary,
  io: Io,
): Promise<string> {
  switch (output) {
    case "table":
    case "wide":
      return healthTable(picture.rows, {
        wide: output === "wide",
        headers,
        colour: mayColour(io, io.stdout),
      });
    case "json":
      return toJson(healthDocument(io.clock(), picture), inStream);
    case "yaml":
      return toYaml(healthDocument(io.clock(), picture), inStream);
  }
}
