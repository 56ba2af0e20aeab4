import { hashSync } from "bcryptjs";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { acrTask } from "../../components/builds/acr-task";
import { buildspec } from "../../components/builds/codebuild";
import { cloudBuildYaml } from "../../components/builds/cloud-build";
import { pipelineFile } from "../../components/builds/pipeline-files";
import type { Build } from "../../components/model/builds";
import { buildOf } from "../components/builds/arbitraries";
import type { Ended } from "../components/builds/build-machine";
import {
  type PushTo,
  runAcrTask,
  runBitbucketSteps,
  runBuildspec,
  runCloudBuild,
  runGitLabJob,
  runWorkflow,
  type Start,
} from "../components/builds/build-platforms";
import { registryBinary } from "../components/distribution/software";
import { createCertificate, type LoopbackCertificate } from "../support/loopback-certificate";
import { ask, startRegistry, type RunningRegistry } from "../support/running-registry";
import { accept, digestOf } from "../support/small-image";
import { BuildMachine } from "./build-machine";
import { DockerEngine, verifiedName } from "./docker-engine";

const repository = "shop/api";
const password = "correct horse battery staple";
/** Who logs in: CodeBuild and Artifact Registry have names of their own for it. */
const [user, awsUser] = ["ci", "AWS"];
const secretText = `it's "$HOME" $(id) \`id\` {{x}} \${{ y }}\nand a second line`;

/** What runs a build, by the platform. */
type Run = (build: Build, start: Start, to: PushTo, machine: BuildMachine) => Promise<Ended>;

/** Cloud Build and ACR log their steps in by themselves, so that no line of a definition does. */
const loggedIn =
  (run: Run): Run =>
  async (build, start, to, machine) => {
    const login = ["login", "--username", to.username, "--password-stdin", to.host];
    const ended = await machine.run("docker", login, {}, to.password);
    return ended.exitCode === 0 ? run(build, start, to, machine) : ended;
  };
const fileFrom = (source: string, build: Build, to: PushTo) =>
  pipelineFile({ ...build, source }, { ...to, caFile: to.ca !== "" }).content;

const platforms: Record<string, Run> = {
  CodeBuild: (build, ...rest) => runBuildspec(buildspec(build), ...rest),
  "Cloud Build": loggedIn((build, start, to, machine) =>
    runCloudBuild(cloudBuildYaml(build, { address: to.address }), start, machine),
  ),
  "ACR Tasks": loggedIn((build, ...rest) => runAcrTask(acrTask(build).step, ...rest)),
  "GitHub Actions": (build, start, to, machine) =>
    runWorkflow(fileFrom("github.com/acme/shop", build, to), start, to, machine),
  "GitLab CI": (build, start, to, machine) =>
    runGitLabJob(fileFrom("gitlab.com/acme/shop", build, to), start, to, machine),
  "Bitbucket Pipelines": (build, start, to, machine) =>
    runBitbucketSteps(fileFrom("bitbucket.org/acme/shop", build, to), start, to, machine),
};

