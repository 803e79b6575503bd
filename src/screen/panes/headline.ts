import type { Assessment, Freshness } from "../../core/assessment.ts";
import type { Line } from "../screen.ts";
import type { Sign } from "../text/glyphs.ts";
import { sign } from "../text/glyphs.ts";
import type { Size, View, Body } from "../view.ts";
import { duration } from "../../output/format.ts";
import { fit, DIM, PLAIN, blank, span } from "../text/lines.ts";
import { paneHead } from "./pane-head.ts";
import { leaseDetails } from "./lease-details.ts";
import { renderBanner } from "../banner/render.ts";
import { bannerOf } from "../banner/trouble-banners.ts";

/** The stage in the first second: what is waited for, and the first answers. */
function firstLook(view: View, { width }: Size): readonly Line[] {
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
  return [paneHead(glyphs, width, { title: "First look", focused: false }), ...lines];
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
    ? ["ok", "leases", "here"]
    : ["unknown", "leases", freshness.failure.text];
}

function etcd(picture: Assessment["etcd"]): [Sign, string, string] {
  if (picture.state === "asking") return ["quiet", "etcd", "looking for a way in"];
  if (picture.state === "no-way" && picture.managed)
    return ["quiet", "etcd", `not visible on ${picture.managed.short}`];
  if (picture.state === "no-way") return ["unknown", "etcd", "no way in"];
  const answering = picture.rows.filter((r) => r.state === "answers").length;
  const refusing = picture.rows.filter((r) => r.state === "refuses").length;
  if (refusing > 0) return ["unknown", "etcd", `${refusing} of ${picture.rows.length} refuse us`];
  return [answering > 0 ? "ok" : "quiet", "etcd", `${answering} of ${picture.rows.length} answer`];
}

function members(picture: Assessment["etcd"]): [Sign, string, string] {
  if (picture.state !== "members" || picture.list.members.length === 0)
    return ["quiet", "members", "after etcd"];
  return ["ok", "members", `${picture.list.members.length} listed`];
}

/** The stage: the worst thing that is true now, or in calm times the detail of the selected lease. Same place, same size. */
export function headlinePane(view: View, size: Size): Body {
  const banner = bannerOf(view);
  if (banner) return { lines: renderBanner(view, banner, size) };
  return {
    lines: view.assessment.headline.kind === "starting" ? firstLook(view, size) : leaseDetails(view, size),
  };
}
