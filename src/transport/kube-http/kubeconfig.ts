import { cleanText } from "../../text/clean.ts";
import { UserError } from "../../core/facts/failure.ts";
import { posix, win32 } from "node:path";

/** `clusters[].cluster` of a kubeconfig; paths are absolute. `data` is base64 of PEM and wins over the file. */
export interface Cluster {
  readonly server: string;
  readonly caFile: string | undefined;
  readonly caData: string | undefined;
  readonly skipTlsVerify: boolean;
  readonly tlsServerName: string | undefined;
  readonly proxyUrl: string | undefined;
}

/** `users[].user` of a kubeconfig. `exec` and `authProvider` are handed to client-node as they stand. */
export interface User {
  readonly certFile: string | undefined;
  readonly certData: string | undefined;
  readonly keyFile: string | undefined;
  readonly keyData: string | undefined;
  readonly token: string | undefined;
  readonly tokenFile: string | undefined;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly exec: Fields | undefined;
  readonly authProvider: Fields | undefined;
  readonly impersonate: Impersonation;
}

/** The impersonated user: `as`, `as-uid`, `as-groups`, `as-user-extra`. */
interface Impersonation {
  readonly user: string | undefined;
  readonly uid: string | undefined;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

/** `contexts[].context` of a kubeconfig. */
export interface Context {
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string | undefined;
}

/** One kubeconfig, or several merged. */
export interface Kubeconfig {
  readonly currentContext: string | undefined;
  readonly clusters: ReadonlyMap<string, Cluster>;
  readonly users: ReadonlyMap<string, User>;
  readonly contexts: ReadonlyMap<string, Context>;
}

/** An object of unknown make, from YAML. */
export type Fields = Readonly<Record<string, unknown>>;

/** How a path inside a kubeconfig becomes absolute: relative to the folder of its file. */
type Resolve = (path: string) => string;

export const EMPTY: Kubeconfig = {
  currentContext: undefined,
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
};

/** Merges as client-go does (tools/clientcmd, loader.go): the first file that sets a value or names an entry wins. */
export function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  return {
    currentContext: files.find((file) => file.currentContext !== undefined)?.currentContext,
    clusters: firstWins(files.map((file) => file.clusters)),
    users: firstWins(files.map((file) => file.users)),
    contexts: firstWins(files.map((file) => file.contexts)),
  };
}

function firstWins<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  const merged = new Map<string, T>();
  for (const [name, entry] of maps.flatMap((map) => [...map])) if (!merged.has(name)) merged.set(name, entry);
  return merged;
}

/** Reads a parsed kubeconfig document. `file` is for messages. Throws UserError where it cannot be one. */
export function readKubeconfig(document: unknown, file: string, resolve: Resolve): Kubeconfig {
  if (document === null || document === undefined) return EMPTY;
  const top = new Node(document, file);
  return {
    currentContext: top.text("current-context"),
    clusters: top.entries("clusters", "cluster", (node) => readCluster(node, resolve)),
    users: top.entries("users", "user", (node) => readUser(node, resolve)),
    contexts: top.entries("contexts", "context", readContext),
  };
}

function readCluster(node: Node, resolve: Resolve): Cluster {
  const caData = node.text("certificate-authority-data");
  return {
    server: node.text("server") ?? "",
    caFile: caData === undefined ? node.path("certificate-authority", resolve) : undefined,
    caData,
    skipTlsVerify: node.fields["insecure-skip-tls-verify"] === true,
    tlsServerName: node.text("tls-server-name"),
    proxyUrl: node.text("proxy-url"),
  };
}

function readUser(node: Node, resolve: Resolve): User {
  const certData = node.text("client-certificate-data");
  const keyData = node.text("client-key-data");
  const tokenFile = node.path("tokenFile", resolve);
  const exec = node.child("exec");
  return {
    certFile: certData === undefined ? node.path("client-certificate", resolve) : undefined,
    certData,
    keyFile: keyData === undefined ? node.path("client-key", resolve) : undefined,
    keyData,
    token: tokenFile === undefined ? node.text("token") : undefined,
    tokenFile,
    username: node.text("username"),
    password: node.text("password"),
    exec: exec === undefined ? undefined : readExec(exec, resolve),
    authProvider: node.child("auth-provider")?.fields,
    impersonate: {
      user: node.text("as"),
      uid: node.text("as-uid"),
      groups: node.texts("as-groups"),
      extra: readExtra(node.child("as-user-extra")),
    },
  };
}