describe("a build's definition, run as its platform runs it", () => {
  let engine: DockerEngine;
  let directory: string;
  let usersFile: string;
  let binary: string;
  let registry: RunningRegistry;
  let machine: BuildMachine;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "wharf-builds-"));
    usersFile = join(directory, "htpasswd");
    const hash = hashSync(password, 4);
    await writeFile(usersFile, [user, awsUser].map((name) => `${name}:${hash}\n`).join(""));
    engine = await DockerEngine.start();
    binary = await registryBinary();
  });
  afterAll(async () => {
    await engine?.remove();
    await rm(directory, { recursive: true, force: true });
  });
  beforeEach(async () => {
    registry = await startRegistry(binary, {
      auth: { kind: "htpasswd", realm: "Wharf", path: usersFile },
    });
    machine = await BuildMachine.create(engine, password);
  });
  afterEach(async () => {
    await machine?.remove();
    await registry?.stop();
  });

  const auth = `${user}:${password}`;
  const tagsIn = async (url: string, ca?: string) => {
    const answer = await ask(`${url}/v2/${repository}/tags/list`, { auth, ca });
    return (JSON.parse(answer.body) as { tags?: string[] }).tags?.sort() ?? [];
  };
  const pushTo = (url: string, ca = ""): PushTo => {
    const { host } = new URL(url);
    return {
      ...{ host, address: `${host}/${repository}`, cacheAddress: "" },
      ...{ username: user, password, ca },
    };
  };
  const manifestOf = async (tag: string) => {
    const { headers } = accept;
    const Accept = `${headers.Accept}, application/vnd.docker.distribution.manifest.v2+json`;
    const { body } = await ask(`${registry.url}/v2/${repository}/manifests/${tag}`, {
      auth,
      headers: { Accept },
    });
    return { digest: digestOf(body), manifest: JSON.parse(body) as { config: { digest: string } } };
  };
  const labelsOf = async (tag: string) => {
    const { config } = (await manifestOf(tag)).manifest;
    const blob = await ask(`${registry.url}/v2/${repository}/blobs/${config.digest}`, { auth });
    return (JSON.parse(blob.body) as { config: { Labels: Record<string, string> } }).config.Labels;
  };

  describe.each(Object.entries(platforms))("on %s", (platform, run) => {
    const azure = platform === "ACR Tasks";

    it("pushes exactly the tags of a branch's commit, one image under all of them", async () => {
      const commit = await machine.git("rev-parse", "HEAD");
      const today = new Date().toISOString().slice(0, 10).replaceAll("-", "");
      const build = buildOf({
        branch: azure ? "feature/cart" : "feature/*",
        tags: ["{commit}", "{branch}-{shortCommit}", "b{build}", "{date}", "latest"],
        arguments: { MOTTO: secretText },
        // ACR splits a path at its space; the rules refuse that there.
        ...(azure ? {} : { context: "services/my api", dockerfile: "services/my api/Dockerfile" }),
      });
      const start = { commit, branch: "feature/cart", build: "42" };
      const ended = await run(build, start, pushTo(registry.url), machine);
      expect(ended.exitCode, ended.said).toBe(0);
      const tags = [commit, `feature-cart-${commit.slice(0, 7)}`, "b42", today, "latest"];
      expect(await tagsIn(registry.url)).toEqual(tags.sort());
      const digests = await Promise.all(tags.map(async (tag) => (await manifestOf(tag)).digest));
      expect(new Set(digests).size).toBe(1);
      expect(await labelsOf("latest")).toEqual({ motto: secretText });
    });

    it("pushes nothing where the image cannot be built", async () => {
      const commit = await machine.git("rev-parse", "HEAD");
      const build = buildOf({ dockerfile: "Dockerfile.missing" });
      const ended = await run(
        build,
        { commit, branch: "main", build: "1" },
        pushTo(registry.url),
        machine,
      );
      expect(ended.exitCode, ended.said).not.toBe(0);
      expect(await tagsIn(registry.url)).toEqual([]);
    });

    if (azure) return;
    it("pushes exactly the tags of a Git tag", async () => {
      const commit = await machine.git("rev-parse", "HEAD");
      const build = buildOf({ tag: "v*", tags: ["{semver}", "{tag}"] });
      const ended = await run(
        build,
        { commit, tag: "v1.2.3", build: "7" },
        pushTo(registry.url),
        machine,
      );
      expect(ended.exitCode, ended.said).toBe(0);
      expect(await tagsIn(registry.url)).toEqual(["1.2.3", "v1.2.3"]);
    });
  });

  describe("for a registry whose CA is one's own", () => {
    const commitOf = () => machine.git("rev-parse", "HEAD");
    let secured: RunningRegistry;
    let certificate: LoopbackCertificate;

    beforeEach(async () => {
      certificate = createCertificate(directory, `IP:127.0.0.1,DNS:${verifiedName}`);
      secured = await startRegistry(binary, {
        auth: { kind: "htpasswd", realm: "Wharf", path: usersFile },
        tls: { ...certificate, minimumVersion: "tls1.2" },
      });
    });
    afterEach(() => secured?.stop());

    /** Runs a build that pushes to the registry by the name at which clients know it. */
    const buildFor = async (platform: string, url: string) => {
      const commit = await commitOf();
      const build = buildOf({ tags: ["{commit}", "latest"] });
      const start = { commit, branch: "main", build: "1" };
      const ended = await platforms[platform]?.(build, start, pushTo(url, certificate.ca), machine);
      expect(ended?.exitCode, ended?.said).toBe(0);
      expect(await tagsIn(secured.url, certificate.ca)).toEqual([commit, "latest"].sort());
    };

    it("has GitHub's runner tell Docker of it", async () => {
      // Docker verifies no certificate of an address in 127.0.0.0/8, so that the registry gets a name at ::1.
      const { port } = new URL(secured.url);
      const forwarder = createServer((client) => {
        const server = connect(Number(port), "127.0.0.1");
        client.pipe(server).pipe(client);
        for (const socket of [client, server]) socket.on("error", () => socket.destroy());
      });
      forwarder.listen({ host: "::1", port: Number(port) });
      await once(forwarder, "listening");
      try {
        const to = pushTo(`https://${verifiedName}:${port}`);
        const login = ["login", "--username", user, "--password-stdin", to.host];
        const untold = await machine.run("docker", login, {}, password);
        expect(untold.said).toContain("certificate signed by unknown authority");
        await buildFor("GitHub Actions", `https://${verifiedName}:${port}`);
      } finally {
        forwarder.close();
      }
    });

    it("has Bitbucket push by a client that is told of it", async () => {
      await buildFor("Bitbucket Pipelines", secured.url);
    });
  });
});
