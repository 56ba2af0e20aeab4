import { execa } from "execa";
import type { Issued } from "../../support/test-certificates";

const namespace = "registry";
const labels = { app: "registry" };

/** The Secret of the certificate that {@link runningRegistry} presents. */
export function certificateSecret({ certificate, privateKey }: Issued): object {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "registry-cert", namespace },
    type: "kubernetes.io/tls",
    stringData: { "tls.crt": certificate, "tls.key": privateKey },
  };
}

/** Where {@link runningRegistry} answers. */
interface Place {
  image: string;
  nodePort: number;
  clusterIp: string;
}

/** A bare registry with TLS, on a NodePort, that lets in only `readonly`; it starts once its certificate is there. */
export async function runningRegistry({ image, nodePort, clusterIp }: Place): Promise<object[]> {
  const { stdout: htpasswd } = await execa("htpasswd", ["-niB", "readonly"], {
    input: "a test's password",
  });
  const configuration = `
version: 0.1
storage: { filesystem: { rootdirectory: /tmp/registry } }
auth: { htpasswd: { realm: test, path: /etc/distribution/htpasswd } }
http: { addr: ":5000", tls: { certificate: /tls/tls.crt, key: /tls/tls.key } }
`;
  const container = {
    name: "registry",
    image,
    readinessProbe: { tcpSocket: { port: 5000 }, periodSeconds: 1 },
    volumeMounts: [
      { name: "settings", mountPath: "/etc/distribution" },
      { name: "tls", mountPath: "/tls" },
      { name: "images", mountPath: "/tmp" },
    ],
  };
  const volumes = [
    { name: "settings", secret: { secretName: "settings" } },
    { name: "tls", secret: { secretName: "registry-cert" } },
    // It outlives the pod, which is restarted for another certificate.
    { name: "images", hostPath: { path: "/var/lib/images", type: "DirectoryOrCreate" } },
  ];
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "settings", namespace },
      stringData: { "config.yml": configuration, htpasswd },
    },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "registry", namespace },
      spec: {
        strategy: { type: "Recreate" },
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [container], securityContext: { runAsUser: 0 }, volumes },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "registry-service", namespace },
      spec: {
        type: "NodePort",
        clusterIP: clusterIp,
        selector: labels,
        ports: [{ port: 5000, nodePort }],
      },
    },
  ];
}
