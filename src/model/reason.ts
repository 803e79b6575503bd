import { field } from "./fields.ts";

/** What the system's own errors say of a file, in a person's words. */
const FILE_REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  ENOTDIR: "no such file",
  EACCES: "permission denied",
  EPERM: "permission denied",
  EISDIR: "it is a folder",
  EROFS: "read-only file system",
  ENOSPC: "no space left",
  ENAMETOOLONG: "its name is too long",
};

/** What OpenSSL says of certificates and keys that it cannot use. */
const PEM_REASONS: readonly (readonly [RegExp, string])[] = [
  [/no start line|PEM_read_bio|DECODER|unsupported|bad base64|bad end line/i, "it is no PEM"],
  [/key values mismatch/i, "certificate and key do not belong together"],
  [/no certificate assigned/i, "there is no certificate"],
];

/** Why a file could not be read or a certificate not be used, in a few words. */
export function reasonOf(error: unknown): string {
  const { code, message } = thrownText(error);
  const pem = PEM_REASONS.find(([pattern]) => pattern.test(message));
  return FILE_REASONS[code] ?? pem?.[1] ?? message;
}

/** Code (of the system, of OpenSSL; else "") and message of whatever was thrown. */
export function thrownText(error: unknown): { readonly code: string; readonly message: string } {
  const code = field(error, "code");
  const message = field(error, "message");
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : String(error),
  };
}
