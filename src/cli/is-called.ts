import { parseEndpoint } from "../etcd/endpoints.ts";

/** What a member of etcd may be called by: what it is named in the list, where it is asked, and its ID. */
export interface MemberNames {
  readonly name: string;
  readonly endpoints: readonly (string | undefined)[];
  readonly memberId: string | undefined;
}

/**
 * Whether a word that a person gave is this member: its name, its ID as etcdctl prints it, or its endpoint, also as it stands
 * in ETCDCTL_ENDPOINTS (`https://HOST:PORT`).
 */
export function matchesMember({ name, endpoints, memberId }: MemberNames, word: string): boolean {
  return word === name || word === memberId || endpoints.includes(parseEndpoint(word, true)?.endpoint ?? "");
}
