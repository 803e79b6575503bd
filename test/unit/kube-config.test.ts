import type { ClientFlags, Selection } from "../../src/transport/kube-http/select.ts";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { loadSelection } from "../../src/transport/kube-http/config.ts";
import { issueCertificates } from "./certificates.ts";
import { NO_FLAGS } from "./kube-servers.ts";
import { folderForFile } from "../folder-for-file.ts";

const folder = folderForFile("config");
const at = (name: string): string => join(folder, name);

const load = (flags: Partial<ClientFlags>, env: Record<string, string> = {}): Promise<Selection> =>
  loadSelection({ ...NO_FLAGS, ...flags }, { env: { HOME: folder, ...env }, platform: process.platform });

function config(name: string, user: object = {}, cluster: object = {}): string {
  return JSON.stringify({
    "current-context": name,
    clusters: [{ name, cluster: { server: `https://${name}:6443`, ...cluster } }],
    users: [{ name, user }],
    contexts: [{ name, context: { cluster: name, user: name } }],
  });
}

beforeAll(async () => {
  const { ca, client, other } = await issueCertificates();
  writeFileSync(at("a"), config("a"));
  writeFileSync(at("b"), config("b"));
  writeFileSync(at("tabs"), "clusters:\n- name: x\n\tcluster: {}\n");
  writeFileSync(at("text"), "hello");
  writeFileSync(at("escape"), "hello\u001b[31m");
  writeFileSync(at("ca.crt"), ca.certificate);
  writeFileSync(at("client.crt"), client.certificate);
  writeFileSync(at("client.key"), client.key);
  writeFileSync(at("other.key"), other.key);
  writeFileSync(at("nonsense"), "nonsense");
  const pair = { "client-certificate": "client.crt", "client-key": "client.key" };
  writeFileSync(at("good"), config("good", pair, { "certificate-authority": "ca.crt" }));
  writeFileSync(at("no-key"), config("x", { "client-certificate": "client.crt" }));
  writeFileSync(at("gone-key"), config("x", { ...pair, "client-key": "gone.key" }));
  writeFileSync(at("other-key"), config("x", { ...pair, "client-key": "other.key" }));
  writeFileSync(at("bad-ca"), config("x", {}, { "certificate-authority": "nonsense" }));
});

describe("where the kubeconfig is found", () => {
  test("--kubeconfig goes before KUBECONFIG", async () => {
    expect((await load({ kubeconfig: at("b") }, { KUBECONFIG: at("a") })).contextName).toBe("b");
  });

  test("the files of KUBECONFIG are merged, and missing ones skipped", async () => {
    const files = [at("missing"), "", at("a"), at("b"), at("a")].join(delimiter);
    expect((await load({}, { KUBECONFIG: files })).contextName).toBe("a");
    expect((await load({ context: "b" }, { KUBECONFIG: files })).server.host).toBe("b:6443");
  });

  test("a file with nothing in it, or with comments only, is a kubeconfig", async () => {
    writeFileSync(at("empty"), "");
    writeFileSync(at("comments"), "# nothing\n---\n");
    for (const empty of ["/dev/null", at("empty"), at("comments")]) {
      const files = [empty, at("a")].join(delimiter);
      expect((await load({}, { KUBECONFIG: files })).contextName).toBe("a");
      expect((await load({ kubeconfig: empty, server: "https://x:1" })).server.host).toBe("x:1");
    }
  });

  test("else it is ~/.kube/config", async () => {
    mkdirSync(at(".kube"));
    writeFileSync(at(".kube/config"), config("home"));
    expect((await load({})).contextName).toBe("home");
    rmSync(at(".kube"), { recursive: true });
  });

  test("with --server it may be missing", async () => {
    expect((await load({ server: "https://h:1" })).server.host).toBe("h:1");
  });
});

test("certificates are found beside the kubeconfig", async () => {
  const selection = await load({ kubeconfig: at("good") });
  expect(selection.cluster.caFile).toBe(at("ca.crt"));
  expect(selection.user.keyFile).toBe(at("client.key"));
});

describe("what cannot be used is said in one line", () => {
  test.each<[what: string, flags: Partial<ClientFlags>, message: RegExp]>([
    [
      "a missing file",
      { kubeconfig: "/no/such" },
      /^cannot read the kubeconfig \/no\/such: no such file; choose another with --kubeconfig or KUBECONFIG$/,
    ],
    ["a folder", { kubeconfig: folder }, /^cannot read the kubeconfig .*: is a directory; choose another/],
    ["no YAML", { kubeconfig: at("tabs") }, /^invalid kubeconfig .*tabs: not YAML in line 3: .+$/],
    ["what a terminal obeys", { kubeconfig: at("escape") }, /escape: not YAML in line 1: .*non-printable/],
    ["other YAML", { kubeconfig: at("text") }, /^invalid kubeconfig: .*text is not a mapping$/],
    [
      "nothing at all",
      {},
      /^no kubeconfig: .*\.kube\/config does not exist; set --kubeconfig or KUBECONFIG$/,
    ],
    [
      "a certificate without its key",
      { kubeconfig: at("no-key") },
      /^the kubeconfig's user has no client key; choose another with --user$/,
    ],
    [
      "a key that is gone",
      { kubeconfig: at("gone-key") },
      /^cannot read the client key .*gone\.key: no such file; choose another with --user$/,
    ],
    [
      "a key of another certificate",
      { kubeconfig: at("other-key") },
      /^cannot use the client certificate .*with the client key.*: certificate and key do not match; choose/,
    ],
    [
      "an authority that is none",
      { kubeconfig: at("bad-ca") },
      /^cannot use the certificate authority.*: not in PEM format; choose another with --certificate-authority$/,
    ],
    [
      "a missing --certificate-authority",
      { kubeconfig: at("a"), certificateAuthority: "/no" },
      /^cannot read the certificate authority \/no: no such file; choose another with --certificate-authority$/,
    ],
  ])("%s", async (_what, flags, message) => {
    const loading = load(flags);
    await expect(loading).rejects.toMatchObject({ exitCode: 1, name: "UserError" });
    const text: unknown = await loading.catch((error: unknown) => (error as Error).message);
    expect(text).toMatch(message);
    expect(text).not.toMatch(/[\n\u001b]/);
  });
});
