import type { KubernetesDescription } from "../settings";
import { setCommand } from "../../core/messages";
import type { Problem } from "../../core/problems";

import type { Api } from "../cluster/api";
import { classOf, ingressClasses } from "../cluster/ingress-classes";
import { IngressController, knownController } from "../expose-settings";
import { exposeProblems, limitKey, limitsSources } from "../rules/expose";

/**
 * What the description leaves to the cluster, and the cluster does not tell or tells what cannot hold with the rest.
 * @param api undefined where only the provider knows the way to the cluster
 */
export async function leftOpenProblems(
  api: Api | undefined,
  args: KubernetesDescription,
): Promise<Problem[]> {
  return [...(await controllerProblems(api, args)), ...exposeProblems(args), ...nodeProblems(args)];
}

async function controllerProblems(
  api: Api | undefined,
  args: KubernetesDescription,
): Promise<Problem[]> {
  const { expose } = args.kubernetes;
  if (expose.kind !== "Ingress" || expose.controller !== undefined) return [];
  const classes = api && (await ingressClasses(api));
  const found = classes && classOf(expose, classes);
  // That there is no such class is told with those that there are.
  if (classes !== undefined && found === undefined) return [];
  // A class that cannot be read is taken by its name.
  if (found === undefined && knownController(expose) !== undefined) return [];
  const which =
    found === undefined
      ? `is missing, and the cluster's IngressClasses cannot be read`
      : `is missing: IngressClass "${found.metadata.name}" belongs to the controller ${found.spec?.controller}, which Wharf does not know`;
  return [
    {
      key: "wharf:kubernetes.expose.controller",
      message: `${which}; the controller's limit on bodies, 1 MiB with ingress-nginx, and plain HTTP to the pods are lifted by annotations that differ by controller: set one of ${Object.values(IngressController).join(", ")}; with "other", set the annotations yourself in wharf:kubernetes.expose.annotations`,
      fix: setCommand(
        ["kubernetes", "expose", "controller"],
        found === undefined ? IngressController.Nginx : IngressController.Other,
      ),
    },
  ];
}

function nodeProblems(args: KubernetesDescription): Problem[] {
  const { fromNodes } = args.kubernetes.networkPolicy;
  if (!limitsSources(args) || fromNodes !== undefined) return [];
  return [
    {
      key: "wharf:kubernetes.networkPolicy.fromNodes",
      message: `is missing beside ${limitKey(args)}: the nodes pull by their own addresses, which cannot be read from the cluster (kubectl auth can-i list nodes); give their ranges here, or an empty list, which admits no nodes`,
      fix: setCommand(["kubernetes", "networkPolicy", "fromNodes", 0], "10.0.0.0/16"),
    },
  ];
}
