import about from "../../package.json" with { type: "json" };

/** Written in when the program is bundled; run from its source they do not exist. */
declare const KUBECTL_HA_COMMIT: string | undefined;
declare const KUBECTL_HA_VERSION: string | undefined;

/** The version of this program, as a tag has it. */
export const VERSION = typeof KUBECTL_HA_VERSION === "string" ? KUBECTL_HA_VERSION : `v${about.version}`;

/** The commit that it was built from, or "unknown". */
export const COMMIT = typeof KUBECTL_HA_COMMIT === "string" ? KUBECTL_HA_COMMIT : "unknown";
