import type { Kubeconfig, Machine } from "./kubeconfig.ts";
import { EMPTY, mergeKubeconfigs, readKubeconfig, homeKubeconfigs, listedKubeconfigs } from "./kubeconfig.ts";
import type { ClientFlags, Selection } from "./select.ts";
import { selectCluster } from "./select.ts";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { CORE_SCHEMA, loadAll } from "js-yaml";
import { cleanText } from "../../text/clean.ts";
import type { Pem } from "../pem.ts";
import { checkAuthority, checkPair, readFileOf, readPem } from "../pem.ts";
import { UserError, reasonOf, thrownText } from "../../core/facts/failure.ts";

/** Where a pod finds what it needs to speak with the API server. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * The API server and the user, found as kubectl finds them: `--kubeconfig`, the files of KUBECONFIG merged,
 * `~/.kube/config`, the service account of the pod it runs in; then the flags. Every file that is named is read once,
 * so that what is wrong with it is said before anything is asked. Throws UserError.
 */
export async function loadSelection(flags: ClientFlags, machine: Machine): Promise<Selection> {
  const { config, source } = await loadKubeconfig(flags, machine);
  const selection = selectCluster(config, flags, source, machine.env);
  await checkFiles(selection);
  return selection;
}

/** Nothing names an API server: neither flags nor files nor a pod's service account. */
export class NoKubeconfig extends UserError {}

/** A kubeconfig, and where it came from in words. */
export interface Loaded {
  readonly config: Kubeconfig;
  readonly source: string;
}

/** Throws UserError; NoKubeconfig where there is none. */
export async function loadKubeconfig(
  flags: Pick<ClientFlags, "kubeconfig" | "server">,
  machine: Machine,
): Promise<Loaded> {
  if (flags.kubeconfig !== undefined) {
    const config = await readKubeconfigFile(flags.kubeconfig);
    if (config === undefined) throw unreadable(flags.kubeconfig, "no such file");
    return { config, source: cleanText(flags.kubeconfig) };
  }
  const listed = listedKubeconfigs(machine);
  const files = listed.length > 0 ? listed : homeKubeconfigs(machine, homedir());
  const read = (await Promise.all(files.map(readKubeconfigFile))).filter((file) => file !== undefined);
  // Several are merged if they were listed; of several homes the first counts.
  const found = listed.length > 0 ? read : read.slice(0, 1);
  const source = cleanText(files.join(", "));
  if (found.length > 0) return { config: mergeKubeconfigs(found), source };
  const inCluster = await loadInCluster(machine.env);
  if (inCluster !== undefined) return { config: inCluster, source: "the pod's service account" };
  if (flags.server !== undefined) return { config: EMPTY, source };
  throw new NoKubeconfig(`no kubeconfig: ${source} does not exist; set --kubeconfig or KUBECONFIG`);
}

/** Undefined: there is no such file. */
async function readKubeconfigFile(file: string): Promise<Kubeconfig | undefined> {
  const path = resolve(file);
  let text: string;
  try {
    text = await readFileOf(path, "utf8");
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === "no such file") return undefined;
    throw unreadable(file, reason, error);
  }
  const folder = dirname(path);
  return readKubeconfig(parseYaml(text, file), file, (inside) =>
    isAbsolute(inside) ? inside : join(folder, inside),
  );
}

function parseYaml(text: string, file: string): unknown {
  try {
    // There may be no document at all: `load` takes an empty file for a mistake, kubectl for a kubeconfig without anything.
    const [document] = loadAll(text, { schema: CORE_SCHEMA });
    return document ?? null;
  } catch (error) {
    const { message } = thrownText(error);
    const [, what = message, line] = /^(.*?) \((\d+):\d+\)/.exec(message) ?? [];
    const where = line === undefined ? "" : ` in line ${line}`;
    throw new UserError(cleanText(`invalid kubeconfig ${file}: not YAML${where}: ${what}`), 1, {
      cause: error,
    });
  }
}

function unreadable(file: string, reason: string, cause?: unknown): UserError {
  const message = `cannot read the kubeconfig ${file}: ${reason}; choose another with --kubeconfig or KUBECONFIG`;
  return new UserError(cleanText(message), 1, { cause });
}

async function loadInCluster(env: Machine["env"]): Promise<Kubeconfig | undefined> {
  const host = env["KUBERNETES_SERVICE_HOST"];
  const port = env["KUBERNETES_SERVICE_PORT"];
  const tokenFile = join(SERVICE_ACCOUNT, "token");
  if (host === undefined || port === undefined) return undefined;
  const exists = await readFileOf(tokenFile).then(
    () => true,
    () => false,
  );
  if (!exists) return undefined;
  const document = {
    "current-context": "in-cluster",
    contexts: [{ name: "in-cluster", context: { cluster: "in-cluster", user: "service-account" } }],
    clusters: [
      {
        name: "in-cluster",
        cluster: {
          server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
          "certificate-authority": join(SERVICE_ACCOUNT, "ca.crt"),
        },
      },
    ],
    users: [{ name: "service-account", user: { tokenFile } }],
  };
  return readKubeconfig(document, "the pod's service account", (path) => path);
}

/** Reads every file that the selection names, and sees whether certificates and keys are such. */
async function checkFiles({ cluster, user }: Selection): Promise<void> {
  const ca = await partOf("certificate authority", "--certificate-authority", cluster.caFile, cluster.caData);
  const cert = await partOf("client certificate", "--user", user.certFile, user.certData);
  const key = await partOf("client key", "--user", user.keyFile, user.keyData);
  await partOf("token", "--token", user.tokenFile, undefined);
  if ((cert === undefined) !== (key === undefined)) {
    const missing = key === undefined ? "client key" : "client certificate";
    throw new UserError(`the kubeconfig's user has no ${missing}; choose another with --user`);
  }
  checkAuthority(ca);
  checkPair(cert, key);
}

async function partOf(
  what: string,
  flag: string,
  file: string | undefined,
  data: string | undefined,
): Promise<Pem | undefined> {
  const advice = `choose another with ${flag}`;
  if (file !== undefined) return readPem(file, `the ${what} ${file}`, advice);
  return data === undefined ? undefined : { what: `the ${what}`, advice, bytes: Buffer.from(data, "base64") };
}
