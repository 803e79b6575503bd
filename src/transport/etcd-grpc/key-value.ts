import type { Descriptor } from "./protobuf.ts";
import { codecOf, messagesOf } from "./protobuf.ts";
import type { KeyValue, KnownObject } from "../../core/keys/value.ts";
import { mayHoldSecret } from "../../core/keys/value.ts";
import { cleanLine, cleanText } from "../../text/clean.ts";
import { field } from "../../text/fields.ts";

const protoField = (type: string, id: number) => ({ type, id }) as const;
const repeated = (type: string, id: number) => ({ rule: "repeated", type, id }) as const;
const map = (type: string, id: number) => ({ keyType: "string", type, id }) as const;

const OBJECT_META = {
  name: protoField("string", 1),
  generateName: protoField("string", 2),
  namespace: protoField("string", 3),
  uid: protoField("string", 5),
  generation: protoField("int64", 7),
  creationTimestamp: protoField("Time", 8),
  deletionTimestamp: protoField("Time", 9),
  labels: map("string", 11),
  annotations: map("string", 12),
  ownerReferences: repeated("OwnerReference", 13),
  finalizers: repeated("string", 14),
};

const LEASE_SPEC = {
  holderIdentity: protoField("string", 1),
  leaseDurationSeconds: protoField("int32", 2),
  acquireTime: protoField("Time", 3),
  renewTime: protoField("Time", 4),
  leaseTransitions: protoField("int32", 5),
};

const metadata = protoField("ObjectMeta", 1);

/**
 * The part of Kubernetes' own protobuf that is read, as protobufjs takes it: the envelope of apimachinery's
 * `runtime.Unknown`, the metadata that every object begins with, and the kinds of which more is known. Names and numbers
 * are those of the generated.proto files of k8s.io/apimachinery and k8s.io/api, which never change a number.
 */
export const KUBERNETES_DESCRIPTOR: Descriptor = {
  nested: {
    k8s: {
      nested: {
        TypeMeta: { fields: { apiVersion: protoField("string", 1), kind: protoField("string", 2) } },
        Unknown: { fields: { typeMeta: protoField("TypeMeta", 1), raw: protoField("bytes", 2) } },
        Time: { fields: { seconds: protoField("int64", 1), nanos: protoField("int32", 2) } },
        OwnerReference: {
          fields: {
            apiVersion: protoField("string", 5),
            kind: protoField("string", 1),
            name: protoField("string", 3),
          },
        },
        ObjectMeta: { fields: OBJECT_META },
        Object: { fields: { metadata } },
        ConfigMap: { fields: { metadata, data: map("string", 2) } },
        Secret: { fields: { metadata, type: protoField("string", 3), data: map("bytes", 2) } },
        LeaseSpec: { fields: LEASE_SPEC },
        Lease: { fields: { metadata, spec: protoField("LeaseSpec", 2) } },
      },
    },
  },
};

/** What the API server writes before protobuf, and before what it has encrypted. */
const PROTOBUF = Buffer.from("k8s\0");
const ENCRYPTED = "k8s:enc:";
/** Bytes that are shown of what cannot be read. */
const BEGIN = 32;
/** Kinds of which more than the metadata is known. */
const KINDS: readonly string[] = ["ConfigMap", "Secret", "Lease"];

const MESSAGES = messagesOf(KUBERNETES_DESCRIPTOR);
const HOW = { longs: String, bytes: String, defaults: false };

/** Reads a value as far as it can be. Unless `showSecrets`, one that may hold a secret is not read at all. */
export function readValue(key: Uint8Array, value: Uint8Array, showSecrets: boolean): KeyValue {
  const bytes = Buffer.from(value);
  if (bytes.subarray(0, ENCRYPTED.length).toString("latin1") === ENCRYPTED) return encrypted(bytes);
  if (!showSecrets && (mayHoldSecret(Buffer.from(key).toString()) || holdsSecret(bytes)))
    return { form: "masked" };
  if (bytes.subarray(0, PROTOBUF.length).equals(PROTOBUF))
    return kubernetes(bytes.subarray(PROTOBUF.length), showSecrets) ?? binary(bytes);
  const text = textOf(bytes);
  if (text === undefined) return binary(bytes);
  return !showSecrets && /"kind"\s*:\s*"Secret"|^kind:\s*Secret\s*$/m.test(text)
    ? { form: "masked" }
    : { form: "text", text };
}

/** A private key in PEM, or a token as JSON Web Signature writes it: two JSON objects and a signature, each in base64url. */
const SECRET = /-----BEGIN [A-Z ]*PRIVATE KEY-----|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]*/;

/** Whether a value holds what is a secret wherever it stands: Kubernetes' protobuf has texts as they are. */
function holdsSecret(value: Buffer): boolean {
  return SECRET.test(value.toString("latin1"));
}

/** `k8s:enc:aescbc:v1:key1:…`: the provider, its version and the key's name are written in the clear. */
function encrypted(bytes: Buffer): KeyValue {
  const [provider = "", version = "", name = ""] = bytes
    .subarray(ENCRYPTED.length, 200)
    .toString("latin1")
    .split(":");
  return { form: "encrypted", provider: cleanText(`${provider} ${version} ${name}`, 100) };
}

function kubernetes(bytes: Buffer, showSecrets: boolean): KeyValue | undefined {
  const envelope = decode("Unknown", bytes);
  const type = field(envelope, "typeMeta");
  const kind = text(field(type, "kind"));
  const raw = field(envelope, "raw");
  if (kind === "" || typeof raw !== "string") return undefined;
  if (kind === "Secret" && !showSecrets) return { form: "masked" };
  const object = decode(KINDS.includes(kind) ? kind : "Object", Buffer.from(raw, "base64"));
  return {
    form: "kubernetes",
    apiVersion: text(field(type, "apiVersion")),
    kind,
    object: typeof object === "object" && object !== null ? cleaned(object) : undefined,
  };
}

function decode(name: string, bytes: Buffer): unknown {
  const { decode: read } = codecOf(MESSAGES.lookupType(`k8s.${name}`), HOW);
  try {
    return read(bytes);
  } catch {
    // It is of another form than its kind says: what is known is the envelope.
    return undefined;
  }
}

/** Texts made fit to be shown, times as RFC 3339. */
function cleaned(value: object): KnownObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [cleanText(name), cleanedValue(inner)]),
  );
}

function cleanedValue(value: unknown): unknown {
  if (typeof value === "string") return value.split(/\r?\n/).map(cleanLine).join("\n");
  if (Array.isArray(value)) return value.map(cleanedValue);
  if (typeof value !== "object" || value === null) return value;
  return timeOf(value) ?? cleaned(value);
}

function timeOf(value: object): string | undefined {
  const seconds = field(value, "seconds");
  if (typeof seconds !== "string" || !/^\d{1,12}$/.test(seconds)) return undefined;
  const nanos = field(value, "nanos");
  const fraction =
    typeof nanos === "number" && nanos > 0 ? `.${String(nanos).padStart(9, "0").slice(0, 6)}` : "";
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", `${fraction}Z`);
}

function text(value: unknown): string {
  return typeof value === "string" ? cleanText(value) : "";
}

/** The text that bytes are; undefined: they are none, or hold what no text does. */
function textOf(bytes: Buffer): string | undefined {
  try {
    const decoded = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return /[\0-\x08\x0e-\x1a]/.test(decoded) ? undefined : decoded;
  } catch {
    // No UTF-8.
    return undefined;
  }
}

function binary(bytes: Buffer): KeyValue {
  return { form: "binary", begin: bytes.subarray(0, BEGIN).toString("hex") };
}
