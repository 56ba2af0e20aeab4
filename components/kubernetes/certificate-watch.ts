import type { KubernetesDescription } from "./settings";
import type { input } from "@pulumi/kubernetes/types";

import { isRolesImage } from "../model/description";
import { TlsMode } from "../model/tls";

import { tlsDirectory, type TlsSecret } from "./certificates";
import { hardenedContainer } from "./pods";
import type { Contents } from "./secrets";
import { trustsNodes } from "./trust/hosts";

/** Directory of the certificate that the registry has read, as long as its pod lives. */
const readDirectory = "/read";
/** Seconds between two looks at the Secret's files, which the kubelet brings within about a minute. */
const lookEverySeconds = 10;

/** What decides how a pod gets to know a renewed certificate. */
type Certified = Pick<KubernetesDescription, "images" | "kubernetes" | "tls">;

/** Whether the certificate is renewed in its Secret, by cert-manager or by hand, so that nobody need run `up` then. */
function isRenewedInSecret({ tls }: Certified): boolean {
  return (
    tls.mode === TlsMode.CertManager ||
    (tls.mode === TlsMode.Provided && tls.secretName !== undefined)
  );
}

/** Whether the registry itself reads a renewed certificate, as Wharf's own image does, without a restart. */
export function reloadsCertificate(d: Certified): boolean {
  return isRenewedInSecret(d) && isRolesImage(d.images.registry);
}

/**
 * Whether a container beside the registry watches its certificate. It runs the image that proves the registry or tells the nodes to
 * trust it: a stack that has neither may not be able to pull that image, and a pod without it would not start.
 */
export function isWatched(d: Certified): boolean {
  return (
    isRenewedInSecret(d) && !reloadsCertificate(d) && (d.kubernetes.smoke.enabled || trustsNodes(d))
  );
}

/** What of a certificate rolls the pods at an `up`: all of it, but for pods that follow it by themselves. */
export function rollsPods(
  certificate: TlsSecret | undefined,
  args: KubernetesDescription,
): Contents | undefined {
  return reloadsCertificate(args) || isWatched(args) ? undefined : certificate?.contents;
}

/**
 * Ends the registry's process when its certificate has changed: the official image reads that once, at its start, and no signal makes
 * it read it again. It ends cleanly, after the pushes in progress, and the kubelet starts it again in the same pod. What it has read is
 * kept for the pod's life, so that a watch which was restarted itself misses nothing.
 */
const script = `
set -eu
if [ ! -e ${readDirectory}/tls.crt ]; then cat ${tlsDirectory}/tls.crt >${readDirectory}/tls.crt; fi
while :; do
  sleep ${lookEverySeconds}
  now=$(cat ${tlsDirectory}/tls.crt)
  if [ "$now" = "$(cat ${readDirectory}/tls.crt)" ]; then continue; fi
  for process in /proc/[0-9]*; do
    name=
    read -r name <"$process/comm" || continue
    if [ "$name" = registry ]; then kill -TERM "\${process#/proc/}"; fi
  done
  printf '%s\\n' "$now" >${readDirectory}/tls.crt
  echo "The certificate has changed: the registry starts again."
done
`;

/** The container beside the registry's that has it present a renewed certificate. It sees its process, and may end it. */
export function watchContainer({ kubernetes }: KubernetesDescription): input.core.v1.Container {
  const { smoke, trust } = kubernetes;
  const check = {
    exec: { command: ["sh", "-c", `: <${readDirectory}/tls.crt`] },
    timeoutSeconds: 5,
    periodSeconds: 30,
  };
  return {
    ...hardenedContainer,
    name: "watch",
    image: smoke.enabled ? smoke.image : (trust.image ?? smoke.image),
    command: ["sh", "-c", script],
    readinessProbe: check,
    livenessProbe: { ...check, initialDelaySeconds: 10 },
    resources: {
      requests: { cpu: "5m", memory: "16Mi" },
      limits: { cpu: "100m", memory: "32Mi" },
    },
    volumeMounts: [
      { name: "tls", mountPath: tlsDirectory, readOnly: true },
      { name: "read", mountPath: readDirectory },
    ],
  };
}

/** Where the watch keeps what the registry has read. */
export const watchVolume: input.core.v1.Volume = { name: "read", emptyDir: { sizeLimit: "1Mi" } };
