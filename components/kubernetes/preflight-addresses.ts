import { setCommand } from "../description/messages";
import type { Problem } from "../description/problems";
import type { RegistryArgs } from "../registry";
import type { Answer, Api } from "./api";
import { stackLabel } from "./labels";

/** What the API says of a Service, as far as it is asked here. */
export interface FoundService {
  metadata: { name: string; namespace: string; labels?: Record<string, string> };
  spec: { clusterIP?: string; ports?: { nodePort?: number }[] };
}

/** A namespace that every cluster has; what is tried there is never stored. */
const anyNamespace = "default";

/**
 * The NodePort and the address that the description fixes must be in the cluster's ranges, and free.
 * @param standing the Service of the registry's name
 */
export async function addressProblems(
  api: Api,
  standing: Answer<FoundService>,
  args: RegistryArgs,
  namespaceExists: boolean,
): Promise<Problem[]> {
  const { expose, namespace } = args.kubernetes;
  const nodePort = expose.kind === "NodePort" ? expose.nodePort : undefined;
  const clusterIp = "clusterIp" in expose ? expose.clusterIp : undefined;
  if (nodePort === undefined && clusterIp === undefined) return [];
  if (standing.status === 200 && standing.body.metadata.labels?.[stackLabel] === args.stack) {
    const { ports = [], clusterIP } = standing.body.spec;
    const same = nodePort === undefined || ports.some((port) => port.nodePort === nodePort);
    if (same && (clusterIp === undefined || clusterIp === clusterIP)) return [];
  }
  const place = namespaceExists ? namespace : anyNamespace;
  return [
    ...(nodePort === undefined ? [] : await nodePortProblems(api, nodePort, place)),
    ...(clusterIp === undefined ? [] : await clusterIpProblems(api, clusterIp, place)),
  ];
}

/** Asks the API server to make such a Service without storing it, and returns its refusal. */
async function refusal(api: Api, namespace: string, spec: object): Promise<string | undefined> {
  const { status, body } = await api.review(`/api/v1/namespaces/${namespace}/services?dryRun=All`, {
    apiVersion: "v1",
    kind: "Service",
    metadata: { generateName: "wharf-preflight-" },
    spec,
  });
  return status === 422 ? (body.message ?? "") : undefined;
}

async function nodePortProblems(api: Api, nodePort: number, namespace: string): Promise<Problem[]> {
  const spec = { type: "NodePort", ports: [{ port: nodePort, nodePort }] };
  const message = await refusal(api, namespace, spec);
  if (message === undefined) return [];
  const range = /range of valid ports is (\d+)-(\d+)/.exec(message);
  const key = "wharf:kubernetes.expose.nodePort";
  const free = "pulumi config rm --path 'wharf:kubernetes.expose.nodePort'";
  if (range !== null) {
    const [, low = "", high = ""] = range;
    return [
      {
        key,
        message: `${nodePort} is not in the cluster's range of NodePorts, ${low} to ${high}`,
        fix: setCommand(["kubernetes", "expose", "nodePort"], Number(low) + 500),
      },
    ];
  }
  const services = await api.get<{ items?: FoundService[] }>("/api/v1/services");
  const holder = services.body.items?.find(({ spec: { ports = [] } }) =>
    ports.some((port) => port.nodePort === nodePort),
  );
  const by =
    holder === undefined
      ? "another Service"
      : `Service ${holder.metadata.name} of namespace ${holder.metadata.namespace}`;
  return /already allocated/.test(message)
    ? [{ key, message: `${nodePort} is taken by ${by}`, fix: free }]
    : [{ key, message: `${nodePort} is refused by the cluster: ${message}`, fix: free }];
}

async function clusterIpProblems(
  api: Api,
  clusterIP: string,
  namespace: string,
): Promise<Problem[]> {
  const message = await refusal(api, namespace, { clusterIP, ports: [{ port: 5000 }] });
  if (message === undefined) return [];
  const why = /already allocated/.test(message)
    ? "is taken by another Service"
    : "is not in the cluster's range of Service addresses";
  return [
    {
      key: "wharf:kubernetes.expose.clusterIp",
      message: `"${clusterIP}" ${why}`,
      fix: "pulumi config rm --path 'wharf:kubernetes.expose.clusterIp'",
    },
  ];
}
