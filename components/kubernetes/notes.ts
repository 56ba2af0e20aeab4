import { Environment } from "../description/choices";
import { TlsMode } from "../description/tls";
import { debugPort } from "../distribution/config";
import type { RegistryArgs } from "../registry";
import { controllerOf, IngressController } from "./description-expose";
import { serviceHost } from "./hosts";
import { rollsOver } from "./replicas";
import { claimName } from "./storage";
import { trustNamespace, trustsNodes } from "./trust-settings";

/** What a person should know about a registry on this target, a sentence each. */
export function notesFor(args: RegistryArgs): string[] {
  const { auth, deletion, engine, environment, kubernetes, storage, tls } = args;
  const { existingNamespace, expose, monitoring, namespace, networkPolicy, service, volume } =
    kubernetes;
  const holdsImages = storage.kind === "volume" && volume.existingClaim === undefined;
  return [
    expose.kind === "ClusterIP"
      ? `Only the cluster reaches it. From elsewhere: kubectl port-forward --namespace ${namespace} service/${service} ${args.endpoint.port}, then log in at localhost:${args.endpoint.port}.`
      : `Pods reach it at ${serviceHost(args)}:${args.endpoint.port}.`,
    auth.token === undefined
      ? "Every user may pull, push and delete: htpasswd knows no roles. A changed user or password reaches the running registry within about a minute."
      : "The token server decides who may pull and push.",
    tls.mode === TlsMode.Off
      ? "TLS is off: passwords cross the cluster's network in clear."
      : undefined,
    tls.mode === TlsMode.CertManager
      ? "The registry reads its certificate when it starts: after cert-manager has renewed it, run pulumi up, which rolls the pods; or let Stakater's Reloader do so."
      : undefined,
    trustsNodes(args)
      ? `A node trusts the registry once its pod of namespace ${trustNamespace(args)} is ready: kubectl get pods --namespace ${trustNamespace(args)} --output wide. Nodes of k3s, RKE2 and Docker read another directory: see wharf:kubernetes.trust.directory.`
      : undefined,
    holdsImages
      ? {
          force: "The images go when the stack goes.",
          retain: `The claim ${claimName} in namespace ${namespace} stays when the stack goes. To take it up again: pulumi config set --path 'wharf:kubernetes.volume.existingClaim' ${claimName}${existingNamespace ? "" : ` && pulumi config set --path 'wharf:kubernetes.existingNamespace' true`}.`,
          protect: `The claim ${claimName} in namespace ${namespace} is protected: set wharf:deletion to retain before the stack can go.`,
        }[deletion]
      : undefined,
    storage.kind === "volume" && !rollsOver(args) && environment !== Environment.Lab
      ? "The volume has one writer, so that a new version starts after the old one has stopped: a moment without answers, which clients retry."
      : undefined,
    expose.kind === "Ingress" && controllerOf(expose) === IngressController.Traefik
      ? "Traefik ends a transfer after 60 s: set respondingTimeouts.readTimeout of its entry point to 0 for large layers."
      : undefined,
    engine.proxy !== undefined
      ? `A pull-through cache of ${engine.proxy.remoteUrl}: it accepts no push.`
      : undefined,
    engine.metrics.enabled
      ? `Prometheus finds the metrics at port ${debugPort} of the pods, path ${engine.metrics.path}${networkPolicy.enabled ? `, from namespace ${monitoring.namespace}` : ""}.`
      : undefined,
    engine.readOnly
      ? "The registry is read-only: it accepts neither push nor deletion."
      : undefined,
  ].filter((note) => note !== undefined);
}
