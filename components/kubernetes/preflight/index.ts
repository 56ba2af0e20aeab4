import { unknownName } from "../../core/names";
import type { KubernetesDescription } from "../settings";
import { setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { lostState } from "../../state/stack-id";
import { Api, type Answer } from "../cluster/api";
import { findCluster, isReadable, NoCluster, type ClusterAccess } from "../cluster/kubeconfig";
import { stackIdLabel } from "../labels";
import { addressProblems, type FoundService } from "./addresses";
import { kindProblems } from "./kinds";
import { leftOpenProblems } from "./ingress-controller";
import { ownerProblems } from "./owners";
import { permissionProblems } from "./permissions";
import { namespaceNames, pullSecretProblems } from "./pull-secrets";
import { certificateProblems } from "./certificates";
import { claimProblems, claimsPath, takeOverProblems, type FoundClaim } from "./claim";
import { isOwn, namesStack, ownershipOf, type Identity, type Ownership } from "./state";
import { volumeProblems } from "./volume";
import { claimName } from "../storage";

/** What the API says of a namespace, as far as it is asked here. */
interface FoundNamespace {
  metadata?: Identity & { deletionTimestamp?: string };
}

/**
 * What prevents an `up` on the cluster: none that answers, no permission, a namespace, claim, volume, port or Secret that is
 * taken or missing, kinds that the cluster does not know. Once the stack exists, only what a change of it may meet is asked for:
 * an `up` that changes nothing costs a request or two.
 */
export async function preflight(args: KubernetesDescription): Promise<Problem[]> {
  let access: ClusterAccess;
  try {
    access = findCluster();
  } catch (error) {
    if (error instanceof NoCluster) return [error.problem];
    throw error;
  }
  if (!isReadable(access)) return leftOpenProblems(undefined, args);
  let api: Api;
  try {
    api = await Api.connect(access);
  } catch (error) {
    return [noAccess(access, error as NodeJS.ErrnoException)];
  }
  try {
    return await clusterProblems(api, access, args);
  } catch (error) {
    return [noAccess(access, error as NodeJS.ErrnoException)];
  } finally {
    api.close();
  }
}

async function clusterProblems(
  api: Api,
  access: ClusterAccess,
  args: KubernetesDescription,
): Promise<Problem[]> {
  const { namespace, service, volume } = args.kubernetes;
  const [found, foundService, foundClaim] = await Promise.all([
    api.get<FoundNamespace>(`/api/v1/namespaces/${namespace}`),
    api.get<FoundService>(`/api/v1/namespaces/${namespace}/services/${service}`),
    api.get<FoundClaim>(`${claimsPath(args)}/${volume.existingClaim ?? claimName}`),
  ]);
  if (found.status === 401) {
    return [
      {
        key: "kubernetes:context",
        message: `the cluster at ${access.cluster.server} does not accept the credentials of ${access.said}`,
        fix: access.probe,
      },
    ];
  }
  const exists = found.status === 200;
  let ownership: Promise<Ownership> | undefined;
  // Asked for only where something of the stack's name is there: the engine notes a provider of its own in the state for it.
  const owner = () => (ownership ??= ownershipOf(args));
  const isAlike = ({ body }: Answer<FoundNamespace>) => namesStack(body.metadata?.labels, args);
  const owned = [foundService, found, foundClaim].some(isAlike) ? await owner() : undefined;
  const own = (one: Answer<FoundNamespace>) =>
    owned !== undefined && isAlike(one) && isOwn(one.body.metadata, owned);
  // What carries the stack's name may also have been kept when it went, or be another's; what an interrupted first up made is own.
  const standing = [foundService, found, foundClaim].some(own);
  const othersStand = !standing && isAlike(foundService);
  const changing = [
    namespaceProblems(api, found, args, { standing, othersStand }),
    // In a namespace that is not there nothing else can be missed; what another stack runs on is not available.
    ...(exists && !othersStand
      ? [claimProblems(api, foundClaim, args, standing), certificateProblems(api, args)]
      : []),
    addressProblems(api, foundService, args, { exists, standing: own(foundService) }),
    pullSecretProblems(api, args),
    leftOpenProblems(api, args),
    takeOverProblems(args),
  ];
  if (standing) return (await Promise.all(changing)).flat();
  const making = [
    ownerProblems(api, foundService, args, owner),
    volumeProblems(api, args),
    kindProblems(api, args),
  ];
  return (await Promise.all([permissionProblems(api, args), ...changing, ...making])).flat();
}

/** What is wrong with the namespace: on its way out, missing, or there already. */
async function namespaceProblems(
  api: Api,
  { body, status }: Answer<FoundNamespace>,
  { kubernetes: { existingNamespace, namespace }, stack }: KubernetesDescription,
  { standing, othersStand }: { standing: boolean; othersStand: boolean },
): Promise<Problem[]> {
  const key = "wharf:kubernetes.namespace";
  const { labels = {}, deletionTimestamp } = body.metadata ?? {};
  if (deletionTimestamp !== undefined) {
    return [
      {
        key,
        message: `"${namespace}" is being deleted; wait until it is gone`,
        fix: `kubectl wait --for=delete namespace/${namespace}`,
      },
    ];
  }
  if (status === 404 && existingNamespace) {
    return unknownName(["kubernetes", "namespace"], namespace, await namespaceNames(api), {
      predicate: "does not exist, but wharf:kubernetes.existingNamespace is true",
      ending: "",
      fix: `kubectl create namespace ${namespace}`,
    });
  }
  if (status !== 200 || standing || existingNamespace) return [];
  if (othersStand) {
    const id = labels[stackIdLabel];
    return [
      {
        key,
        message: `"${namespace}" is that of another stack ${stack}${id === undefined ? "" : ` (${stackIdLabel}=${id})`}, whose registry runs in it; ${lostState("it")}; otherwise choose another name`,
        fix: setCommand(["kubernetes", "namespace"], `${namespace}-2`),
      },
    ];
  }
  const whose = namesStack(labels, { stack })
    ? "from before this stack was taken down"
    : "and does not belong to this stack";
  return [
    {
      key,
      message: `"${namespace}" exists already, ${whose}; use it as it is, or choose another name`,
      fix: setCommand(["kubernetes", "existingNamespace"], true),
    },
  ];
}

function noAccess({ cluster, probe, said }: ClusterAccess, error: NodeJS.ErrnoException): Problem {
  const key = "kubernetes:context";
  const { code = "" } = error;
  if (code === "ENOENT" && error.syscall?.startsWith("spawn") === true) {
    return {
      key,
      message: `${error.path} provides the credentials of ${said} and is not on the PATH`,
    };
  }
  if (
    [
      "ECONNREFUSED",
      "ECONNRESET",
      "ENOTFOUND",
      "EAI_AGAIN",
      "EHOSTUNREACH",
      "ETIMEDOUT",
      "ENETUNREACH",
    ].includes(code)
  ) {
    return {
      key,
      message: `no cluster answers at ${cluster.server} (${said}): ${code}`,
      fix: probe,
    };
  }
  return {
    key,
    message: `the cluster at ${cluster.server} (${said}) cannot be reached: ${error.message.split("\n")[0]}`,
    fix: probe,
  };
}
