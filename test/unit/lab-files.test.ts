import { X509Certificate } from "node:crypto";
import { parse, parseAllDocuments } from "yaml";
import { commandLine, leaseTiming } from "../../scripts/lab/files/command-line.ts";
import { kubeconfig } from "../../scripts/lab/files/kubeconfig.ts";
import { kwokConfig } from "../../scripts/lab/files/kwok-config.ts";
import { createAuthority, issue } from "../../scripts/lab/files/pki.ts";
import { manifest, mirrorPod, staticPod } from "../../scripts/lab/files/static-pod.ts";
import { labNodes } from "../../scripts/lab/topology.ts";
import type { LabNode, LabSpec } from "../../scripts/lab/topology.ts";

const spec: LabSpec = {
  name: "t",
  net: "loopback",
  prefix: "127.64.1",
  nodes: 3,
  leaseDuration: undefined,
  etcdServers: "local",
  coordinatedElection: false,
  userNamespace: false,
  bin: "/bin",
  dir: "/labs/t",
};

function nodeTwo(lab = spec): LabNode {
  const node = labNodes(lab)[1];
  if (node === undefined) throw new Error("there is no second node");
  return node;
}

describe("command lines", () => {
  test("a stacked API server knows its own member only, the variant all of them", () => {
    expect(commandLine("apiserver", spec, nodeTwo())).toContain("--etcd-servers=https://127.64.1.2:2379");
    expect(commandLine("apiserver", { ...spec, etcdServers: "all" }, nodeTwo())).toContain(
      "--etcd-servers=https://127.64.1.1:2379,https://127.64.1.2:2379,https://127.64.1.3:2379",
    );
  });

  test("etcd names all members and serves on its node's address", () => {
    const argv = commandLine("etcd", spec, nodeTwo());
    expect(argv).toContain(
      "--initial-cluster=cp-1=https://127.64.1.1:2380,cp-2=https://127.64.1.2:2380,cp-3=https://127.64.1.3:2380",
    );
    expect(argv).toContain("--listen-client-urls=https://127.64.1.2:2379");
    expect(argv).toContain("--client-cert-auth=true");
    expect(argv).toContain("--peer-client-cert-auth=true");
  });

  test("nodes with networks of their own have kubeadm's own listeners", () => {
    const veth: LabSpec = { ...spec, net: "veth", prefix: "10.77.0" };
    const etcd = commandLine("etcd", veth, nodeTwo(veth));
    expect(etcd).toContain("--listen-client-urls=https://127.0.0.1:2379,https://10.77.0.2:2379");
    expect(etcd).toContain("--listen-metrics-urls=http://127.0.0.1:2381,http://10.77.0.2:2381");
    expect(etcd).toContain("--listen-peer-urls=https://10.77.0.2:2380");
    const apiserver = commandLine("apiserver", veth, nodeTwo(veth));
    expect(apiserver).toContain("--etcd-servers=https://127.0.0.1:2379");
    expect(apiserver.join(" ")).not.toMatch(/--bind-address|--endpoint-reconciler-type/);
    for (const role of ["scheduler", "controller-manager"] as const)
      expect(commandLine(role, veth, nodeTwo(veth))).toContain("--bind-address=127.0.0.1");
    expect(staticPod("etcd", veth, nodeTwo(veth))).toMatchObject({
      spec: { containers: [{ livenessProbe: { httpGet: { host: "127.0.0.1" } } }] },
    });
  });

  test("coordinated election is asked of all who take part, and of nobody otherwise", () => {
    const gate = "--feature-gates=CoordinatedLeaderElection=true";
    const roles = ["apiserver", "controller-manager", "scheduler"] as const;
    for (const role of roles) {
      expect(commandLine(role, { ...spec, coordinatedElection: true }, nodeTwo())).toContain(gate);
      expect(commandLine(role, spec, nodeTwo())).not.toContain(gate);
    }
    expect(commandLine("apiserver", { ...spec, coordinatedElection: true }, nodeTwo())).toContain(
      "--runtime-config=coordination.k8s.io/v1beta1=true",
    );
  });

  test.each([
    [undefined, []],
    [6, ["6s", "4000ms", "1000ms"]],
    [15, ["15s", "10000ms", "2000ms"]],
    [2, ["2s", "1333ms", "333ms"]],
  ])("a lease of %p has the timing %j", (seconds, expected) => {
    expect(leaseTiming(seconds).map((flag) => flag.split("=")[1])).toEqual(expected);
  });

  test("only the two that elect a leader get the timing", () => {
    const timed = (["etcd", "apiserver", "controller-manager", "scheduler", "kubelet"] as const).filter(
      (role) =>
        commandLine(role, { ...spec, leaseDuration: 6 }, nodeTwo()).some((flag) =>
          flag.startsWith("--leader-elect-lease-duration=6s"),
        ),
    );
    expect(timed).toEqual(["controller-manager", "scheduler"]);
  });
});

