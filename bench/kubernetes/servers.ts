import type { Cluster } from "../../test/cluster/cluster";
import { until } from "../../test/cluster/waiting";
import type { PulumiStack } from "../pulumi-stack";
import type { Server } from "../transfer";
import type { CraneClient } from "./crane-client";

const bareConfig = `version: 0.1
storage:
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
`;

/** Wharf's registry, with crane logged in. */
export async function serveWharf(wharf: PulumiStack, crane: CraneClient): Promise<Server> {
  await wharf.run.create();
  const { hosts, repositories, credentials, caCertificate } = await wharf.outputs<{
    hosts: string[];
    repositories: Record<string, string>;
    credentials: Record<string, string>;
    caCertificate: string;
  }>();
  await crane.logIn(hosts[0] ?? "", "admin", credentials.admin ?? "", caCertificate);
  return { name: "Wharf", repository: repositories.app ?? "" };
}

/** distribution in a pod of its own, unencrypted and without users, on a NodePort. */
export async function serveBare(cluster: Cluster, image: string): Promise<Server> {
  const name = "bare-registry";
  await cluster.apply(
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name },
      data: { "config.yml": bareConfig },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name, labels: { app: name } },
      spec: {
        containers: [
          {
            name: "registry",
            image,
            imagePullPolicy: "IfNotPresent",
            args: ["serve", "/etc/bare/config.yml"],
            env: [{ name: "OTEL_TRACES_EXPORTER", value: "none" }],
            volumeMounts: [
              { name: "config", mountPath: "/etc/bare" },
              { name: "images", mountPath: "/var/lib/registry" },
            ],
          },
        ],
        securityContext: { fsGroup: 10001 },
        volumes: [
          { name: "config", configMap: { name } },
          { name: "images", emptyDir: {} },
        ],
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name },
      spec: { type: "NodePort", selector: { app: name }, ports: [{ port: 5000 }] },
    },
  );
  await cluster.kubectl("wait", "pod", name, "--for", "condition=Ready", "--timeout", "120s");
  const query = "jsonpath={.spec.ports[0].nodePort}";
  const port = await cluster.kubectl("get", "service", name, "--output", query);
  const host = `${cluster.address}:${port}`;
  await until({ what: `the bare registry to answer at ${host}` }, async () => {
    return (await fetch(`http://${host}/v2/`)).ok;
  });
  return { name: "bare pod", repository: `${host}/app` };
}
