import { known } from "../known";
import { podSpecOf } from "../kubernetes";
import { levels, type Resource, type StackRule } from "../rule";

const claim = "kubernetes:core/v1:PersistentVolumeClaim";
const deployment = "kubernetes:apps/v1:Deployment";

export const k8sReplicasVolume: StackRule = {
  name: "k8s-replicas-volume",
  severity: "high",
  description: "Replicas on several nodes do not share a volume that one node alone can mount.",
  remediation:
    "Keep one replica, give the claim accessModes ReadWriteMany, or keep the images in an object store.",
  corresponds: [],
  levels: levels("mandatory", "mandatory", "mandatory", "mandatory"),
  types: [claim, deployment],
  *stack(resources) {
    for (const resource of resources.filter(({ type }) => type === deployment)) {
      yield* known(function* () {
        if (((resource.props.spec?.replicas as number | undefined) ?? 1) < 2) return;
        const claimed = claimsOf(resource);
        const single = resources
          .filter(({ type }) => type === claim)
          .filter((one) => isSingle(one, resource, claimed));
        for (const { props } of single) {
          yield {
            resource,
            message: `Its ${resource.props.spec.replicas} replicas share the claim ${props.metadata.name}, which is ReadWriteOnce.`,
          };
        }
      });
    }
  },
};

interface Claiming {
  persistentVolumeClaim?: { claimName?: string };
}

function claimsOf(resource: Resource): (string | undefined)[] {
  return ((podSpecOf(resource).volumes ?? []) as Claiming[]).map(
    (one) => one.persistentVolumeClaim?.claimName,
  );
}

function isSingle(
  { props }: Resource,
  workload: Resource,
  claimed: (string | undefined)[],
): boolean {
  const modes = (props.spec?.accessModes ?? []) as string[];
  return (
    claimed.includes(props.metadata?.name as string) &&
    props.metadata?.namespace === workload.props.metadata?.namespace &&
    !modes.includes("ReadWriteMany")
  );
}
