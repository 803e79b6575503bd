import type { PaneSpec, SidePane } from "./pane.ts";
import { ETCD } from "./panes/etcd.ts";
import { FINDINGS } from "./panes/findings.ts";
import { HEADLINE } from "./panes/headline.ts";
import { KEYS } from "./panes/keys.ts";
import { LEADERSHIP } from "./panes/leadership.ts";
import { LEASES } from "./panes/leases.ts";
import { MEMBER } from "./panes/member.ts";
import { MEMBERS } from "./panes/members.ts";
import { GAPS } from "./panes/renew-gaps.ts";
import { SUMMARY } from "./panes/summary-bar.ts";
import { TIMELINE } from "./panes/timeline.ts";

const IN_ORDER = [LEASES, ETCD, MEMBERS, TIMELINE, FINDINGS, KEYS] as const;
const AT_THE_SIDE = [SUMMARY, HEADLINE, GAPS, MEMBER, LEADERSHIP] as const;

/** The panes that can have the focus. */
export type FocusId = (typeof IN_ORDER)[number]["id"];

/** The names of all panes. */
export type PaneId = FocusId | (typeof AT_THE_SIDE)[number]["id"] | "footer" | "dialog" | "too-small";

/** The panes that can have the focus, in the order of `tab`. Of those that are opened, the first is seen. */
export const PANES: readonly PaneSpec<FocusId>[] = IN_ORDER;

/** Has the focus at the start, and where there is no other pane to go back to. */
export const FIRST: FocusId = LEASES.id;

/** The panes that cannot have the focus, but for the last rows and dialogs, which `layout` draws. */
export const SIDE_PANES: readonly SidePane<PaneId, FocusId>[] = AT_THE_SIDE;