/** A command with a folder in it is relative to the kubeconfig; a bare one is looked up in PATH. */
function readExec(exec: Node, resolve: Resolve): Fields {
  const command = exec.text("command");
  if (command === undefined) throw exec.problem("has no command");
  return { ...exec.fields, command: /[\\/]/.test(command) ? resolve(command) : command };
}

function readExtra(node: Node | undefined): Impersonation["extra"] {
  if (node === undefined) return {};
  return Object.fromEntries(Object.keys(node.fields).map((key) => [key, node.texts(key)]));
}

function readContext(node: Node): Context {
  return {
    cluster: node.text("cluster") ?? "",
    user: node.text("user") ?? "",
    namespace: node.text("namespace"),
  };
}

/** A mapping inside a kubeconfig, and where it stands, for messages. */
class Node {
  readonly fields: Fields;
  readonly where: string;

  constructor(value: unknown, where: string) {
    this.where = where;
    if (!isFields(value)) throw this.problem("is not a mapping");
    this.fields = value;
  }

  problem(what: string): UserError {
    return new UserError(cleanText(`invalid kubeconfig: ${this.where} ${what}`));
  }

  /** Empty counts as not given, as in client-go. */
  text(key: string): string | undefined {
    const value = this.fields[key];
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value !== "string") throw this.problem(`has a ${key} that is not a string`);
    return value;
  }

  texts(key: string): readonly string[] {
    const value = this.fields[key] ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
      throw this.problem(`has ${key} that is not a list of strings`);
    return value;
  }

  path(key: string, resolve: Resolve): string | undefined {
    const value = this.text(key);
    return value === undefined ? undefined : resolve(value);
  }

  child(key: string): Node | undefined {
    const value = this.fields[key];
    return value === undefined || value === null ? undefined : new Node(value, `${this.where} ${key}`);
  }

  /** `[{name, [kind]: {...}}]` by name; the first of a name wins. */
  entries<T>(key: string, kind: string, read: (node: Node) => T): ReadonlyMap<string, T> {
    const list = this.fields[key] ?? [];
    if (!Array.isArray(list)) throw this.problem(`has ${key} that is not a list`);
    const found = new Map<string, T>();
    for (const item of list) {
      const entry = new Node(item, `${this.where} ${key}`);
      const name = entry.text("name");
      if (name === undefined) throw entry.problem("has an entry without a name");
      const body = new Node(entry.fields[kind] ?? {}, `${this.where} ${kind} "${name}"`);
      if (!found.has(name)) found.set(name, read(body));
    }
    return found;
  }
}

/** Whether it is an object with fields, of which nothing else is known. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What of a process decides where its kubeconfig is. `platform` as Node has it: `linux`, `darwin`, `win32`. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
}

/** The files that KUBECONFIG lists, each once, in its order; they are separated by `;` on Windows, by `:` elsewhere. */
export function listedKubeconfigs({ env, platform }: Machine): readonly string[] {
  const files = (env["KUBECONFIG"] ?? "").split(pathOf(platform).delimiter);
  return [...new Set(files.filter((file) => file !== ""))];
}

/**
 * Where the kubeconfig is if KUBECONFIG does not say: the first of these that exists. On Windows several variables may
 * name the home folder. Source: k8s.io/client-go util/homedir, `HomeDir`. `home`: what the system says, if no variable does.
 */
export function homeKubeconfigs({ env, platform }: Machine, home: string): readonly string[] {
  const { HOMEDRIVE: drive = "", HOMEPATH: folder = "" } = env;
  const onWindows = [drive === "" || folder === "" ? "" : `${drive}${folder}`, env["USERPROFILE"]];
  const homes = [env["HOME"], ...(platform === "win32" ? onWindows : [])].filter(isSet);
  const path = pathOf(platform);
  return [...new Set(homes.length > 0 ? homes : [home])].map((one) => path.join(one, ".kube", "config"));
}

function pathOf(platform: string): typeof posix {
  return platform === "win32" ? win32 : posix;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
