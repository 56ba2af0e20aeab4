import { z } from "zod";
import { dnsLabel } from "./names";

/** Schema of `wharf:kubernetes.trust`: what lets the nodes pull. */
export const trustSettings = z.strictObject({
  enabled: z.boolean().optional().meta({
    description:
      "Whether a DaemonSet lets every node's containerd trust the registry's CA, without a restart. Defaults to true where the CA is in the stack: with TLS of mode `self-signed`, and of mode `provided` with `tls.caCertificate`.",
  }),
  namespace: dnsLabel.optional().meta({
    description:
      "Namespace of the DaemonSet, which is made. Pod Security `restricted`, which the registry's enforces, admits no directory of a node. Defaults to the registry's with `-trust` after it.",
  }),
  directory: z
    .string()
    .regex(/^(\/[A-Za-z0-9._-]+)+$/, "is no absolute path of a directory")
    .default("/etc/containerd/certs.d")
    .meta({
      description:
        "Directory of the nodes that containerd's `config_path` names; on k3s `/var/lib/rancher/k3s/agent/etc/containerd/certs.d`, on RKE2 the same below `rke2`. Docker reads the same files in `/etc/docker/certs.d`. Defaults to /etc/containerd/certs.d.",
    }),
  mirrors: z.boolean().default(false).meta({
    description:
      "Whether it also has the nodes pull through the caches, by a hosts.toml for each upstream; one that is there already stays, and keeps the pod of its node from being ready. Of caches that ask for a user none is written. Defaults to false: the output `mirrors` has the files.",
  }),
  nodeSelector: z.record(z.string(), z.string()).default({}).meta({
    description: "Labels that a node must have to get it. Defaults to none: every node of Linux.",
  }),
  image: z.string().min(1).optional().meta({
    description: "Image with a shell that the DaemonSet runs. Defaults to that of `smoke.image`.",
  }),
});