describe("manifests", () => {
  test("a manifest runs what the lab runs, under kubeadm's name", () => {
    const read: unknown = parse(manifest(staticPod("scheduler", spec, nodeTwo())));
    expect(read).toMatchObject({
      metadata: {
        name: "kube-scheduler",
        namespace: "kube-system",
        labels: { component: "kube-scheduler", tier: "control-plane" },
      },
      spec: { hostNetwork: true, containers: [{ command: commandLine("scheduler", spec, nodeTwo()) }] },
    });
  });

  test("an etcd mirror pod says where its member is, and belongs to its node", () => {
    const pod = mirrorPod(staticPod("etcd", spec, nodeTwo()), "cp-2", "some-uid");
    expect(pod.metadata.name).toBe("etcd-cp-2");
    expect(pod.metadata.annotations["kubeadm.kubernetes.io/etcd.advertise-client-urls"]).toBe(
      "https://127.64.1.2:2379",
    );
    expect(pod.metadata.annotations["kubernetes.io/config.source"]).toBe("file");
    expect(pod.metadata.annotations["kubernetes.io/config.mirror"]).toMatch(/^[0-9a-f]{32}$/);
    expect(pod.metadata.annotations["kubernetes.io/config.hash"]).toBe(
      pod.metadata.annotations["kubernetes.io/config.mirror"],
    );
    expect(pod).toMatchObject({
      metadata: { ownerReferences: [{ kind: "Node", name: "cp-2", uid: "some-uid" }] },
      spec: { nodeName: "cp-2" },
    });
  });
});

describe("kwok's configuration", () => {
  const documents = parseAllDocuments(kwokConfig(spec, nodeTwo())).map((document) => {
    const read: unknown = document.toJS();
    return read;
  });

  test("the log of a pod is that of its process", () => {
    expect(documents).toContainEqual({
      apiVersion: "kwok.x-k8s.io/v1alpha1",
      kind: "ClusterLogs",
      metadata: { name: "kube-scheduler-cp-2" },
      spec: {
        selector: { matchNames: ["kube-scheduler-cp-2"] },
        logs: [{ logsFile: "/labs/t/log/kube-scheduler-cp-2.log" }],
      },
    });
  });

  test("a port of an etcd pod is that of its member", () => {
    expect(documents).toContainEqual(
      expect.objectContaining({
        kind: "ClusterPortForward",
        spec: {
          selector: { matchNames: ["etcd-cp-2"] },
          forwards: [2379, 2380, 2381].map((port) => ({
            ports: [port],
            target: { port, address: "127.64.1.2" },
          })),
        },
      }),
    );
  });
});

describe("certificates", () => {
  test("are signed by their authority and carry subject and names", async () => {
    const authority = await createAuthority("etcd-ca");
    const pair = await issue(authority, {
      commonName: "cp-2",
      organization: "system:masters",
      names: ["cp-2", "127.64.1.2"],
    });
    const certificate = new X509Certificate(pair.certificate);
    expect(certificate.verify(new X509Certificate(authority.certificate).publicKey)).toBe(true);
    expect(certificate.subject).toBe("O=system:masters\nCN=cp-2");
    expect(certificate.checkHost("cp-2")).toBe("cp-2");
    expect(certificate.checkIP("127.64.1.2")).toBe("127.64.1.2");
    expect(certificate.checkIP("127.64.1.3")).toBeUndefined();
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
  });

  test("a kubeconfig holds them", () => {
    const read: unknown = parse(
      kubeconfig("https://a:1", "CA", "admin", { certificate: "CERT", key: "KEY" }),
    );
    expect(read).toMatchObject({
      "current-context": "admin@kubernetes",
      clusters: [{ cluster: { server: "https://a:1", "certificate-authority-data": "Q0E=" } }],
      users: [{ name: "admin", user: { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" } }],
    });
  });
});
