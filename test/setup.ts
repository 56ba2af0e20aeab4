import { execa } from "execa";
import { findDockerEngine } from "../offline/docker-engine";
import { findInstallation } from "../offline/installation";
import { goArchitecture, registryPrograms } from "../offline/registry-image";
import { announce } from "./announce";

/** Debian packages of the clients that tests drive, by the command that each brings. */
const clients = {
  htpasswd: "apache2-utils",
  skopeo: "skopeo",
  openssl: "openssl",
  curl: "curl",
  jq: "jq",
  setpriv: "util-linux",
  ip: "iproute2",
  pip3: "python3-pip",
};

/** What tests share and a fresh machine lacks: the engine, Docker, the registry's program, and the clients that tests drive. */
export default async function setup(): Promise<void> {
  await findInstallation(announce);
  await findDockerEngine(announce);
  await registryPrograms(goArchitecture(process.arch), announce);
  const missing: string[] = [];
  for (const [command, packageName] of Object.entries(clients)) {
    const { exitCode } = await execa("which", [command], { reject: false });
    if (exitCode !== 0) missing.push(packageName);
  }
  if (missing.length === 0) return;
  announce.start("clients", `installing ${missing.join(", ")} from Debian's packages`);
  await execa("apt-get", ["update", "--quiet"]);
  await execa("apt-get", ["install", "--yes", "--quiet", ...missing]);
  announce.done("clients", missing.join(", "));
}
