import { containerType, isReachable, type Published } from "../docker";
import { known } from "../known";
import { isRegistry, registrySettings } from "../registry-settings";
import { levels, type Resource, type ResourceRule } from "../rule";

/** Port that the registry's debug server has in its example settings and its image. */
const usualPort = 5001;

const service = "kubernetes:core/v1:Service";

export const registryDebugPort: ResourceRule = {
  name: "registry-debug-port",
  severity: "high",
  description:
    "The debug server of a registry is not reached from outside: it asks nobody who is there.",
  remediation:
    "Leave the port of http.debug.addr unpublished, or publish it on 127.0.0.1; let Prometheus reach it inside the cluster.",
  corresponds: [],
  levels: levels("advisory", "mandatory", "mandatory", "mandatory"),
  types: [containerType, service],
  checks: [
    function* (resource) {
      if (resource.type !== containerType || !isRegistry(resource)) return;
      const port = debugPort(resource);
      for (const one of (resource.props.ports ?? []) as Published[]) {
        if (one.internal === port && isReachable(one))
          yield `Port ${one.external ?? port} leads to the debug server from other machines.`;
      }
    },
    function* ({ type, props }) {
      if (type !== service || !["LoadBalancer", "NodePort"].includes(props.spec?.type)) return;
      for (const { name, port, targetPort } of (props.spec.ports ?? []) as ServicePort[]) {
        if (
          [targetPort ?? port, port].includes(usualPort) ||
          /debug/.test(`${name} ${targetPort}`)
        ) {
          yield `Port ${port} of the Service leads to the debug server from outside the cluster.`;
        }
      }
    },
  ],
};

interface ServicePort {
  name?: string;
  port: number;
  targetPort?: number | string;
}

function debugPort(resource: Resource): number {
  const address = known(() =>
    registrySettings(resource).map(({ get }) => get("http.debug.addr")),
  )[0];
  return typeof address === "string" ? Number(address.split(":").at(-1)) : usualPort;
}
