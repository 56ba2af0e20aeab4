import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../../offline/announce";
import { run } from "../../offline/commands";
import { imageArchive } from "../../offline/images/image-archive";
import { goArchitecture, registryImage } from "../../offline/images/registry-image";
import { Cluster } from "../../test/cluster/cluster";
import { DockerEngine } from "../docker/docker-engine";
import type { Surroundings } from "../section";
import { modes, programOf, type Described } from "./modes";

/** Where registries run while they are measured. */
export interface Platform {
  /** Starts a registry. Returns its address, `host:port`; it may not answer yet. */
  start(registry: Described): Promise<string>;
  stop(): Promise<void>;
}

const programs = [...new Set(modes.map((mode) => programOf[mode]))];

function archives(announce: Announce): Promise<Buffer[]> {
  return Promise.all(
    programs.map(async (program) =>
      imageArchive(await registryImage(goArchitecture(process.arch), announce, program)),
    ),
  );
}

/**
 * Containers of a Docker engine of the benchmark's own. They are asked at their own addresses, without Docker's proxy, which would take as
 * long for each and so make them more alike.
 */
export async function onDocker({ directory, announce }: Surroundings): Promise<Platform> {
  const docker = await DockerEngine.start(directory);
  const stop = () => docker.remove();
  try {
    for (const [index, archive] of (await archives(announce)).entries()) {
      const file = join(directory, `image-${index}.tar`);
      await writeFile(file, archive);
      await docker.docker("load", "--quiet", "--input", file);
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const start = async (registry: Described) => {
    const files = join(directory, registry.name);
    await mkdir(files);
    // The registry runs as a user of its own.
    await chmod(files, 0o755);
    for (const [name, contents] of Object.entries(registry.files)) {
      await writeFile(join(files, name), contents);
    }
    await docker.docker(
      ...["run", "--detach", "--name", registry.name],
      ...["--volume", `${files}:${registry.directory}:ro`, "--volume", "/var/lib/registry"],
      ...[programOf[registry.mode].reference, "serve", `${registry.directory}/config.yml`],
    );
    const lines: string[] = [];
    const address = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    await run("docker", ["inspect", "--format", address, registry.name], {
      env: docker.environment,
      onLine: (line) => lines.push(line),
    });
    return `${lines[0]}:5000`;
  };
  return { start, stop };
}

/** Pods of a cluster of the benchmark's own, each behind a Service with a NodePort. */
export async function onKubernetes({ announce }: Surroundings): Promise<Platform> {
  const cluster = await Cluster.start(announce);
  const stop = () => cluster.stop();
  try {
    for (const archive of await archives(announce)) await cluster.importImage(archive);
  } catch (error) {
    await stop();
    throw error;
  }
  const start = async (registry: Described) => {
    const { name } = registry;
    await cluster.apply(
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name },
        stringData: registry.files,
      },
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name, labels: { app: name } },
        spec: {
          containers: [
            {
              name: "registry",
              image: programOf[registry.mode].reference,
              imagePullPolicy: "IfNotPresent",
              args: ["serve", `${registry.directory}/config.yml`],
              volumeMounts: [
                { name: "files", mountPath: registry.directory },
                { name: "images", mountPath: "/var/lib/registry" },
              ],
            },
          ],
          securityContext: { fsGroup: 10001 },
          volumes: [
            { name: "files", secret: { secretName: name } },
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
    return `${cluster.address}:${port}`;
  };
  return { start, stop };
}
