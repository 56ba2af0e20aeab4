import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import Docker from "dockerode";
import { extract } from "tar-stream";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Announce } from "../../../offline/announce";
import { findDockerEngine } from "../../../offline/docker/docker-engine";
import { canInstallDocker } from "../../../offline/docker/docker-service";
import { localImages, parseReference } from "../../../offline/images/images";
import { imageArchive } from "../../../offline/images/image-archive";
import {
  bareRegistry,
  buildRegistryImage,
  wharfRegistry,
} from "../../../offline/images/registry-image";
import { machine, announce, ownMachine, openProxy } from "../machine";

ownMachine();

/** Contents by name of an archive, in its order. */
async function filesOf(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const entry of Readable.from([archive]).pipe(extract())) {
    const { header } = entry;
    files.set(header.name + (header.type === "directory" ? "/" : ""), await buffer(entry));
  }
  return files;
}

describe("a reference", () => {
  it.each([
    ["registry:3.1.2@sha256:aa", "registry-1.docker.io", "library/registry"],
    [
      "docker.io/distribution/distribution:edge",
      "registry-1.docker.io",
      "distribution/distribution",
    ],
    ["localhost:5000/app", "localhost:5000", "app"],
    ["harbor.example.com/mirror/registry:3", "harbor.example.com", "mirror/registry"],
  ])("%s names the host %s", (reference, host, repository) => {
    expect(parseReference(reference)).toEqual({ host, repository });
  });
});

