import type { IConversionOptions, INamespace, Root, Type } from "protobufjs/light.js";
import protobuf from "protobufjs/light.js";
import Long from "long";

// Without it 64-bit numbers would be rounded. protobufjs looks for it by a way that a bundle does not have.
protobuf.util.Long = Long;
protobuf.configure();

/** Messages as protobufjs describes them in JSON. */
export type Descriptor = INamespace;

/** Writes and reads one kind of message. */
interface Codec {
  readonly encode: (value: object) => Buffer;
  /** Throws on any other message. */
  readonly decode: (bytes: Uint8Array) => object;
}

/** The messages of a description. (@grpc/proto-loader would describe them once more, which takes a quarter of a start.) */
export function messagesOf(descriptor: Descriptor): Root {
  return protobuf.Root.fromJSON(descriptor);
}

/** `how`: what 64-bit numbers, bytes and fields that are absent become. */
export function codecOf(type: Type, how: IConversionOptions): Codec {
  return {
    encode: (value) => Buffer.from(type.encode(type.fromObject(value)).finish()),
    decode: (bytes) => type.toObject(type.decode(bytes), how),
  };
}
