// Does to the lab's etcd what etcdctl cannot: `alarm MEMBER-ID` raises NOSPACE for a member, `write N` adds that many
// entries to the log. It finds etcd by ETCDCTL_*, as etcdctl does.
import { readFileSync } from "node:fs";
import { AlarmAction, AlarmType, Etcd3 } from "etcd3";

const AT_ONCE = 50;
const from = (name: string): string => process.env[name] ?? "";
const [what = "", value = ""] = process.argv.slice(2);
const etcd = new Etcd3({
  hosts: from("ETCDCTL_ENDPOINTS").split(","),
  credentials: {
    rootCertificate: readFileSync(from("ETCDCTL_CACERT")),
    certChain: readFileSync(from("ETCDCTL_CERT")),
    privateKey: readFileSync(from("ETCDCTL_KEY")),
  },
});
if (what === "alarm") {
  await etcd.maintenance.alarm({ action: AlarmAction.Activate, memberID: value, alarm: AlarmType.Nospace });
} else {
  for (let left = Number(value); left > 0; left -= AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, n) => etcd.put(`written/${n}`).value(String(left))),
    );
  }
}
etcd.close();
