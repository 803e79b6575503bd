import { nobodysWords } from "../../model/etcd-cluster.ts";
import type { HealthRow } from "../../model/health.ts";
import { alarmWords, healthChanges, judgeHealth } from "../../model/health.ts";
import { Problem } from "../../model/problem.ts";
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

/** Seconds in all, as etcdctl's --command-timeout: an election may be over by then. */
const LONGEST: Seconds = 5;

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
      if (member.role === "learner" || member.elsewhere) return judgeHealth(member, undefined);
      return judgeHealth(member, await askQuorumRead(asking(member, left)));
    }),
  );
  if (io.interrupted.aborted) return 0;
  await print(io.stdout, await encode(command, rows, io));
  const ill = rows.filter(({ healthy }) => healthy === false);
  const endpoints = etcd.endpoints.map(nobodysWords);
  if (ill.length === 0 && endpoints.length === 0) return 0;
  const why = ill.map(
    ({ failure, member, alarms }) => failure?.text ?? `${member.name}: ${alarmWords(alarms, rows)}`,
  );
  const count = `${ill.length} of ${rows.length} etcd members ${ill.length === 1 ? "is" : "are"} unhealthy`;
  const members = ill.length === 0 ? [] : [`${count}: ${why.join("; ")}`];
  throw new Problem([...members, ...endpoints].join("; "), 1);
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
  let before: readonly HealthRow[] | undefined;
  for await (const rows of followHealth(source, io)) {
    const changes = healthChanges(before ?? [], rows, io.clock());
    if (before === undefined || (isDocument && changes.length > 0))
      await print(io.stdout, await encode(command, rows, io));
    else if (changes.length > 0) await print(io.stdout, write(changes));
    before = rows;
  }
  return 0;
}

async function encode(
  { output, headers, watch: inStream }: EtcdHealthCommand,
  rows: readonly HealthRow[],
  io: Io,
): Promise<string> {
  switch (output) {
    case "table":
    case "wide":
      return healthTable(rows, { wide: output === "wide", headers, colour: mayColour(io, io.stdout) });
    case "json":
      return toJson(healthDocument(io.clock(), rows), inStream);
    case "yaml":
      return toYaml(healthDocument(io.clock(), rows), inStream);
  }
}