// These build once into the machine's cache and leave the images in the engine, as `wharf up` does.
describe("the locally built images", () => {
  const upstream = { registry: "registry:3.1.2@sha256:" + "0".repeat(64) };
  const progress: Announce = {
    start: (step, detail) => console.log(`${step}: ${detail}`),
    update: () => undefined,
    done: (step, detail) => console.log(`${step}: ${detail}`),
  };
  let docker: Docker;
  let before: string[];

  beforeAll(async () => {
    await findDockerEngine(progress);
    docker = new Docker();
    before = await localTags();
  });
  // The machine's engine keeps what it had; a stack of its own may run one of them.
  afterAll(async () => {
    const made = (await localTags()).filter((tag) => !before.includes(tag));
    await Promise.all(made.map((tag) => docker.getImage(tag).remove()));
  });

  const localTags = async () =>
    (await docker.listImages())
      .flatMap(({ RepoTags }) => RepoTags ?? [])
      .filter((tag) => tag.startsWith("wharf.local/"));

  beforeEach(() => void vi.stubEnv("HTTPS_PROXY", "http://127.0.0.1:1"));

  /** Runs a program of an image to its end, without a network and with a root that cannot be written. */
  async function exitCode(image: string, command: string[]): Promise<number> {
    const container = await docker.createContainer({
      Image: image,
      Entrypoint: command,
      Cmd: [],
      HostConfig: { NetworkMode: "none", ReadonlyRootfs: true, CapDrop: ["ALL"] },
    });
    try {
      await container.start();
      return ((await container.wait()) as { StatusCode: number }).StatusCode;
    } finally {
      await container.remove({ force: true });
    }
  }

  it("take the place of the official registry where it cannot be pulled", async () => {
    expect(await localImages(upstream, progress)).toEqual({
      registry: wharfRegistry.reference,
    });
    expect(await localImages(upstream, announce)).toEqual({
      registry: wharfRegistry.reference,
    });
    expect(machine.said).toEqual([]);
    expect(wharfRegistry.reference).toMatch(/^wharf\.local\/wharf-registry:3\.1\.2-[0-9a-f]{8}$/);
  });

  it("stay distribution's own where a stack runs that already, or names it", async () => {
    const bare = { registry: "wharf.local/distribution:3.1.2" };
    await docker
      .getImage(wharfRegistry.reference)
      .tag({ repo: "wharf.local/distribution", tag: "3.1.2" });
    const running = [bareRegistry.reference];
    expect(await localImages(upstream, announce, docker, running)).toEqual(bare);
    expect(await localImages(bare, announce)).toEqual(bare);
    expect(await localImages(upstream, announce, docker, [wharfRegistry.reference])).toEqual({
      registry: wharfRegistry.reference,
    });
  });

  it("are left alone where the registry can be reached", async () => {
    await openProxy(200);
    expect(
      await localImages({ registry: "registry.example.com/registry:3" }, announce),
    ).toBeUndefined();
  });

  it("do not stand for an image of the user's own", async () => {
    await expect(
      localImages({ registry: "registry.example.com/registry:3" }, announce),
    ).rejects.toThrow(
      "The image registry.example.com/registry:3 is not on this machine, and registry.example.com cannot be " +
        "reached to pull it. Load it from a file saved elsewhere:\n  docker load --input image.tar",
    );
  });

  // A rootless engine with vfs makes what a layer leaves out for root alone: the registry could not read its settings.
  it("hold every directory above a file of theirs, once", async () => {
    const entries = [{ path: "etc/ssl/certs" }, { path: "etc/ssl/a.pem", contents: "A" }];
    const described = { reference: "wharf.test/parents:1", architecture: "amd64", entries };
    const archive = await imageArchive({ ...described, command: [], labels: {} });
    const layer = (await filesOf(archive)).get("layer.tar") ?? Buffer.alloc(0);
    const names = [...(await filesOf(layer)).keys()];
    expect(names).toEqual(["etc/", "etc/ssl/", "etc/ssl/certs/", "etc/ssl/a.pem"]);
  });

  it("have the same id however often they are built", async () => {
    const image = docker.getImage(wharfRegistry.reference);
    const { Id } = await image.inspect();
    await buildRegistryImage(docker, announce);
    const again = await image.inspect();
    expect(again.Id).toBe(Id);
    expect(again.Config).toMatchObject({ User: "10001:10001", Entrypoint: ["registry"] });
  });

  it("hold a wget that fails where nothing listens", async () => {
    const wget = ["wget", "-O", "/dev/null", "http://127.0.0.1:1/"];
    expect(await exitCode(wharfRegistry.reference, wget)).toBe(1);
  });

  it("hold a wget that tells a healthy registry from one that answers 503", async () => {
    const config = (file: string) =>
      JSON.stringify({
        version: "0.1",
        storage: { inmemory: {} },
        http: { addr: "127.0.0.1:5000", debug: { addr: "127.0.0.1:5001" } },
        health: { file: [{ file, interval: "100ms" }] },
      });
    expect(await health(config("/never"))).toBe("healthy");
    expect(await health(config("/bin/registry"))).toBe("unhealthy");
  });

  /** What Docker says of a registry with this config.yml once its health check has run often enough. */
  async function health(config: string): Promise<string> {
    const container = await docker.createContainer({
      Image: wharfRegistry.reference,
      HostConfig: { NetworkMode: "none" },
      Healthcheck: {
        Test: ["CMD", "wget", "-O", "/dev/null", "http://127.0.0.1:5001/debug/health"],
        Interval: 500_000_000,
        Retries: 3,
      },
    });
    try {
      const { pack } = await import("tar-stream");
      const archive = pack();
      archive.entry({ name: "config.yml", mode: 0o644 }, config);
      archive.finalize();
      await container.putArchive(archive, { path: "/etc/distribution" });
      await container.start();
      return await vi.waitUntil(
        async () => {
          const status = (await container.inspect()).State.Health?.Status;
          return status !== "starting" && status;
        },
        { timeout: 60_000, interval: 200 },
      );
    } finally {
      await container.remove({ force: true });
    }
  }

  it("include a Redis from Debian's package, where there is one", async (test) => {
    if (!(await canInstallDocker())) test.skip("the packages are Debian's");
    const images = { ...upstream, redis: "redis:7.4-alpine@sha256:" + "0".repeat(64) };
    expect(await localImages(images, progress)).toMatchObject({
      redis: "wharf.local/redis:debian",
    });
    expect(await exitCode("wharf.local/redis:debian", ["redis-server", "--version"])).toBe(0);
    expect(await exitCode("wharf.local/redis:debian", ["redis-cli", "-p", "1", "ping"])).toBe(1);
  });
});
