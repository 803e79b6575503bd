import type { Lab } from "../../scripts/lab/lab.ts";
import { create } from "./snapshot.ts";

const ANNOTATION = "control-plane.alpha.kubernetes.io/leader";

/** The record as leaders wrote it before 1.20: times are whole seconds. */
export interface OldRecord {
  readonly holderIdentity: string;
  readonly leaseDurationSeconds: number;
  readonly acquireTime: string;
  readonly renewTime: string;
  readonly leaderTransitions: number;
}

/** Now, to the second. */
export function second(): string {
  return new Date().toISOString().replace(/\.\d+/, "");
}

/** A record that is renewed now. */
export function oldRecord(holder: string, more: Partial<OldRecord> = {}): OldRecord {
  const now = second();
  return {
    holderIdentity: holder,
    leaseDurationSeconds: 15,
    acquireTime: now,
    renewTime: now,
    leaderTransitions: 0,
    ...more,
  };
}

/**
 * An old control plane in a namespace of its own, whose leaders a test plays: an Endpoints with a first record (or text in
 * its place), and a ConfigMap without. The Endpoints is annotated from the start: kube-controller-manager, when it begins
 * to lead, deletes those that have neither a Service nor this annotation.
 */
export class OldControlPlane {
  readonly namespace: string;
  readonly #lab: Lab;

  private constructor(lab: Lab, namespace: string) {
    this.#lab = lab;
    this.namespace = namespace;
  }

  static async of(lab: Lab, namespace: string, first: OldRecord | string): Promise<OldControlPlane> {
    const annotations = { [ANNOTATION]: textOf(first) };
    const metadata = { name: "kube-scheduler", namespace };
    await create(
      lab,
      { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
      { apiVersion: "v1", kind: "Endpoints", metadata: { ...metadata, annotations } },
      { apiVersion: "v1", kind: "ConfigMap", metadata, data: { large: "x".repeat(100_000) } },
    );
    return new OldControlPlane(lab, namespace);
  }

  /** Writes the scheduler's record, or text in its place, on one of the objects. */
  async write(kind: "endpoints" | "configmap", record: OldRecord | string): Promise<void> {
    await this.#annotate(kind, `${ANNOTATION}=${textOf(record)}`);
  }

  /** Takes the record away, not the object. */
  async remove(kind: "endpoints" | "configmap"): Promise<void> {
    await this.#annotate(kind, `${ANNOTATION}-`);
  }

  /** The object's resourceVersion. */
  async version(kind: "endpoints" | "configmap"): Promise<string> {
    const object = [kind, "kube-scheduler", "-n", this.namespace];
    return this.#lab.kubectl(["get", ...object, "-o", "jsonpath={.metadata.resourceVersion}"]);
  }

  async #annotate(kind: string, annotation: string): Promise<void> {
    const object = [kind, "kube-scheduler", "-n", this.namespace];
    await this.#lab.kubectl(["annotate", ...object, "--overwrite", annotation]);
  }
}

function textOf(record: OldRecord | string): string {
  return typeof record === "string" ? record : JSON.stringify(record);
}
