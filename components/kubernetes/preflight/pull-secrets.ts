import { unknownName } from "../../core/names";
import type { KubernetesDescription } from "../settings";
import type { Problem } from "../../core/problems";

import type { Api } from "../cluster/api";

/** What the API answers with where it is asked for all objects of a kind. */
interface List {
  items?: { metadata: { name: string } }[];
}

/** Names of the cluster's namespaces; none where this user may not list them. */
export function namespaceNames(api: Api): Promise<string[]> {
  return namesAt(api, "/api/v1/namespaces");
}

/** What is missing where pull secrets are to be put: the namespace, or a service account that is to use one. */
export async function pullSecretProblems(
  api: Api,
  args: KubernetesDescription,
): Promise<Problem[]> {
  const wanted = args.kubernetes.pullSecrets.namespaces;
  const problems = await Promise.all(
    wanted.map(async ({ namespace, serviceAccounts }, i) => {
      const { status } = await api.get(`/api/v1/namespaces/${namespace}`);
      if (status === 404) return missingNamespace(api, namespace, i);
      const missing = await Promise.all(
        serviceAccounts.map((account, j) => accountProblems(api, namespace, account, [i, j])),
      );
      return missing.flat();
    }),
  );
  return problems.flat();
}

async function missingNamespace(api: Api, namespace: string, index: number): Promise<Problem[]> {
  const path = ["kubernetes", "pullSecrets", "namespaces", index, "namespace"];
  return unknownName(path, namespace, await namespaceNames(api), {
    predicate: "does not exist",
    ending: "",
    fix: `kubectl create namespace ${namespace}`,
  });
}

async function accountProblems(
  api: Api,
  namespace: string,
  account: string,
  [i, j]: [number, number],
): Promise<Problem[]> {
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
  const { status } = await api.get(`${accounts}/${account}`);
  if (status !== 404) return [];
  const path = ["kubernetes", "pullSecrets", "namespaces", i, "serviceAccounts", j];
  return unknownName(path, account, await namesAt(api, accounts), {
    predicate: `is not a ServiceAccount of namespace ${namespace}`,
    fix: `kubectl create serviceaccount ${account} --namespace ${namespace}`,
  });
}

async function namesAt(api: Api, path: string): Promise<string[]> {
  const { body } = await api.get<List>(path);
  return (body.items ?? []).map(({ metadata }) => metadata.name);
}
