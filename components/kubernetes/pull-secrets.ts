import type { KubernetesDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { Secret } from "@pulumi/kubernetes/core/v1/secret";
import { ServiceAccountPatch } from "@pulumi/kubernetes/core/v1/serviceAccountPatch";
import type { Users } from "../distribution/users";

import { ownedLabels } from "./labels";
import { pullUser } from "./pull-user";
import { encoded } from "./secrets";

/**
 * A pull secret in each namespace that the description names, for every `host:port` of the registry, and in the service accounts
 * there that it names. The patch of a service account fails where another than Wharf has given it pull secrets, which it
 * would replace.
 */
export function createPullSecrets(
  name: string,
  hosts: pulumi.Output<string[]>,
  { credentials }: Users,
  args: KubernetesDescription,
  opts: pulumi.CustomResourceOptions,
): Secret[] {
  const user = pullUser(args);
  const { pullSecrets } = args.kubernetes;
  if (user === undefined) return [];
  const config = pulumi.all([hosts, credentials]).apply(([all, passwords]) => {
    const auth = Buffer.from(`${user}:${passwords[user] ?? ""}`).toString("base64");
    return JSON.stringify({ auths: Object.fromEntries(all.map((host) => [host, { auth }])) });
  });
  return pullSecrets.namespaces.map(({ namespace, serviceAccounts }) => {
    const secret = new Secret(
      `${name}-${namespace}`,
      {
        metadata: { name: pullSecrets.name, namespace, labels: ownedLabels(args) },
        type: "kubernetes.io/dockerconfigjson",
        data: encoded({ ".dockerconfigjson": config }),
      },
      { parent: opts.parent },
    );
    for (const account of serviceAccounts) {
      new ServiceAccountPatch(
        `${name}-${namespace}-${account}`,
        {
          metadata: { name: account, namespace },
          imagePullSecrets: [{ name: pullSecrets.name }],
        },
        { parent: opts.parent, dependsOn: [secret] },
      );
    }
    return secret;
  });
}
