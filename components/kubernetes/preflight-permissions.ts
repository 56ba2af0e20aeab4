import type { Problem } from "../description/problems";
import { TlsMode } from "../description/tls";
import type { RegistryArgs } from "../registry";
import type { Api } from "./api";
import { mostReplicas } from "./replicas";
import { givenReclaimPolicy } from "./storage";

/** A kind that the stack makes objects of. */
interface Kind {
  resource: string;
  group?: string;
  /** Undefined for kinds of the whole cluster. */
  namespace?: string;
  /** What is done with its objects, where it is not all of `verbs`. */
  only?: readonly Verb[];
}

/** What Pulumi's provider does with an object in its life. */
const verbs = ["create", "get", "patch", "delete"] as const;
type Verb = (typeof verbs)[number];

interface Review {
  status?: { allowed?: boolean };
}

/** A problem for each kind that this user may not make, change or delete, with the verbs that are missing. */
export async function permissionProblems(api: Api, args: RegistryArgs): Promise<Problem[]> {
  const everything = { resource: "*", group: "*" };
  if (await isAllowed(api, everything, "*")) return [];
  const problems = await Promise.all(
    kindsOf(args).map(async (kind) => {
      const { only: needed = verbs, ...attributes } = kind;
      const allowed = await Promise.all(needed.map((verb) => isAllowed(api, attributes, verb)));
      const missing = needed.filter((_, i) => !allowed[i]);
      return missing.length === 0 ? [] : [denial(kind, missing)];
    }),
  );
  return problems.flat();
}

function denial({ resource, group, namespace }: Kind, missing: readonly string[]): Problem {
  const kind = group === undefined ? resource : `${resource}.${group}`;
  const place = namespace === undefined ? "in the cluster" : `in namespace ${namespace}`;
  const scope = namespace === undefined ? "" : ` --namespace ${namespace}`;
  return {
    key: "kubernetes:context",
    message: `this user may not ${missing.join(", ")} ${kind} ${place}`,
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

function kindsOf(args: RegistryArgs): Kind[] {
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
    onVolume && existingClaim === undefined && here("persistentvolumeclaims"),
    onVolume && persistentVolume !== undefined && { resource: "persistentvolumes" },
    givenReclaimPolicy(args) !== undefined && {
      resource: "persistentvolumes",
      only: ["get", "patch"] as const,
    },
    kubernetes.smoke.enabled && here("jobs", "batch"),
    networkPolicy.enabled && here("networkpolicies", "networking.k8s.io"),
    autoscaling !== undefined && here("horizontalpodautoscalers", "autoscaling"),
    mostReplicas(kubernetes) > 1 && here("poddisruptionbudgets", "policy"),
    expose.kind === "Ingress" && here("ingresses", "networking.k8s.io"),
    expose.kind === "Gateway" && here("httproutes", "gateway.networking.k8s.io"),
    tls.mode === TlsMode.CertManager && here("certificates", "cert-manager.io"),
    ...pullSecrets.in.flatMap(({ namespace: other, serviceAccounts }) => [
      { resource: "secrets", namespace: other },
      serviceAccounts.length > 0 && {
        resource: "serviceaccounts",
        namespace: other,
        only: ["get", "patch"] as const,
      },
    ]),
  ];
  return candidates.filter((kind) => kind !== false);
}
