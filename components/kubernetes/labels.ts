import type { KubernetesDescription } from "./settings";
import type * as pulumi from "@pulumi/pulumi";

import { stackLabelValue } from "../core/stack-names";

/** Kubernetes' recommended label that tells one stack's objects from another's; its value is the stack's name, see `stackLabelValue`. */
export const stackLabel = "app.kubernetes.io/instance";

/** Label that tells a stack's objects from those of another stack of its name; its value is the id in the stack's state. */
export const stackIdLabel = "io.wharf/stack-id";

/** Kubernetes' recommended label that tells the components of a stack apart. */
export const componentLabel = "app.kubernetes.io/component";

/** What runs in a pod of the stack, as the value of `componentLabel`; each cache by its name. */
export type Component =
  "registry" | "redis" | "smoke" | "trial" | "trust" | "metrics" | `cache-${string}`;

/** Labels by which Services, policies and Deployments find the pods of one component; never changed, since selectors cannot be. */
export function selectorLabels(
  { stack }: Pick<KubernetesDescription, "stack">,
  component: Component,
) {
  return {
    "app.kubernetes.io/name": "wharf",
    [stackLabel]: stackLabelValue(stack),
    [componentLabel]: component,
  };
}

/** Labels of every pod: Kubernetes' recommended ones and those of the description. */
export function objectLabels(
  args: Pick<KubernetesDescription, "stack" | "labels">,
  component: Component = "registry",
): Record<string, string> {
  return {
    ...args.labels,
    ...selectorLabels(args, component),
    "app.kubernetes.io/part-of": "wharf",
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

/** Labels of every object: those of a pod, and the stack's id, which is in no pod's template and so rolls none. */
export function ownedLabels(
  args: Pick<KubernetesDescription, "stack" | "stackId" | "labels">,
  component?: Component,
): Record<string, pulumi.Input<string>> {
  const { stackId } = args;
  return {
    ...objectLabels(args, component),
    ...(stackId !== undefined && { [stackIdLabel]: stackId }),
  };
}

/**
 * Annotation that says when a lab expires. It stands on objects alone, never in a pod's template, where another time would roll the
 * pods; objects with annotations of their own do without.
 */
export const expiryAnnotation = "io.wharf/expires-at";

/** Metadata of an object in the registry's namespace. */
export function metadata(args: KubernetesDescription, name: string, component?: Component) {
  return {
    name,
    namespace: args.kubernetes.namespace,
    labels: ownedLabels(args, component),
    ...(args.expiresAt !== undefined && {
      annotations: { [expiryAnnotation]: args.expiresAt },
    }),
  };
}
