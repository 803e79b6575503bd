import { RequestError } from "../../core/facts/failure.ts";
import { field } from "../../text/fields.ts";

/** The user and password for an etcd with authentication (`etcdctl auth enable`). */
export interface EtcdUser {
  readonly name: string;
  readonly password: string;
}

/** Asks a member for a token (`Auth.Authenticate`); throws RequestError. */
export type Authenticate = (user: EtcdUser) => Promise<unknown>;

/**
 * The token of one member, asked for when the first call needs it and again when it is no longer taken. Etcd asks its
 * majority for it: without a quorum nobody can sign in, and a client certificate, whose common name is the user, can.
 */
export class SignIn {
  readonly #user: EtcdUser;
  readonly #authenticate: Authenticate;
  #asking: Promise<string | undefined> | undefined;

  constructor(user: EtcdUser, authenticate: Authenticate) {
    this.#user = user;
    this.#authenticate = authenticate;
  }

  /** Undefined: this etcd wants none. Throws RequestError. */
  token(): Promise<string | undefined> {
    this.#asking ??= this.#ask().catch((error: unknown) => {
      this.#asking = undefined;
      throw error;
    });
    return this.#asking;
  }

  /** The token is taken no longer: the next call asks for another one. */
  forget(): void {
    this.#asking = undefined;
  }

  async #ask(): Promise<string | undefined> {
    try {
      const token = field(await this.#authenticate(this.#user), "token");
      return typeof token === "string" ? token : undefined;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (error.failure.text.includes("authentication is not enabled")) return undefined;
      const { code, text } = error.failure;
      const why =
        code === "timeout"
          ? `${text} (authentication requires a quorum, and etcd takes a while to check the password)`
          : text;
      throw new RequestError({ code, text: why }, { cause: error });
    }
  }
}
