import type { KubernetesDescription } from "../settings";
import type { Problem } from "../../core/problems";

import type { Answer, Api } from "../cluster/api";

/** What the API says of a Service, as far as it is asked here. */
export interface FoundService {
  metadata: { name: string; namespace: string; labels?: Record<string, string> };
  spec: { clusterIP?: string; ports?: { nodePort?: number }[] };
}

/** A namespace that every cluster has; what is tried there is never stored. */
const anyNamespace = "default";

/**
 * The NodePort that the description fixes must be free; the address free, and in the cluster's range. The range of NodePorts is
 * not asked for: the API server passes it over where nothing is to be stored.
 * @param standing the Service of the registry's name
 * @param found whether the namespace exists, and whether that Service is the stack's own
 */
export async function addressProblems(
  api: Api,
  standing: Answer<FoundService>,
  args: KubernetesDescription,
  { exists, standing: isStanding }: { exists: boolean; standing: boolean },
): Promise<Problem[]> {
  const { expose, namespace } = args.kubernetes;
  const nodePort = expose.kind === "NodePort" ? expose.nodePort : undefined;
  const clusterIp = "clusterIp" in expose ? expose.clusterIp : undefined;
  if (nodePort === undefined && clusterIp === undefined) return [];
  if (isStanding) {
    const { ports = [], clusterIP } = standing.body.spec;
    const same = nodePort === undefined || ports.some((port) => port.nodePort === nodePort);
    if (same && (clusterIp === undefined || clusterIp === clusterIP)) return [];
  }
  const place = exists ? namespace : anyNamespace;
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
  const key = "wharf:kubernetes.expose.nodePort";
  const free = "pulumi config rm --path 'wharf:kubernetes.expose.nodePort'";
  if (!/already allocated/.test(message))
    return [{ key, message: `${nodePort} is refused by the cluster: ${message}`, fix: free }];
  const by = await holderOf(api, ({ spec: { ports = [] } }) =>
    ports.some((port) => port.nodePort === nodePort),
  );
  return [{ key, message: `${nodePort} is taken by ${by ?? "another Service"}`, fix: free }];
}

/** How a message calls the Service that has something; undefined where none has, so far as this user may see. */
async function holderOf(
  api: Api,
  has: (service: FoundService) => boolean,
): Promise<string | undefined> {
  const { body } = await api.get<{ items?: FoundService[] }>("/api/v1/services");
  const holder = body.items?.find(has);
  return holder && `Service ${holder.metadata.name} of namespace ${holder.metadata.namespace}`;
}

/** Since Kubernetes 1.33 the API server passes over a taken address too where nothing is to be stored; a range it never does. */
async function clusterIpProblems(
  api: Api,
  clusterIP: string,
  namespace: string,
): Promise<Problem[]> {
  const [message, holder] = await Promise.all([
    refusal(api, namespace, { clusterIP, ports: [{ port: 5000 }] }),
    holderOf(api, ({ spec }) => spec.clusterIP === clusterIP),
  ]);
  const taken = holder !== undefined || /already allocated/.test(message ?? "");
  if (message === undefined && !taken) return [];
  const why = taken
    ? `is taken by ${holder ?? "another Service"}`
    : "is not in the cluster's range of Service addresses";
  return [
    {
      key: "wharf:kubernetes.expose.clusterIp",
      message: `"${clusterIP}" ${why}`,
      fix: "pulumi config rm --path 'wharf:kubernetes.expose.clusterIp'",
    },
  ];
}
