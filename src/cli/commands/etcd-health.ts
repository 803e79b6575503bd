import type { HealthRow } from "../../model/health.ts";
import { judgeHealth } from "../../model/health.ts";
import { Problem } from "../../model/problem.ts";
import type { Seconds } from "../../model/time.ts";
import { askQuorumRead } from "../../observe/ask-member.ts";
import { toJson, toYaml } from "../../view/encode.ts";
import { healthDocument, healthTable } from "../../view/etcd-health.ts";
import type { EtcdHealthCommand } from "../command.ts";
import { lookAtEtcd } from "../etcd-look.ts";
import type { Io } from "../io.ts";
import { mayColour, print } from "../io.ts";

/** Seconds, as etcdctl's --command-timeout: an election may be over by then. */
const LONGEST: Seconds = 5;

/** Whether each member serves what needs the quorum; all are asked at once. As etcdctl it fails if one does not. */
export async function etcdHealth(command: EtcdHealthCommand, io: Io): Promise<number> {
  const { etcd, asking } = await lookAtEtcd(command, io, 1);
  const rows = await Promise.all(
    etcd.rows.map(async (member) => {
      if (member.role === "learner") return judgeHealth(member, undefined);
      return judgeHealth(member, await askQuorumRead(asking(member, command.requestTimeout ?? LONGEST)));
    }),
  );
  if (io.interrupted.aborted) return 0;
  await print(io.stdout, await encode(command, rows, io));
  const ill = rows.filter(({ healthy }) => healthy === false);
  if (ill.length === 0) return 0;
  const why = ill.map(
    ({ failure, member, alarms }) => failure?.text ?? `${member.name}: ${alarms.join(", ")}`,
  );
  const count = `${ill.length} of ${rows.length} etcd members ${ill.length === 1 ? "is" : "are"} unhealthy`;
  throw new Problem(`${count}: ${why.join("; ")}`, 1);
}

async function encode(
  { output, headers }: EtcdHealthCommand,
  rows: readonly HealthRow[],
  io: Io,
): Promise<string> {
  switch (output) {
    case "table":
    case "wide":
      return healthTable(rows, { wide: output === "wide", headers, colour: mayColour(io, io.stdout) });
    case "json":
      return toJson(healthDocument(io.clock(), rows), false);
    case "yaml":
      return toYaml(healthDocument(io.clock(), rows), false);
  }
}
