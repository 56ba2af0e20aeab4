import type { Parsed } from "../description/schema";
import { TlsMode } from "../description/tls";

/** Whether the nodes are told to trust the registry: as set, or where the stack holds a CA that they do not know. */
export function trustsNodes({ kubernetes, tls }: Pick<Parsed, "kubernetes" | "tls">): boolean {
  const hasCa =
    tls.mode === TlsMode.SelfSigned ||
    (tls.mode === TlsMode.Provided && tls.caCertificate !== undefined);
  return kubernetes.trust.enabled ?? hasCa;
}

/** Namespace of the DaemonSet that tells them. */
export function trustNamespace({ kubernetes }: Pick<Parsed, "kubernetes">): string {
  return kubernetes.trust.namespace ?? `${kubernetes.namespace}-trust`;
}
