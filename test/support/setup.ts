import { execa } from "execa";
import type { TestProject } from "vitest/node";
import type { Announce } from "../../offline/announce";
import { installDebianPackages } from "../../offline/debian-packages";
import { backupProgram, copierProgram } from "../../offline/programs";
import { buildPlugins } from "../../offline/plugins/built-plugins";
import { findDockerEngine } from "../../offline/docker/docker-engine";
import { findInstallation } from "../../offline/engine/installation";
import { languageHosts } from "../../offline/engine/language-hosts";
import { crane } from "../../offline/images/crane";
import {
  bareRegistry,
  goArchitecture,
  registryPrograms,
} from "../../offline/images/registry-image";
import { pebble } from "../acceptance/acme-server";
import { distribution2 } from "../acceptance/old-registry";
import { azurePackages } from "../cli/backup/object-stores";
import { announce } from "./announce";
import { installPackages } from "../cluster/packages";
import { busybox, fakeGcsServer, policyEngine, programs, versitygw } from "../cluster/programs";
import { client } from "../offline/registry/client-programs";
import { conformanceSuite } from "../offline/registry/conformance";
import { redis } from "../offline/registry/redis";
import { emulatorPackages } from "./ecr/emulators";
import { acrTaskProgram } from "./lint/acr-task";
import { actionlintProgram } from "./lint/actionlint";
import { checkovPackages } from "./lint/checkov";
import { kubeconformProgram } from "./lint/kubeconform";
import { promtool } from "./lint/promtool";
import { publishedSchemas } from "./lint/published-schemas";
import { kubernetesSchemas } from "./lint/schemas";
import { zizmorProgram } from "./lint/zizmor";
import { nodePackages } from "./node-releases";
import { npmPackages } from "./npm-packages";
import { pulumiForPython } from "./python/packages";
import { sarifSchema } from "./sarif-schema";

/** Debian packages of the clients that tests drive, by the command that each brings. */
const clients = {
  htpasswd: "apache2-utils",
  skopeo: "skopeo",
  openssl: "openssl",
  curl: "curl",
  jq: "jq",
  setpriv: "util-linux",
  ip: "iproute2",
  ssh: "openssh-client",
  "/usr/sbin/sshd": "openssh-server",
  pip3: "python3-pip",
};

/** What takes long on a fresh machine and both projects need. */
const common = [
  installClients,
  findInstallation,
  (on: Announce) => buildPlugins(["kubernetes", "random", "tls"], on),
  findDockerEngine,
  (on: Announce) => registryPrograms(goArchitecture(process.arch), on),
  (on: Announce) => registryPrograms(goArchitecture(process.arch), on, bareRegistry),
  distribution2,
  kubeconformProgram,
  kubernetesSchemas,
];

/** What takes long on a fresh machine and the files of one project need besides, by the project's name. */
const needs: Record<string, ((announce: Announce) => Promise<unknown>)[]> = {
  engine: [
    ...common,
    conformanceSuite,
    () => client("regctl"),
    () => client("oras"),
    backupProgram,
    copierProgram,
    crane,
    redis,
    emulatorPackages,
    async (on: Announce) => languageHosts(await findInstallation(on), on),
    pulumiForPython,
    acrTaskProgram,
    actionlintProgram,
    nodePackages,
    promtool,
    publishedSchemas,
    sarifSchema,
    pebble,
    fakeGcsServer,
    versitygw,
    (on: Announce) => npmPackages(azurePackages, on),
    zizmorProgram,
  ],
  kubernetes: [
    ...common,
    backupProgram,
    installPackages,
    programs,
    policyEngine,
    busybox,
    checkovPackages,
  ],
};

/**
 * Gets what the files of a project share and a fresh machine lacks, before the first of them runs, so that no test's deadline is
 * over it. Vitest calls it only for the projects that a file was selected of.
 */
export default async function setup({ name }: TestProject): Promise<void> {
  // An outage of half a minute is outlasted, as with apt and Go: pip waits 0, 0.5, 1, 2, 4, 8 and 16 seconds.
  process.env.PIP_RETRIES ??= "7";
  for (const get of needs[name] ?? []) await get(announce);
}

async function installClients(): Promise<void> {
  const missing: string[] = [];
  for (const [command, packageName] of Object.entries(clients)) {
    const { exitCode } = await execa("which", [command], { reject: false });
    if (exitCode !== 0) missing.push(packageName);
  }
  if (missing.length === 0) return;
  announce.start("clients", `installing ${missing.join(", ")} from Debian's packages`);
  await installDebianPackages(missing);
  announce.done("clients", missing.join(", "));
}
