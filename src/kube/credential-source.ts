import type { OutgoingHttpHeaders } from "node:http";
import type { RequestOptions } from "node:https";

/** What a request needs so that server and client know each other. Header values may be lists. */
export interface Credentials {
  readonly tls: TlsParts;
  readonly headers: OutgoingHttpHeaders;
  /** The server did not accept them (401): what a plugin gave is asked for anew before the next request. */
  refused(): void;
}

/** For `tls.connect`. */
export type TlsParts = Pick<RequestOptions, "ca" | "cert" | "key" | "rejectUnauthorized" | "servername">;

/** Asked before each request: files are read anew, tokens renewed. Throws Failed; takes as long as a plugin takes. */
export type CredentialSource = () => Promise<Credentials>;
