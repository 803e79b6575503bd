import type { Kubeconfig } from "../../../transport/kube-http/kubeconfig.ts";
import type { ListedMember } from "../../../core/facts/member.ts";
import type { Candidate } from "./wanted.ts";
import { cleanText } from "../../../text/clean.ts";
import { field } from "../../../text/fields.ts";
import { isSameHost, parseHolder } from "../../../core/facts/holder.ts";
import { findApiServers } from "../../../sources/kube/api-servers.ts";
import { readLease } from "../../../sources/kube/lease-record.ts";

/** Where kubeadm writes down at which address a member of etcd serves its clients. */
const ETCD_URLS = "kubeadm.kubernetes.io/etcd.advertise-client-urls";

/** The kubeconfig's contexts. */
export function contextNames({ contexts, currentContext }: Kubeconfig): readonly Candidate[] {
  return [...contexts].map(([value, { cluster, user }]) => ({
    value,
    about: `${value === currentContext ? "current, " : ""}cluster ${cluster}${user === "" ? "" : ` as ${user}`}`,
  }));
}

/** The kubeconfig's clusters. */
export function clusterNames({ clusters }: Kubeconfig): readonly Candidate[] {
  return [...clusters].map(([value, { server }]) => ({ value, about: server }));
}

/** The kubeconfig's users. */
export function userNames({ users }: Kubeconfig): readonly Candidate[] {
  return [...users.keys()].map((value) => ({ value, about: "" }));
}

/** The names of all objects of a list, of which nothing is certain. */
export function objectNames(list: unknown): readonly Candidate[] {
  return items(list).map((item) => ({ value: nameOf(item), about: "" }));
}

/** The leases of leaders, and who holds each. */
export function leaseNames(list: unknown): readonly Candidate[] {
  return leasesOf(list).map(({ name, holderIdentity }) => ({
    value: name,
    about: holderIdentity === "" ? "no holder" : `held by ${parseHolder(holderIdentity).host}`,
  }));
}

/** Nodes, and what each of them leads. */
export function nodeNames(nodes: unknown, leases: unknown): readonly Candidate[] {
  const held = leasesOf(leases).filter((lease) => lease.holderIdentity !== "");
  return items(nodes).map((node) => {
    const value = nameOf(node);
    const leads = held.filter(({ holderIdentity }) => isSameHost(parseHolder(holderIdentity).host, value));
    const names = leads.map(({ name }) => name);
    return { value, about: names.length === 0 ? "holds no lease" : `holds ${names.join(", ")}` };
  });
}

/** The addresses of API servers by their pods, and the node of each. */
export function apiServerUrls(pods: unknown): readonly Candidate[] {
  return findApiServers(items(pods)).map(({ server, host }) => ({ value: `https://${server}`, about: host }));
}

/** The addresses of etcd's members by their pods, and the node of each. */
export function etcdUrls(pods: unknown): readonly Candidate[] {
  return items(pods).flatMap((pod) => {
    const urls = field(field(field(pod, "metadata"), "annotations"), ETCD_URLS);
    const node = field(field(pod, "spec"), "nodeName");
    const [value = ""] = typeof urls === "string" ? urls.split(",") : [];
    return [{ value, about: typeof node === "string" ? node : "" }];
  });
}

/** The members of etcd that have started, and where each serves its clients. */
export function memberNames(members: readonly ListedMember[]): readonly Candidate[] {
  return members.map(({ name, clientUrls, isLearner }) => ({
    value: name,
    about: `${isLearner ? "learner, " : ""}${clientUrls.join(", ")}`,
  }));
}

/** For a list with commas: what stands there already, and each candidate that is not among it. */
export function inList(candidates: readonly Candidate[], typed: string): readonly Candidate[] {
  const there = typed.slice(0, typed.lastIndexOf(",") + 1);
  const given = there.split(",");
  return candidates
    .filter(({ value }) => !given.includes(value))
    .map(({ value, about }) => ({ value: `${there}${value}`, about }));
}

/**
 * What of the candidates begins as typed, each once, as the lines that shells read. A value with a character that cannot be
 * shown is left out: what TAB puts into a command line must be what is read there.
 */
export function candidateLines(candidates: readonly Candidate[], typed: string): readonly string[] {
  const fit = candidates.filter(
    ({ value }) => value.startsWith(typed) && value !== "" && cleanText(value, 1000) === value,
  );
  const byValue = new Map(fit.map(({ value, about }) => [value, cleanText(about, 100)]));
  return [...byValue].map(([value, about]) => (about === "" ? value : `${value}\t${about}`));
}

function leasesOf(list: unknown) {
  return items(list)
    .map(readLease)
    .filter((lease) => lease !== undefined)
    .filter(({ apiServerHost }) => apiServerHost === undefined);
}

function items(list: unknown): readonly unknown[] {
  const found = field(list, "items");
  return Array.isArray(found) ? found : [];
}

function nameOf(object: unknown): string {
  const name = field(field(object, "metadata"), "name");
  return typeof name === "string" ? name : "";
}
