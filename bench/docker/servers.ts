import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DockerEngine } from "./docker-engine";
import type { PulumiStack } from "../pulumi-stack";
import type { Server } from "../transfer";

/** distribution without TLS, users or anything else that was asked of it. */
const bareConfig = `version: 0.1
storage:
  filesystem:
    rootdirectory: /var/lib/registry
http:
  addr: :5000
`;

/** Wharf's registry, with the Docker client logged in. */
export async function serveWharf(docker: DockerEngine, wharf: PulumiStack): Promise<Server> {
  await wharf.run.create();
  const { hosts, repositories, credentials } = await wharf.outputs<{
    hosts: string[];
    repositories: Record<string, string>;
    credentials: Record<string, string>;
  }>();
  await docker.logIn(hosts[0] ?? "", "admin", credentials.admin ?? "");
  return { name: "Wharf", repository: repositories.app ?? "" };
}

/** distribution as `docker run` starts it, unencrypted and without users, on a port of loopback. */
export async function serveBare(
  docker: DockerEngine,
  { directory, image, port }: { directory: string; image: string; port: number },
): Promise<Server> {
  const config = join(await mkdtemp(join(directory, "bare-")), "config.yml");
  await writeFile(config, bareConfig);
  await docker.docker(
    ...["run", "--detach", "--publish", `127.0.0.1:${port}:5000`, "--user", "0:0"],
    ...["--env", "OTEL_TRACES_EXPORTER=none", "--volume", "/var/lib/registry"],
    ...["--volume", `${config}:/etc/distribution/config.yml`],
    ...[image, "serve", "/etc/distribution/config.yml"],
  );
  return { name: "bare distribution", repository: `localhost:${port}/app` };
}
