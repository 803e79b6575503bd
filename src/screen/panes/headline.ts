import type { Assessment, Freshness } from "../../core/assessment.ts";
import type { Line } from "../screen.ts";
import type { Sign } from "../text/glyphs.ts";
import { sign } from "../text/glyphs.ts";
import type { Size, PaneView, Body } from "../view.ts";
import type { SidePane } from "../pane.ts";
import { duration } from "../../output/format.ts";
import { fit, DIM, PLAIN, blank, span } from "../text/lines.ts";
import { paneHead } from "./pane-head.ts";
import { leaseDetails } from "./lease-details.ts";
import { renderBanner } from "../banner/render.ts";
import { bannerOf } from "../banner/trouble-banners.ts";

/** The headline pane in the first second: the first answers, and what has none yet. */
function connecting(view: PaneView, { width }: Size): readonly Line[] {
  const { assessment, monitor, glyphs } = view;
  const rows: readonly [what: Sign, label: string, text: string][] = [
    ["ok", "kubeconfig", monitor.cluster],
    apiServers(assessment, monitor.server),
    leases(assessment.leases.freshness),
    etcd(assessment.etcd),
    members(assessment.etcd),
  ];
  const lines = rows.map(([what, label, text]): Line => [
    blank(2),
    sign(glyphs, what),
    blank(1),
    ...fit([span(label, DIM)], 13),
    span(text, what === "quiet" ? DIM : PLAIN),
  ]);
  return [paneHead(view, width, { title: "Connecting" }), ...lines];
}

function apiServers(
  { apiServers: { rows, ready, unknown } }: Assessment,
  server: string | undefined,
): [Sign, string, string] {
  if (rows.length > 0) return [ready > 0 ? "ok" : "quiet", "API servers", `${ready} of ${rows.length} ready`];
  if (unknown) return ["unknown", "API servers", unknown.text];
  return ["quiet", "API servers", server === undefined ? "asking" : `asking ${server}`];
}

function leases(freshness: Freshness): [Sign, string, string] {
  if (freshness.state === "asking") return ["quiet", "leases", `asking for ${duration(freshness.waited)}`];
  return freshness.state === "live"
    ? ["ok", "leases", "received"]
    : ["unknown", "leases", freshness.failure.text];
}

function etcd(summary: Assessment["etcd"]): [Sign, string, string] {
  if (summary.state === "asking") return ["quiet", "etcd", "connecting"];
  if (summary.state === "notConfigured" && summary.managed)
    return ["quiet", "etcd", `not visible on ${summary.managed.short}`];
  if (summary.state === "notConfigured") return ["unknown", "etcd", "not configured"];
  const answering = summary.rows.filter((r) => r.state === "answers").length;
  const denied = summary.rows.filter((r) => r.state === "accessDenied").length;
  if (denied > 0) return ["unknown", "etcd", `access denied by ${denied} of ${summary.rows.length}`];
  return [answering > 0 ? "ok" : "quiet", "etcd", `${answering} of ${summary.rows.length} answer`];
}

function members(summary: Assessment["etcd"]): [Sign, string, string] {
  if (summary.state !== "members" || summary.list.members.length === 0)
    return ["quiet", "members", "waiting for etcd"];
  return ["ok", "members", `${summary.list.members.length} listed`];
}

/** The headline pane: the worst thing that is true now, else the detail of the selected lease. Same place, same size. */
export const HEADLINE: SidePane<"headline", "leases"> = { id: "headline", of: "leases", render };

function render(view: PaneView, size: Size): Body {
  const banner = bannerOf(view);
  if (banner) return { lines: renderBanner(view, banner, size) };
  return {
    lines: view.assessment.headline.kind === "starting" ? connecting(view, size) : leaseDetails(view, size),
  };
}
