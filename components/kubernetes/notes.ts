import { accessNote } from "../access/notes";
import { spaceNote } from "../distribution/space";
import type { KubernetesDescription } from "./settings";
import * as pulumi from "@pulumi/pulumi";
import { estimateBy, selfHostedCosts } from "../cost/estimate";
import { cacheNote } from "../caches/self-hosted";
import { Environment } from "../model/environment";
import { removeCommand, setCommand } from "../core/messages";
import { TlsMode } from "../model/tls";
import { debugPort } from "../distribution/config";

import { limitKey, limitsSources, listed } from "./rules/expose";
import { isOpen, ownArgs } from "./pull-through-caches";
import { isWatched, reloadsCertificate } from "./certificate-watch";
import { controllerOf, IngressController } from "./expose-settings";
import { serviceHost } from "./hosts";
import { rollsOver } from "./rules/volume";
import { claimName } from "./storage";
import { trustNamespace, trustsNodes } from "./trust/hosts";

/** What a person should know about a registry on this target, a sentence each. */
export function notesFor(args: KubernetesDescription): string[] {
  const { distribution, environment, kubernetes, storage, tls } = args;
  const { expose, monitoring, namespace, networkPolicy, service } = kubernetes;
  return [
    expose.kind === "ClusterIP"
      ? `It is reached only from inside the cluster. From elsewhere: kubectl port-forward --namespace ${namespace} service/${service} ${args.endpoint.port}, then log in at localhost:${args.endpoint.port}.`
      : `Pods reach it at ${serviceHost(args)}:${args.endpoint.port}.`,
    accessNote(
      args,
      "A changed user or password reaches the running registry within about a minute.",
    ),
    tls.mode === TlsMode.Off
      ? "TLS is off: passwords cross the cluster's network unencrypted."
      : undefined,
    reloadsCertificate(args)
      ? "Within about two minutes of a renewal of the certificate in its Secret the registry presents it, without a restart. A new CA needs an up, which distributes it."
      : isWatched(args)
        ? "Within about two minutes of a renewal of the certificate in its Secret the registry restarts in its pod, after pushes in progress have ended. A new CA needs an up, which distributes it."
        : tls.mode === TlsMode.CertManager || tls.secretName !== undefined
          ? "The registry reads its certificate when it starts: after a renewal run pulumi up, which replaces the pods; or use Stakater's Reloader, Wharf's own registry image, which reads it again, or wharf:kubernetes.smoke.enabled, whose image also watches the certificate."
          : undefined,
    trustsNodes(args)
      ? `A node trusts the registry once its pod of namespace ${trustNamespace(args)} is ready: kubectl get pods --namespace ${trustNamespace(args)} --output wide. Nodes of k3s, RKE2 and Docker read another directory: see wharf:kubernetes.trust.directory.`
      : undefined,
    new pulumi.Config("kubernetes").get("enableSecretMutable") === "true" ||
    process.env.PULUMI_K8S_ENABLE_SECRET_MUTABLE === "true"
      ? undefined
      : "A change of users or certificates replaces their Secrets, which are missing for a moment: pulumi config set kubernetes:enableSecretMutable true changes them in place.",
    nodesNote(args),
    fateOfImages(args),
    storage.kind === "volume" && !rollsOver(args) && environment !== Environment.Lab
      ? "The volume has one writer, so a new version starts after the old one has stopped: for a moment the registry does not answer, and clients retry."
      : undefined,
    expose.kind === "Ingress" && controllerOf(expose) === IngressController.Traefik
      ? "Traefik ends a transfer after 60 s: set respondingTimeouts.readTimeout of its entry point to 0 for large layers."
      : undefined,
    distribution.proxy !== undefined
      ? `A pull-through cache of ${distribution.proxy.remoteUrl}: it accepts no push.`
      : undefined,
    ...args.pullThroughCaches.map((cache) =>
      cacheNote(cache, {
        host: `${serviceHost(ownArgs(args, cache))}:${args.endpoint.port}`,
        anonymous: isOpen(cache),
      }),
    ),
    distribution.metrics.enabled
      ? `Prometheus finds the metrics at port ${debugPort} of the pods, path ${distribution.metrics.path}${networkPolicy.enabled ? `, from namespace ${monitoring.namespace}` : ""}.`
      : undefined,
    distribution.readOnly
      ? "The registry is read-only: it accepts neither push nor deletion."
      : undefined,
    spaceNote(args),
    ...estimateBy(args, selfHostedCosts).warnings,
  ].filter((note) => note !== undefined);
}

/** Which nodes are let in where the description limits who may connect; undefined where it does not. */
function nodesNote(args: KubernetesDescription): string | undefined {
  const { fromNodes } = args.kubernetes.networkPolicy;
  if (!limitsSources(args) || fromNodes === undefined) return undefined;
  if (fromNodes.length === 0) {
    return "No node's address is admitted: containerd can pull only on the node that the registry runs on.";
  }
  const single = fromNodes.every((range) => /\/(32|128)$/.test(range));
  const later = single
    ? " A node that joins later is admitted by the next up; give the nodes' range in wharf:kubernetes.networkPolicy.fromNodes to admit it at once."
    : "";
  return `The nodes are admitted in addition to ${limitKey(args)}, since their containerd pulls: ${listed(fromNodes)}.${later}`;
}

/** What happens to the images when the stack is removed; nothing is said of a bucket or a claim of the user's own. */
function fateOfImages({
  deletion,
  kubernetes,
  storage,
}: KubernetesDescription): string | undefined {
  const { existingNamespace, namespace, volume } = kubernetes;
  if (storage.kind !== "volume" || volume.existingClaim !== undefined) return undefined;
  const own = volume.persistentVolume;
  switch (deletion) {
    case "force":
      return own === undefined || volume.reclaimPolicy === "Delete"
        ? "Images are deleted with the stack."
        : `The claim is deleted with the stack, and what the ${own.kind} volume holds stays: the next up with the same volume uses it again.`;
    case "retain":
      return [
        `The claim ${claimName} in namespace ${namespace} stays when the stack is removed. To use it again:`,
        [
          setCommand(["kubernetes", "volume", "existingClaim"], claimName),
          ...(existingNamespace ? [] : [setCommand(["kubernetes", "existingNamespace"], true)]),
          ...(own === undefined
            ? []
            : [removeCommand(["kubernetes", "volume", "persistentVolume"])]),
        ].join(" && "),
      ].join(" ");
    case "protect":
      return `The claim ${claimName} in namespace ${namespace} is protected: set wharf:deletion to retain before the stack can be removed.`;
  }
}
