import type { KubernetesDescription } from "../settings";
import { removeCommand, setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";
import { TlsMode } from "../../model/tls";

import { usersSecretName } from "../secrets";
import type { Answer, Api } from "../cluster/api";
import { cacheNames } from "../rules/caches";
import { secretName } from "../certificates";
import { serviceAccountName } from "../namespace";
import type { FoundService } from "./addresses";
import { isOwn, namesStack, type Identity, type Ownership } from "./state";
import { settingsSecretName } from "../config-secret";
import { trustNamespace, trustsNodes } from "../trust/hosts";

/** What the API says of any object, as far as it is asked here. */
interface Found {
  metadata?: Identity;
}

/**
 * What exists under a name that the stack would give, and belongs to another: the provider takes nothing over, so that an `up` would fail
 * half way. A namespace that is made holds nothing of another's.
 * @param service the Service of the registry's name
 * @param owner reads from the stack's state what is its own
 */
export async function ownerProblems(
  api: Api,
  service: Answer<FoundService>,
  args: KubernetesDescription,
  owner: () => Promise<Ownership>,
): Promise<Problem[]> {
  const isOfAnother: Judge = async ({ body, status }) => {
    if (status !== 200) return false;
    // The state is asked only of what may be the stack's.
    return !namesStack(body.metadata?.labels, args) || !isOwn(body.metadata, await owner());
  };
  const problems = await Promise.all([
    ...(args.kubernetes.existingNamespace ? [serviceProblems(service, args, isOfAnother)] : []),
    trustNamespaceProblems(api, args, isOfAnother),
    ...(args.kubernetes.existingNamespace ? [objectProblems(api, args, isOfAnother)] : []),
  ]);
  return problems.flat();
}

/** Whether what was found is not the stack's own. */
type Judge = (found: Answer<Found>) => Promise<boolean>;

async function serviceProblems(
  found: Answer<FoundService>,
  args: KubernetesDescription,
  isOfAnother: Judge,
): Promise<Problem[]> {
  const { namespace, service } = args.kubernetes;
  return (await isOfAnother(found))
    ? [
        {
          key: "wharf:kubernetes.service",
          message: `"${service}" exists already in namespace ${namespace}, and does not belong to this stack; choose another name`,
          fix: setCommand(["kubernetes", "service"], `${service}-2`),
        },
      ]
    : [];
}

/** Objects whose names nothing in the description changes. */
async function objectProblems(
  api: Api,
  args: KubernetesDescription,
  isOfAnother: Judge,
): Promise<Problem[]> {
  const { kubernetes, tls } = args;
  const { namespace } = kubernetes;
  const core = `/api/v1/namespaces/${namespace}`;
  // cert-manager's own is left to it: it takes up what it finds.
  const ownsCertificate =
    tls.mode === TlsMode.SelfSigned ||
    (tls.mode === TlsMode.Provided && tls.secretName === undefined);
  const caches = args.pullThroughCaches.map(cacheNames);
  const named = (kind: string, path: string, names: string[]) =>
    names.map((name) => ({ kind, name, path }));
  const objects = [
    ...named("Deployment", `/apis/apps/v1/namespaces/${namespace}/deployments`, [
      "registry",
      ...caches.map(({ objectName }) => objectName),
    ]),
    ...named("ServiceAccount", `${core}/serviceaccounts`, [serviceAccountName]),
    ...named("Secret", `${core}/secrets`, [
      settingsSecretName,
      usersSecretName,
      ...(ownsCertificate ? [secretName] : []),
      ...caches.map((cache) => cache.settingsSecretName),
    ]),
    ...named(
      "Service",
      `${core}/services`,
      caches.map(({ objectName }) => objectName),
    ),
    ...named(
      "PersistentVolumeClaim",
      `${core}/persistentvolumeclaims`,
      caches.map(({ claimName }) => claimName),
    ),
  ];
  const found = await Promise.all(
    objects.map(({ name, path }) => api.get<Found>(`${path}/${name}`)),
  );
  const judged = await Promise.all(found.map(isOfAnother));
  const taken = objects.filter((_, i) => judged[i]).map(({ kind, name }) => `${kind} ${name}`);
  return taken.length === 0
    ? []
    : [
        {
          key: "wharf:kubernetes.namespace",
          message: `"${namespace}" has objects of others under names that this stack needs: ${taken.join(", ")}; choose another namespace, or let Wharf create one`,
          fix: `${removeCommand(["kubernetes", "existingNamespace"])} && ${setCommand(["kubernetes", "namespace"], `${namespace}-2`)}`,
        },
      ];
}

async function trustNamespaceProblems(
  api: Api,
  args: KubernetesDescription,
  isOfAnother: Judge,
): Promise<Problem[]> {
  if (!trustsNodes(args)) return [];
  const name = trustNamespace(args);
  return (await isOfAnother(await api.get<Found>(`/api/v1/namespaces/${name}`)))
    ? [
        {
          key: "wharf:kubernetes.trust.namespace",
          message: `"${name}" exists already, and does not belong to this stack; the namespace for the nodes' trust is created by the stack, so choose another name`,
          fix: setCommand(["kubernetes", "trust", "namespace"], `${name}-2`),
        },
      ]
    : [];
}
