import { randomBytes } from "node:crypto";
import { announce } from "../support/announce";
import { startS3Server, type S3Keys } from "../support/s3-server";
import type { Cluster } from "../cluster/cluster";
import { versitygw } from "../cluster/programs";
import { until } from "../cluster/waiting";
import type { DockerEngine } from "./docker-engine";

const image = "wharf.local/versitygw:1";
const namespace = "store";
const port = 7070;
const bucket = "images";
/** Directory whose directories are the buckets. */
const buckets = "/data/buckets";

/** An S3 server in a cluster, with one bucket. */
export interface S3Store extends S3Keys {
  /** `wharf:storage`, without the keys, which are secrets. */
  storage: Record<string, unknown>;
}

/** Starts an S3 server in a cluster; its objects live as long as its pod. */
export async function startS3Store(cluster: Cluster): Promise<S3Store> {
  const { accessKey, secretKey } = newKeys();
  await cluster.importPrograms(
    image,
    { versitygw: await versitygw(announce) },
    { entries: [{ path: "data", mode: 0o1777 }] },
  );
  await cluster.apply(...objects(accessKey, secretKey));
  await cluster.kubectl("rollout", "status", "deployment/s3", `--namespace=${namespace}`);
  // Its address, not its name: for each connection of a pod the name would be looked up in every domain of the cluster first.
  const { spec } = await cluster.get<{ spec: { clusterIP: string } }>(
    `/api/v1/namespaces/${namespace}/services/s3`,
  );
  const endpoint = `http://${spec.clusterIP}:${port}`;
  const signed = ["--aws-sigv4", "aws:amz:us-east-1:s3", "--user", `${accessKey}:${secretKey}`];
  await until({ what: "the bucket to be made" }, async () => {
    // S3 wants to be told that the body, of which there is none, is not part of what was signed.
    const header = ["--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD"];
    const make = ["--silent", "--fail", "--request", "PUT", ...signed, ...header];
    await cluster.node("curl", [...make, `${endpoint}/${bucket}`]);
    return true;
  });
  return { storage: storageAt(endpoint), accessKey, secretKey };
}

/** An S3 server beside an engine, where its containers and this machine reach it, with one bucket; it ends with `stop`. */
export async function startS3StoreBeside(
  engine: DockerEngine,
): Promise<S3Store & { stop(): Promise<void> }> {
  const gateway = ["--format", "{{(index .IPAM.Config 0).Gateway}}"];
  const address = `${await engine.docker("network", "inspect", "bridge", ...gateway)}:${port}`;
  const keys = newKeys();
  const stop = await startS3Server(address, engine.directory, bucket, keys);
  return { storage: storageAt(`http://${address}`), ...keys, stop };
}

const newKeys = (): S3Keys => ({
  accessKey: "registry",
  secretKey: randomBytes(16).toString("hex"),
});

const storageAt = (regionEndpoint: string) => ({
  ...{ kind: "s3", bucket, regionEndpoint, forcePathStyle: true },
});

function objects(accessKey: string, secretKey: string): object[] {
  const labels = { app: "s3" };
  const container = {
    name: "s3",
    image,
    // What other file systems keep in extended attributes stands in files beside the objects.
    args: ["--port", `:${port}`, "posix", "--sidecar", "/data/attributes", buckets],
    env: [
      { name: "ROOT_ACCESS_KEY", value: accessKey },
      { name: "ROOT_SECRET_KEY", value: secretKey },
    ],
    readinessProbe: { tcpSocket: { port }, periodSeconds: 1 },
    volumeMounts: [
      { name: "buckets", mountPath: buckets },
      { name: "attributes", mountPath: "/data/attributes" },
    ],
  };
  const volumes = [
    { name: "buckets", emptyDir: {} },
    { name: "attributes", emptyDir: {} },
  ];
  return [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "s3", namespace },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { securityContext: { fsGroup: 10001 }, containers: [container], volumes },
        },
      },
    },
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s3", namespace },
      spec: { selector: labels, ports: [{ port }] },
    },
  ];
}
