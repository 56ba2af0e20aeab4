import type { RegistryArgs } from "../registry";
import { limitsSources } from "./admission";
import { Api } from "./api";
import { classOf, controllerOfClass, ingressClasses } from "./ingress-classes";
import { findCluster, isReadable } from "./kubeconfig";
import { nodeRanges, nodesOf } from "./nodes";

/**
 * The description with what it leaves to the cluster, read anew at every `up`: which controller is behind the class of an Ingress,
 * and the addresses of the nodes where it limits addresses. What cannot be read stays open, and the preflight says so.
 */
export async function completed(args: RegistryArgs): Promise<RegistryArgs> {
  const { expose, networkPolicy } = args.kubernetes;
  const wantsController = expose.kind === "Ingress" && expose.controller === undefined;
  const wantsNodes = limitsSources(args) && networkPolicy.fromNodes === undefined;
  if (!wantsController && !wantsNodes) return args;
  let api: Api | undefined;
  try {
    const access = findCluster();
    if (!isReadable(access)) return args;
    api = await Api.connect(access);
    const [classes, nodes] = await Promise.all([
      wantsController ? ingressClasses(api) : undefined,
      wantsNodes ? nodesOf(api) : undefined,
    ]);
    const found = wantsController && classes !== undefined ? classOf(expose, classes) : undefined;
    return {
      ...args,
      kubernetes: {
        ...args.kubernetes,
        ...(found !== undefined &&
          expose.kind === "Ingress" && {
            expose: { ...expose, controller: controllerOfClass(found) },
          }),
        ...(nodes !== undefined && {
          networkPolicy: { ...networkPolicy, fromNodes: nodeRanges(nodes) },
        }),
      },
    };
  } catch {
    // A cluster that does not answer is the preflight's first problem.
    return args;
  } finally {
    api?.close();
  }
}
