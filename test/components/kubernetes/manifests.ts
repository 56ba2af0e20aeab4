import type { Registered, Registration } from "../../support/registrations";

/** An object of Kubernetes, as `kubectl apply` takes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

/** A registered object of Kubernetes; patches of what others own are none. */
function isObject({ type }: Registration): boolean {
  return type.startsWith("kubernetes:") && !type.endsWith("Patch");
}

/**
 * The objects that a stack asks the cluster for, as manifests, namespaces first. Secrets come without what they hold.
 *
 * @param part beginning of the names of registrations; all by default
 */
export function manifestsOf({ registrations }: Registered, part = ""): Manifest[] {
  return registrations
    .filter((each) => isObject(each) && each.name.startsWith(part))
    .map(({ inputs }) => inputs as Manifest)
    .map((object) => (object.data === "[secret]" ? { ...object, data: {} } : object))
    .sort((one, other) => Number(other.kind === "Namespace") - Number(one.kind === "Namespace"));
}
