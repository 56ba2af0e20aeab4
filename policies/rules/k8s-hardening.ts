import { eachKnown } from "../known";
import {
  allContainersOf,
  containersOf,
  isLasting,
  podAnnotationsOf,
  podSpecOf,
  workloadTypes,
} from "../kubernetes";
import type { Container, SecurityContext } from "../pods";
import { levels, type Resource, type ResourceCheck, type ResourceRule } from "../rule";

/** A check of every container, with what the pod says where the container says nothing. */
function everyContainer(
  find: (context: SecurityContext, container: Container) => string | false,
): ResourceCheck {
  return function* (resource: Resource) {
    const pod = podSpecOf(resource).securityContext ?? {};
    yield* eachKnown(
      () => allContainersOf(resource),
      function* (container) {
        const message = find({ ...pod, ...container.securityContext }, container);
        if (message !== false) yield `Container ${container.name}: ${message}`;
      },
    );
  };
}

/** What the annotation of a container's AppArmor profile begins with, before its name. */
const appArmor = "container.apparmor.security.beta.kubernetes.io/";

function lastingContainer(find: (container: Container) => string | false): ResourceCheck {
  return function* (resource: Resource) {
    yield* eachKnown(
      () => (isLasting(resource.type) ? containersOf(resource) : []),
      function* (container) {
        const message = find(container);
        if (message !== false) yield `Container ${container.name}: ${message}`;
      },
    );
  };
}

export const k8sHardening: ResourceRule = {
  name: "k8s-hardening",
  severity: "high",
  description:
    "A container on Kubernetes may do no more than it needs, has limits, and tells whether it is well.",
  remediation:
    'Set securityContext: runAsNonRoot true, allowPrivilegeEscalation false, capabilities.drop ["ALL"], readOnlyRootFilesystem true, seccompProfile RuntimeDefault; resources with requests and limits; livenessProbe and readinessProbe.',
  corresponds: [
    ...[
      "CKV_K8S_16",
      "CKV_K8S_20",
      "CKV_K8S_22",
      "CKV_K8S_23",
      "CKV_K8S_31",
      "CKV_K8S_37",
      "CKV_K8S_25",
    ],
    ...["CKV_K8S_8", "CKV_K8S_9", "CKV_K8S_10", "CKV_K8S_11", "CKV_K8S_12", "CKV_K8S_13"],
    ...["KSV-0001", "KSV-0002", "KSV-0012", "KSV-0014", "KSV-0017", "KSV-0030", "KSV-0104"],
  ],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  general: true,
  types: workloadTypes,
  checks: [
    everyContainer(({ runAsNonRoot }) => runAsNonRoot !== true && "runAsNonRoot is not true."),
    everyContainer(({ runAsUser }) => runAsUser === 0 && "runAsUser is 0."),
    everyContainer(({ privileged }) => privileged === true && "privileged is true."),
    everyContainer(
      ({ allowPrivilegeEscalation }) =>
        allowPrivilegeEscalation !== false && "allowPrivilegeEscalation is not false.",
    ),
    everyContainer(
      ({ capabilities }) => !capabilities?.drop?.includes("ALL") && "capabilities.drop has no ALL.",
    ),
    everyContainer(({ capabilities }) => {
      const added = (capabilities?.add ?? []).filter((one) => one !== "NET_BIND_SERVICE");
      return added.length > 0 && `capabilities.add has ${added.join(", ")}.`;
    }),
    everyContainer(
      ({ readOnlyRootFilesystem }) =>
        readOnlyRootFilesystem !== true && "readOnlyRootFilesystem is not true.",
    ),
    everyContainer(
      ({ seccompProfile }) =>
        !["RuntimeDefault", "Localhost"].includes(seccompProfile?.type ?? "") &&
        "seccompProfile.type is neither RuntimeDefault nor Localhost.",
    ),
    // What is left out is the node's default, which confines.
    everyContainer(
      ({ appArmorProfile }) =>
        appArmorProfile?.type === "Unconfined" && "appArmorProfile.type is Unconfined.",
    ),
    function* (resource) {
      // Until Kubernetes 1.30 it was an annotation.
      const unconfined = Object.entries(podAnnotationsOf(resource)).filter(
        ([key, value]) => key.startsWith(appArmor) && value === "unconfined",
      );
      for (const [key] of unconfined)
        yield `Container ${key.slice(appArmor.length)}: ${key} is unconfined.`;
    },
    everyContainer((_, { resources }) => {
      const missing = (["requests", "limits"] as const).flatMap((kind) =>
        ["cpu", "memory"]
          .filter((what) => !resources?.[kind]?.[what])
          .map((what) => `${kind}.${what}`),
      );
      return missing.length > 0 && `resources has no ${missing.join(", ")}.`;
    }),
    lastingContainer(({ livenessProbe }) => !livenessProbe && "livenessProbe is not set."),
    lastingContainer(({ readinessProbe }) => !readinessProbe && "readinessProbe is not set."),
  ],
};
