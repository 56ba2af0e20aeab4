import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { announce } from "../support/announce";
import type { Cluster } from "../cluster/cluster";
import { versitygw } from "../cluster/programs";
import { until } from "../cluster/waiting";
import type { DockerEngine } from "./docker-engine";

const image = "wharf.local/versitygw:1";
const namespace = "store";
const port = 7070;
/** Directory whose directories are the buckets. */
const buckets = "/data/buckets";

/** An S3 server in a cluster, with one bucket. */
export interface S3Store {
  /** `wharf:storage`, without the keys, which are secrets. */
  storage: Record<string, unknown>;
  accessKey: string;
  secretKey: string;
}

/** Starts an S3 server in a cluster; its objects live as long as its pod. */
export async function startS3Store(cluster: Cluster): Promise<S3Store> {
  const [accessKey, secretKey] = ["registry", randomBytes(16).toString("hex")];
  const endpoint = `http://s3.${namespace}.svc.cluster.local:${port}`;
  await cluster.importPrograms(
    image,
    { versitygw: await versitygw(announce) },
    { entries: [{ path: "data", mode: 0o1777 }] },
  );
  await cluster.apply(...objects(accessKey, secretKey));
  await cluster.kubectl("rollout", "status", "deployment/s3", `--namespace=${namespace}`);
  const signed = ["--aws-sigv4", "aws:amz:us-east-1:s3", "--user", `${accessKey}:${secretKey}`];
  await until({ what: "the bucket to be made" }, async () => {
    // S3 wants to be told that the body, of which there is none, is not part of what was signed.
    const header = ["--header", "x-amz-content-sha256: UNSIGNED-PAYLOAD"];
    const make = ["--silent", "--fail", "--request", "PUT", ...signed, ...header];
    await cluster.node("curl", [...make, `${endpoint}/images`]);
    return true;
  });
  const storage = {
    kind: "s3",
    bucket: "images",
    regionEndpoint: endpoint,
    forcePathStyle: true,
  };
  return { storage, accessKey, secretKey };
}

/** An S3 server beside an engine, where its containers and this machine reach it, with one bucket; it ends with `stop`. */
export async function startS3StoreBeside(
  engine: DockerEngine,
): Promise<S3Store & { stop(): Promise<void> }> {
  const [accessKey, secretKey] = ["registry", randomBytes(16).toString("hex")];
  const [buckets, attributes] = [join(engine.directory, "buckets"), join(engine.directory, "s3")];
  await mkdir(join(buckets, "images"), { recursive: true });
  await mkdir(attributes);
  const gateway = ["--format", "{{(index .IPAM.Config 0).Gateway}}"];
  const address = `${await engine.docker("network", "inspect", "bridge", ...gateway)}:${port}`;
  const args = ["--port", address, "posix", "--sidecar", attributes, buckets];
  const server = engine.command(await versitygw(announce), args, {
    env: { ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey },
    reject: false,
  });
  await expect
    .poll(() => engine.command("curl", ["--silent", `http://${address}`]), { timeout: 30_000 })
    .toBeTruthy();
  const storage = {
    kind: "s3",
    bucket: "images",
    regionEndpoint: `http://${address}`,
    forcePathStyle: true,
  };
  const stop = async () => {
    server.kill();
    await server;
  };
  return { storage, accessKey, secretKey, stop };
}

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
