import type { Failure } from "../facts/failure.ts";
import type { KeyNumbers } from "./key.ts";

/**
 * What a value is, read as far as it can be.
 * - kubernetes: protobuf of the API server; the fields that are known of its kind
 * - text: JSON, YAML or any other text, as it is
 * - encrypted: by the API server's encryption at rest; `provider` is what the value itself names
 * - binary: none of these; `begin` is its first bytes in hexadecimal
 * - masked: it may hold a secret, and was not read
 */
export type KeyValue =
  | {
      readonly form: "kubernetes";
      readonly apiVersion: string;
      readonly kind: string;
      /** undefined: what follows the envelope could not be read */
      readonly object: KnownObject | undefined;
    }
  | { readonly form: "text"; readonly text: string }
  | { readonly form: "encrypted"; readonly provider: string }
  | { readonly form: "binary"; readonly begin: string }
  | { readonly form: "masked" };

/** The fields of a Kubernetes object that are known here, in the order of its own definition. */
export type KnownObject = Readonly<Record<string, unknown>>;

/** A key as one member has it. `value` is the index of its value among the different ones. */
export type OpenedMark =
  | { readonly state: "has"; readonly name: string; readonly numbers: KeyNumbers; readonly value: number }
  | { readonly state: "lacks"; readonly name: string }
  | { readonly state: "unknown"; readonly name: string; readonly failure: Failure };

/** A key that was opened on every member at one revision. Members that agree share one of the `values`. */
export interface OpenedKey {
  readonly key: Uint8Array;
  readonly revision: bigint;
  readonly members: readonly OpenedMark[];
  readonly values: readonly { readonly bytes: number; readonly value: KeyValue }[];
}

/** Whether a key is one of those whose values are not shown unless they are asked for: any path with `secrets` in it. */
export function mayHoldSecret(key: string): boolean {
  return /(^|\/)secrets(\/|$)/i.test(key);
}
