import { hash } from "bcryptjs";
import { execa } from "execa";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  goArchitecture,
  wharfRegistry,
  registryPrograms,
} from "../../../offline/images/registry-image";
import { announce } from "../../support/announce";
import { copyCheckout } from "../../support/copied-checkout";
import { createCertificate } from "../../support/loopback-certificate";
import { ask, startRegistry, type RunningRegistry } from "../../support/running-registry";

const architecture = goArchitecture(process.arch);
const [, version] = wharfRegistry.reference.split(":");
const basic = `Basic ${Buffer.from("ci:password").toString("base64")}`;
const index = "application/vnd.oci.image.index.v1+json";
const described = `config:
  wharf:target: kubernetes # in our cluster
  wharf:images:
    # The mirror of the platform team.
    redis: mirror.example.com/redis:7
`;

let directory: string;
let registry: RunningRegistry;
let host: string;
let ca: string;
const at = (...parts: string[]) => path.join(directory, ...parts);
const stackFile = () => readFileSync(at("checkout", "Pulumi.shop.yaml"), "utf8");

/** Runs `wharf image` in the checkout, with Docker's config of the test, and programs of the test first on the PATH. */
async function image(...words: string[]) {
  const ran = await execa("node", ["cli/wharf.js", "image", ...words], {
    cwd: at("checkout"),
    env: {
      DOCKER_CONFIG: at("docker"),
      KUBECONFIG: at("kubeconfig"),
      PATH: `${at("bin")}:${process.env.PATH}`,
    },
    reject: false,
  });
  return { exitCode: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr };
}

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "wharf-image-"));
  for (const name of ["checkout", "docker", "bin"]) mkdirSync(at(name));
  copyCheckout(at("checkout"));
  const certificate = createCertificate(directory);
  ca = certificate.certificatePath;
  writeFileSync(at("htpasswd"), `ci:${await hash("password", 4)}\n`);
  const programs = await registryPrograms(architecture, announce);
  registry = await startRegistry(path.join(programs, "registry"), {
    auth: { kind: "htpasswd", realm: "Wharf", path: at("htpasswd") },
    tls: { ...certificate, minimumVersion: "tls1.2" },
  });
  host = new URL(registry.url).host;
});

afterAll(async () => {
  await registry?.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe("wharf image publish", () => {
  const publish = (...more: string[]) =>
    image(
      ...["publish", "--stack", "shop", "--to", `${host}/infra/registry`],
      ...["--platform", `linux/${architecture}`, ...more],
    );

  it("says what is missing: the registry's CA, then a login; the stack stays as it was", async () => {
    writeFileSync(at("checkout", "Pulumi.shop.yaml"), described);
    const untrusted = await publish();
    expect(untrusted.stderr).toContain("Name the CA of its certificate: --ca ca.crt");
    const unknown = await publish("--ca", ca);
    expect(unknown.stderr).toContain(`Log in as a user who may push there: docker login ${host}`);
    expect([untrusted.exitCode, unknown.exitCode, stackFile()]).toEqual([1, 1, described]);
  });

  it("pushes the image, and has the stack run it by its digest", async () => {
    const auth = Buffer.from("ci:password").toString("base64");
    writeFileSync(at("docker", "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
    const { exitCode, stdout, stderr } = await publish("--ca", ca);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const pushed = await ask(`${registry.url}/v2/infra/registry/manifests/${version}`, {
      headers: { authorization: basic, accept: index },
      ca: readFileSync(ca),
    });
    const digest = String(pushed.headers["docker-content-digest"]);
    const { manifests } = JSON.parse(pushed.body) as { manifests: { platform: object }[] };
    expect(manifests.map(({ platform }) => platform)).toEqual([{ architecture, os: "linux" }]);
    const reference = `${host}/infra/registry:${version}@${digest}`;
    expect(stdout).toContain(
      `Pulumi.shop.yaml now says wharf:images.registry: ${reference}\nDeploy it with: npx wharf up --stack shop`,
    );
    expect(stackFile()).toBe(`${described}    registry: ${reference}\n`);

    // The same image has the same digest.
    const again = await publish("--ca", ca, "--json");
    expect(JSON.parse(again.stdout)).toEqual({ stack: "shop", image: reference });
  });

  it.each([
    [["--to", "acme/registry"], "--to acme/registry does not name a registry"],
    [["--platform", "linux/mips"], '"linux/mips" is not one of linux/amd64, linux/arm64.'],
    [["--ca", "/nowhere/ca.crt"], "--ca: there is no file /nowhere/ca.crt. Nothing was changed."],
  ])("refuses %j before it builds anything", async (more, why) => {
    const { exitCode, stderr } = await publish(...more);
    expect(stderr).toContain(why);
    expect(exitCode).toBe(2);
  });

  it("refuses a stack whose platform runs the registry", async () => {
    writeFileSync(at("checkout", "Pulumi.cloud.yaml"), "config:\n  wharf:target: aws\n");
    const { exitCode, stderr } = await image(
      ...["publish", "--stack", "cloud", "--to", `${host}/infra/registry`],
    );
    expect(stderr).toBe(
      "Stack cloud has the target aws, which runs no registry image: wharf:images is for docker and kubernetes. Nothing was changed.",
    );
    expect(exitCode).toBe(2);
  });
});

describe("wharf image load", () => {
  const load = (...more: string[]) => image("load", "--stack", "shop", ...more);

  it("hands an archive to kind, whose cluster the kubeconfig names, and has the stack run the image", async () => {
    writeFileSync(at("checkout", "Pulumi.shop.yaml"), "config:\n  wharf:target: kubernetes\n");
    writeFileSync(
      at("kubeconfig"),
      `current-context: kind-dev
contexts: [{ name: kind-dev, context: { cluster: kind-dev, user: kind-dev } }]
clusters: [{ name: kind-dev, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: kind-dev, user: {} }]
`,
    );
    // kind itself asks for nodes that are Docker containers of systemd; what it is given is looked at here.
    writeFileSync(
      at("bin", "kind"),
      `#!/bin/sh\necho "$1 $2 $4 $5" >${at("said")}\ntar -xOf "$3" manifest.json >>${at("said")}\n`,
    );
    chmodSync(at("bin", "kind"), 0o755);
    const { exitCode, stdout, stderr } = await load();
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(readFileSync(at("said"), "utf8")).toMatch(/^load image-archive --name dev\n/);
    expect(readFileSync(at("said"), "utf8")).toContain(`"RepoTags":["${wharfRegistry.reference}"]`);
    expect(stdout).toContain(`${wharfRegistry.reference} into kind cluster dev`);
    expect(stackFile()).toBe(
      `config:\n  wharf:target: kubernetes\n  wharf:images:\n    registry: ${wharfRegistry.reference}\n`,
    );
  });

  it.each([
    [
      ["--into", "kin"],
      "--into kin is not one of kind, k3d, k3s, containerd. Did you mean kind? Nothing was changed.",
    ],
    [
      ["--into", "containerd", "--cluster", "dev"],
      "--cluster is for kind and k3d, not for containerd. Nothing was changed.",
    ],
  ])("refuses %j", async (more, why) => {
    const { exitCode, stderr } = await load(...more);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: why });
  });

  it("says which tool is missing", async () => {
    const { exitCode, stderr } = await load("--into", "k3d", "--cluster", "dev");
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "k3d is not on the PATH, so nothing was loaded into k3d cluster dev.",
    });
  });
});
