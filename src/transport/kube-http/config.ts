import type { Kubeconfig, Machine } from "./kubeconfig.ts";
import { EMPTY, mergeKubeconfigs, readKubeconfig, homeKubeconfigs, listedKubeconfigs } from "./kubeconfig.ts";
import type { ClientFlags, Selection } from "./select.ts";
import { selectCluster } from "./select.ts";
import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { promisify } from "node:util";
import { CORE_SCHEMA, loadAll } from "js-yaml";
import { cleanText } from "../../text/clean.ts";
import { UserError, reasonOf, thrownText } from "../../core/facts/failure.ts";

/** Not from node:fs/promises, which takes longer to load than the files to read. */
const read = promisify(readFile);

/** Where a pod finds what it needs to speak with the API server. */
const SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/**
 * Which API server to ask and as whom, found as kubectl finds it: `--kubeconfig`, the files of KUBECONFIG merged,
 * `~/.kube/config`, the service account of the pod it runs in; then the flags. Every file that is named is read once,
 * so that what is wrong with it is said before anything is asked. Throws UserError.
 */
export async function loadSelection(flags: ClientFlags, machine: Machine): Promise<Selection> {
  const { config, source } = await loadKubeconfig(flags, machine);
  const selection = selectCluster(config, flags, source, machine.env);
  await checkFiles(selection);
  return selection;
}

/** A kubeconfig, and where it came from in words. */
export interface Loaded {
  readonly config: Kubeconfig;
  readonly source: string;
}

/** Throws UserError. */
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
  throw new UserError(`no kubeconfig: ${source} does not exist; set --kubeconfig or KUBECONFIG`);
}

/** Undefined: there is no such file. */
async function readKubeconfigFile(file: string): Promise<Kubeconfig | undefined> {
  const path = resolve(file);
  let text: string;
  try {
    text = await read(path, "utf8");
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
  const exists = await read(tokenFile).then(
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
  const ca = await readPart(
    "certificate authority",
    "--certificate-authority",
    cluster.caFile,
    cluster.caData,
  );
  const cert = await readPart("client certificate", "--user", user.certFile, user.certData);
  const key = await readPart("client key", "--user", user.keyFile, user.keyData);
  await readPart("token", "--token", user.tokenFile, undefined);
  if ((cert === undefined) !== (key === undefined)) {
    const missing = key === undefined ? "client key" : "client certificate";
    throw new UserError(`the kubeconfig's user has no ${missing}; choose another with --user`);
  }
  checkPem("certificate authority", "--certificate-authority", () => ca && new X509Certificate(ca));
  // With no authority named Node would read its own 140, which takes longer than all else here.
  checkPem(
    "client certificate or key",
    "--user",
    () => cert && key && createSecureContext({ cert, key, ca: [] }),
  );
}

async function readPart(
  what: string,
  flag: string,
  file: string | undefined,
  data: string | undefined,
): Promise<Buffer | undefined> {
  if (file === undefined) return data === undefined ? undefined : Buffer.from(data, "base64");
  try {
    return await read(file);
  } catch (error) {
    const message = `cannot read the ${what} ${file}: ${reasonOf(error)}; choose another with ${flag}`;
    throw new UserError(cleanText(message), 1, { cause: error });
  }
}

function checkPem(what: string, flag: string, use: () => unknown): void {
  try {
    use();
  } catch (error) {
    const message = `cannot use the ${what}: ${reasonOf(error)}; choose another with ${flag}`;
    throw new UserError(cleanText(message), 1, { cause: error });
  }
}
