import type { KubernetesDescription } from "./settings";
import type { input } from "@pulumi/kubernetes/types";

import { serviceAccountName } from "./namespace";

/** uid and gid of everything that Wharf runs; above 10000, so that it meets no account of a node. */
const unprivileged = 10001;

/** What every pod of Wharf has in common: all that Pod Security `restricted` asks for, and no token of the cluster's API. */
export function hardenedPod({
  kubernetes: { imagePullSecrets, scheduling },
}: KubernetesDescription): Omit<input.core.v1.PodSpec, "containers"> {
  const { nodeSelector, priorityClassName, tolerations } = scheduling;
  return {
    serviceAccountName,
    automountServiceAccountToken: false,
    // A Service called registry-auth or registry-storage would else set variables that distribution reads as its settings.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: unprivileged,
      runAsGroup: unprivileged,
      fsGroup: unprivileged,
      // Without it every start would change the owner of every file of the volume.
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    },
    ...(imagePullSecrets.length > 0 && {
      imagePullSecrets: imagePullSecrets.map((name) => ({ name })),
    }),
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(priorityClassName && { priorityClassName }),
  };
}

/** What every container of Wharf has in common. */
export const hardenedContainer = {
  // An image named by its digest is never another one, so that it is pulled where it is missing and only there.
  imagePullPolicy: "IfNotPresent",
  securityContext: {
    allowPrivilegeEscalation: false,
    privileged: false,
    readOnlyRootFilesystem: true,
    runAsNonRoot: true,
    capabilities: { drop: ["ALL"] },
    seccompProfile: { type: "RuntimeDefault" },
  },
} as const satisfies Partial<input.core.v1.Container>;

/** A Secret as a volume of files that their owner's group may read. */
export function secretVolume(name: string, secretName: string): input.core.v1.Volume {
  return { name, secret: { secretName, defaultMode: 0o440 } };
}
