import type { StateResource } from "../pulumi-stack";

/** An object as Kubernetes takes it. */
export interface KubernetesObject {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string };
}

/** Key by which Pulumi's state marks a value that is not plain; with its secrets shown, one that is secret. */
const mark = "4dabf18193072939515e22adb298388d";

/**
 * The objects that a stack of Wharf's has made, as they were sent to the cluster, in the order in which they were made.
 * @param resources what the state holds, secrets in plaintext
 */
export function renderedObjects(resources: StateResource[]): KubernetesObject[] {
  return resources
    .filter(({ custom, type }) => custom && type.startsWith("kubernetes:"))
    .map(({ inputs }) => plain(inputs) as KubernetesObject);
}

/** The objects as one file of JSON, which `kubectl` takes for YAML. */
export function manifestOf(objects: KubernetesObject[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
}

/** A value without what is Pulumi's own: marks of secrets, and notes of the provider. */
function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (mark in value) {
    return plain(JSON.parse((value as unknown as { plaintext: string }).plaintext) as unknown);
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.startsWith("__"))
      .map(([key, part]) => [key, plain(part)]),
  );
}
