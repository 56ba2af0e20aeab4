import { known } from "../known";
import { podSpecOf } from "../kubernetes";
import { levels, type Resource, type StackRule } from "../rule";

const claim = "kubernetes:core/v1:PersistentVolumeClaim";
const deployment = "kubernetes:apps/v1:Deployment";

export const k8sReplicasVolume: StackRule = {
  name: "k8s-replicas-volume",
  severity: "high",
  description: "Replicas on several nodes do not share a volume that only one node can mount.",
  remediation:
    "Keep one replica, give the claim accessModes ReadWriteMany, or ReadOnlyMany with persistentVolumeClaim.readOnly, or keep the images in an object store.",
  corresponds: [],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  general: true,
  types: [claim, deployment],
  *stack(resources) {
    for (const resource of resources.filter(({ type }) => type === deployment)) {
      yield* known(function* () {
        if (((resource.props.spec?.replicas as number | undefined) ?? 1) < 2) return;
        for (const { claimName, readOnly } of claimsOf(resource)) {
          const modes = resources
            .filter((one) => one.type === claim && isNamed(one, claimName, resource))
            .map(({ props }) => (props.spec?.accessModes ?? []) as string[]);
          if (modes.length === 0 || modes.some((of) => isShared(of, readOnly === true))) continue;
          yield {
            resource,
            message: `Its ${resource.props.spec.replicas} replicas share the claim ${claimName}, which is ${modes.flat().join(", ")}.`,
          };
        }
      });
    }
  },
};

interface Claimed {
  claimName?: string;
  readOnly?: boolean;
}

function claimsOf(resource: Resource): Claimed[] {
  const volumes = (podSpecOf(resource).volumes ?? []) as { persistentVolumeClaim?: Claimed }[];
  return volumes.flatMap((one) => one.persistentVolumeClaim ?? []);
}

function isNamed({ props }: Resource, name: string | undefined, workload: Resource): boolean {
  return (
    props.metadata?.name === name &&
    props.metadata?.namespace === workload.props.metadata?.namespace
  );
}

/** Whether several nodes can mount a volume at once: to write, or where no pod writes to it, to read. */
function isShared(modes: readonly string[], readOnly: boolean): boolean {
  const onlyRead = readOnly || modes.every((mode) => mode === "ReadOnlyMany");
  return modes.includes("ReadWriteMany") || (onlyRead && modes.includes("ReadOnlyMany"));
}
