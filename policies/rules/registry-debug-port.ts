import { containerType, isReachable, type Published } from "../docker";
import { known } from "../known";
import { containersOf, isWorkload, podLabelsOf, workloadTypes } from "../kubernetes";
import { isRegistry, isRegistryPod, registrySettings } from "../registry-settings";
import { levels, type Resource, type StackRule } from "../rule";

/** Port that the registry's debug server has in its example settings and its image. */
const usualPort = 5001;

const service = "kubernetes:core/v1:Service";

export const registryDebugPort: StackRule = {
  name: "registry-debug-port",
  severity: "high",
  description:
    "The debug server of a registry is not reached from outside: it asks nobody who is there.",
  remediation:
    "Leave the port of http.debug.addr unpublished, or publish it on 127.0.0.1; let Prometheus reach it inside the cluster.",
  corresponds: [],
  levels: levels("advisory", "mandatory", "mandatory", "mandatory"),
  types: [containerType, service, ...workloadTypes],
  *stack(resources) {
    for (const resource of resources) {
      const find =
        resource.type === containerType
          ? published(resource)
          : resource.type === service
            ? served(resource, resources)
            : [];
      for (const message of known(() => find)) yield { resource, message };
    }
  },
};

function* published(resource: Resource): Generator<string> {
  if (!isRegistry(resource)) return;
  const port = debugPort(resource);
  for (const one of (resource.props.ports ?? []) as Published[]) {
    if (one.internal === port && isReachable(one))
      yield `Port ${one.external ?? port} leads to the debug server from other machines.`;
  }
}

interface ServicePort {
  port: number;
  targetPort?: number | string;
}

function* served(resource: Resource, resources: readonly Resource[]): Generator<string> {
  const { spec } = resource.props;
  if (!["LoadBalancer", "NodePort"].includes(spec?.type)) return;
  const ports = (spec.ports ?? []) as ServicePort[];
  const debugged = resources.flatMap((one) => known(() => debugPorts(resource, one)));
  for (const { port, targetPort = port } of ports) {
    if (debugged.includes(targetPort))
      yield `Port ${port} of the Service leads to the debug server from outside the cluster.`;
  }
}

/** The ports of the debug servers of registries that a Service leads to, as numbers and as the names that their containers give them. */
function debugPorts(service: Resource, workload: Resource): (number | string)[] {
  if (!isWorkload(workload.type)) return [];
  const selector = Object.entries((service.props.spec.selector ?? {}) as Record<string, string>);
  const labels = podLabelsOf(workload);
  const isServed =
    selector.length > 0 &&
    selector.every(([key, value]) => labels[key] === value) &&
    service.props.metadata?.namespace === workload.props.metadata?.namespace;
  if (!isServed) return [];
  const registries = containersOf(workload).filter((one) => isRegistryPod(one, workload));
  const number = debugPort(workload);
  return registries.flatMap(({ ports = [] }) => {
    const named = ports.filter(({ containerPort }) => containerPort === number);
    return [number, ...named.flatMap(({ name }) => name ?? [])];
  });
}

function debugPort(resource: Resource): number {
  const address = known(() =>
    registrySettings(resource).map(({ get }) => get("http.debug.addr")),
  )[0];
  return typeof address === "string" ? Number(address.split(":").at(-1)) : usualPort;
}
