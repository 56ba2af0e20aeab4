import type { KubernetesDescription } from "../settings";
import type { Problem } from "../../core/problems";
import { TlsMode } from "../../model/tls";

import type { Api } from "../cluster/api";
import { controllerOf, IngressController } from "../expose-settings";
import { speaksTls } from "../hosts";
import { asksForPods } from "../running-images";
import { mostReplicas } from "../rules/volume";
import { givenReclaimPolicy } from "../storage";
import { trustNamespace, trustsNodes } from "../trust/hosts";

/** A kind that the stack makes objects of. */
interface Kind {
  resource: string;
  group?: string;
  /** Undefined for kinds of the whole cluster. */
  namespace?: string;
  /** What is done with its objects, where it is not all of `verbs`. */
  only?: readonly Verb[];
}

/** What Pulumi's provider does with an object in its life; it watches what it waits for, also for its end. */
const verbs = ["create", "get", "list", "watch", "patch", "delete"] as const;
type Verb = (typeof verbs)[number];

const watching = ["list", "watch"] as const;
/** Of pods: one is tried beside those of a Deployment before these are replaced. */
const trying = ["create", "get", "list", "watch", "delete"] as const;
const patching = ["get", "list", "watch", "patch"] as const;

interface Review {
  status?: { allowed?: boolean };
}

/** A problem for each kind that this user may not make, watch, change or delete, with the verbs that are missing. */
export async function permissionProblems(
  api: Api,
  args: KubernetesDescription,
): Promise<Problem[]> {
  const everything = { resource: "*", group: "*" };
  if (await isAllowed(api, everything, "*")) return [];
  const user = await userOf(api);
  const problems = await Promise.all(
    kindsOf(args).map(async (kind) => {
      const { only: needed = verbs, ...attributes } = kind;
      const allowed = await Promise.all(needed.map((verb) => isAllowed(api, attributes, verb)));
      const missing = needed.filter((_, i) => !allowed[i]);
      return missing.length === 0 ? [] : [denial(user, kind, missing)];
    }),
  );
  return problems.flat();
}

/** How a message calls whom the cluster takes this user for. */
async function userOf(api: Api): Promise<string> {
  const { body } = await api.review<{ status?: { userInfo?: { username?: string } } }>(
    "/apis/authentication.k8s.io/v1/selfsubjectreviews",
    { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" },
  );
  const name = body.status?.userInfo?.username;
  return name === undefined ? "this user" : `user ${name}`;
}

function denial(
  user: string,
  { resource, group, namespace }: Kind,
  missing: readonly string[],
): Problem {
  const kind = group === undefined ? resource : `${resource}.${group}`;
  const place = namespace === undefined ? "in the cluster" : `in namespace ${namespace}`;
  const scope = namespace === undefined ? "" : ` --namespace ${namespace}`;
  return {
    key: "kubernetes:context",
    message: `${user} may not ${missing.join(", ")} ${kind} ${place}`,
    fix: `kubectl auth can-i ${missing[0]} ${kind}${scope}`,
  };
}

async function isAllowed(api: Api, attributes: Omit<Kind, "only">, verb: string): Promise<boolean> {
  const { body } = await api.review<Review>(
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
    {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: { ...attributes, verb } },
    },
  );
  return body.status?.allowed === true;
}

function kindsOf(args: KubernetesDescription): Kind[] {
  const { kubernetes, storage, tls } = args;
  const { autoscaling, existingNamespace, expose, namespace, networkPolicy, pullSecrets } =
    kubernetes;
  const here = (resource: string, group?: string): Kind => ({ resource, group, namespace });
  const { existingClaim, persistentVolume } = kubernetes.volume;
  const onVolume = storage.kind === "volume";
  const candidates: (Kind | false)[] = [
    !existingNamespace && { resource: "namespaces" },
    here("secrets"),
    here("services"),
    here("serviceaccounts"),
    here("deployments", "apps"),
    { ...here("replicasets", "apps"), only: watching },
    { ...here("pods"), only: trying },
    ((onVolume && existingClaim === undefined) || args.pullThroughCaches.length > 0) &&
      here("persistentvolumeclaims"),
    onVolume && persistentVolume !== undefined && { resource: "persistentvolumes" },
    givenReclaimPolicy(args) !== undefined && { resource: "persistentvolumes", only: patching },
    ...(asksForPods(args)
      ? ["clusterroles", "clusterrolebindings"].map((resource) => ({
          resource,
          group: "rbac.authorization.k8s.io",
        }))
      : []),
    kubernetes.smoke.enabled && here("jobs", "batch"),
    networkPolicy.enabled && here("networkpolicies", "networking.k8s.io"),
    autoscaling !== undefined && here("horizontalpodautoscalers", "autoscaling"),
    mostReplicas(kubernetes) > 1 && here("poddisruptionbudgets", "policy"),
    ...(expose.kind === "Ingress"
      ? [
          here("ingresses", "networking.k8s.io"),
          { ...here("endpoints"), only: watching },
          speaksTls(args) &&
            controllerOf(expose) === IngressController.Traefik &&
            here("serverstransports", "traefik.io"),
        ]
      : []),
    ...(expose.kind === "Gateway"
      ? [
          here("httproutes", "gateway.networking.k8s.io"),
          speaksTls(args) && here("backendtlspolicies", "gateway.networking.k8s.io"),
          speaksTls(args) && here("configmaps"),
        ]
      : []),
    ...(kubernetes.monitoring.enabled
      ? [
          here("servicemonitors", "monitoring.coreos.com"),
          here("prometheusrules", "monitoring.coreos.com"),
        ]
      : []),
    ...(trustsNodes(args) ? kindsOfTrust(args) : []),
    tls.mode === TlsMode.CertManager && here("certificates", "cert-manager.io"),
    ...pullSecrets.namespaces.flatMap(({ namespace: other, serviceAccounts }) => [
      { resource: "secrets", namespace: other },
      serviceAccounts.length > 0 && {
        resource: "serviceaccounts",
        namespace: other,
        only: patching,
      },
    ]),
  ];
  return candidates.filter((kind) => kind !== false);
}

/** Kinds of what lets the nodes trust the registry, in a namespace of its own. */
function kindsOfTrust(args: KubernetesDescription): (Kind | false)[] {
  const namespace = trustNamespace(args);
  return [
    args.kubernetes.existingNamespace && { resource: "namespaces" },
    { resource: "daemonsets", group: "apps", namespace },
    { resource: "configmaps", namespace },
    { resource: "pods", namespace, only: watching },
    args.kubernetes.networkPolicy.enabled && {
      resource: "networkpolicies",
      group: "networking.k8s.io",
      namespace,
    },
  ];
}
