import type { Rule } from "./rule.ts";
import { ETCD_DATA_RULES } from "./etcd-data.ts";
import { ETCD_MEMBER_RULES } from "./etcd-members.ts";
import { ETCD_RULES } from "./etcd.ts";
import { LEASE_RULES } from "./leases.ts";
import { SERVER_RULES } from "./servers.ts";

/** One rule for each id of a finding, in the order of docs/findings.md and of findings of the same severity. */
export const RULES: readonly Rule[] = [
  ...LEASE_RULES,
  ...ETCD_RULES,
  ...ETCD_MEMBER_RULES,
  ...ETCD_DATA_RULES,
  ...SERVER_RULES,
];
