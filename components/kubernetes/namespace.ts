import type { KubernetesDescription } from "./settings";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount";
import type * as pulumi from "@pulumi/pulumi";
import { Deletion, guarded } from "../model/environment";

import { expiryAnnotation, metadata, ownedLabels } from "./labels";

/** Name of the service account that everything in the namespace runs as. */
export const serviceAccountName = "registry";

/**
 * The namespace, which enforces Pod Security `restricted`; undefined where it exists already. Kubernetes deletes whatever a
 * namespace holds with it, so that it stays, or is protected, together with a claim that does.
 */
export function createNamespace(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Namespace | undefined {
  const { deletion, kubernetes, storage } = args;
  if (kubernetes.existingNamespace) return undefined;
  const holdsImages = storage.kind === "volume" && kubernetes.volume.existingClaim === undefined;
  return new Namespace(
    `${name}-namespace`,
    {
      metadata: {
        name: kubernetes.namespace,
        labels: {
          ...ownedLabels(args),
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
        },
        ...(args.expiresAt !== undefined && {
          annotations: { [expiryAnnotation]: args.expiresAt },
        }),
      },
    },
    holdsImages ? guarded(deletion, opts) : opts,
  );
}

/**
 * Whether all that stands in the registry's namespace goes by the deletion of that alone: in a lab, whose namespace is its own.
 * Who removes a lab then needs no right to any Secret, Deployment or other kind in it.
 */
export function goesWithNamespace({
  deletion,
  kubernetes,
}: Pick<KubernetesDescription, "deletion" | "kubernetes">): boolean {
  return deletion === Deletion.Force && !kubernetes.existingNamespace;
}

/** The service account: no token of the cluster's API, and the identity at a bucket's cloud where the description names one. */
export function createServiceAccount(
  name: string,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): ServiceAccount {
  const { awsRoleArn, azureClientId, gcpServiceAccount } = args.kubernetes.identity ?? {};
  return new ServiceAccount(
    `${name}-service-account`,
    {
      metadata: {
        ...metadata(args, serviceAccountName),
        annotations: {
          ...(awsRoleArn && { "eks.amazonaws.com/role-arn": awsRoleArn }),
          ...(gcpServiceAccount && { "iam.gke.io/gcp-service-account": gcpServiceAccount }),
          ...(azureClientId && { "azure.workload.identity/client-id": azureClientId }),
        },
      },
      automountServiceAccountToken: false,
    },
    opts,
  );
}
