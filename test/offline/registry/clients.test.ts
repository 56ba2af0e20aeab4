import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { pack } from "tar-stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { crane } from "../../../offline/images/crane";
import {
  bareRegistry,
  goArchitecture,
  registryPrograms,
} from "../../../offline/images/registry-image";
import { announce } from "../../support/announce";
import { startRegistry } from "../../support/running-registry";
import { client } from "./client-programs";
import { passwordOf, RolesRegistry, user, type Policy, type Rule } from "./roles-registry";

const everything: Rule[] = [{ repositories: ["**"], actions: ["pull", "push", "delete"] }];
const policy: Policy = {
  version: 1,
  users: [
    user("admin", everything),
    user("developer", [{ repositories: ["shop/**"], actions: ["pull", "push"] }]),
    user("readonly", [{ repositories: ["shop/**"], actions: ["pull"] }]),
  ],
  immutableTags: [{ repositories: ["**"], except: ["latest"] }],
};
const anonymous = { rules: [{ repositories: ["shop/*"], actions: ["pull"] }] };

let registry: RolesRegistry;
let directory: string;
/** Where the registry keeps its images. */
let data: string;
let cranePath: string;
const images: string[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "wharf-clients-"));
  data = join(directory, "data");
  const storage = { filesystem: { rootdirectory: data, maxthreads: 100 } };
  registry = await RolesRegistry.start({ version: 1 }, (config) => ({
    ...config,
    storage: { ...config.storage, ...storage },
  }));
  cranePath = await crane(announce);
});
afterAll(async () => {
  await run("docker", ["image", "rm", "--force", ...images]);
  await registry.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** Runs a client that keeps its logins in the test's directory; returns its exit code and all that it says. */
async function run(program: string, args: string[], input?: string | Buffer) {
  const { exitCode, all } = await execa(program, args, {
    all: true,
    reject: false,
    cwd: directory,
    env: {
      DOCKER_CONFIG: directory,
      REGISTRY_AUTH_FILE: join(directory, "config.json"),
      REGCTL_CONFIG: join(directory, "regctl.json"),
      COSIGN_PASSWORD: "",
    },
    input,
  });
  return { exitCode, said: all };
}

/** Puts an image of one file into the machine's engine. */
async function importImage(reference: string, contents: string): Promise<void> {
  const archive = pack();
  archive.entry({ name: "file" }, contents);
  archive.finalize();
  const { exitCode, said } = await run("docker", ["import", "-", reference], await buffer(archive));
  expect(exitCode, said).toBe(0);
  // By its id too, since another may take its name.
  images.push(reference, String(said).trim());
}

const login = (name: string) =>
  run("docker", ["login", "-u", name, "--password-stdin", registry.host], passwordOf(name));
const logout = () => run("docker", ["logout", registry.host]);
const copied = (from: string, to: string, name: string) => {
  const plain = ["--src-tls-verify=false", "--dest-tls-verify=false"];
  const credentials = `${name}:${passwordOf(name)}`;
  const both = ["--src-creds", credentials, "--dest-creds", credentials];
  const [source, target] = [`docker://${registry.host}/${from}`, `docker://${registry.host}/${to}`];
  return run("skopeo", ["copy", "--quiet", ...plain, ...both, source, target]);
};

// A client asks for a password only where /v2/ answers 401, so anonymous pulls change the way in for everybody.
describe.each([
  ["everybody logs in", undefined],
  ["some may be pulled without a login", anonymous],
])("where %s", (_, open) => {
  const area = open === undefined ? "closed" : "open";
  beforeAll(() => registry.change(open === undefined ? policy : { ...policy, anonymous: open }));

  it("docker pushes and pulls what its user may, and says what not", async () => {
    const [ours, secret] = [`shop/${area}:v1`, `secret/${area}:v1`];
    const [image, other] = [`${registry.host}/${ours}`, `${registry.host}/${secret}`];
    await importImage(image, area);
    await run("docker", ["tag", image, other]);
    images.push(other);
    expect((await login("admin")).exitCode).toBe(0);
    const first = await run("docker", ["push", other]);
    expect(first.exitCode, first.said).toBe(0);
    // The engine knows the layer from the other repository, may not mount it from there, and uploads it.
    expect((await login("developer")).exitCode).toBe(0);
    const pushed = await run("docker", ["push", image]);
    expect(pushed.exitCode, pushed.said).toBe(0);
    const denied = await run("docker", ["push", other]);
    expect(denied.said).toContain("denied: user developer may not push to secret");
    await importImage(image, `${area}, changed`);
    const moved = await run("docker", ["push", image]);
    expect(moved.said).toContain(`denied: tag v1 of shop/${area} is immutable`);
    expect((await login("readonly")).exitCode).toBe(0);
    const reading = await run("docker", ["push", image]);
    expect(reading.said).toContain("denied: user readonly may not push to shop");
    expect((await run("docker", ["pull", image])).exitCode).toBe(0);
    await logout();
    const wrong = await run(
      "docker",
      ["login", "-u", "admin", "--password-stdin", registry.host],
      "x",
    );
    expect(wrong.exitCode).toBe(1);
    expect((await run("docker", ["pull", image])).exitCode).toBe(open === undefined ? 1 : 0);
    expect((await run("docker", ["push", image])).exitCode).toBe(1);
    expect((await run("docker", ["pull", other])).exitCode).toBe(1);
  });

  it("skopeo and crane do so too", async () => {
    const source = `shop/${area}:v1`;
    const skopeo = await copied(source, `shop/${area}-skopeo:v1`, "developer");
    expect(skopeo.exitCode, skopeo.said).toBe(0);
    const refused = await copied(source, `shop/${area}-skopeo:v2`, "readonly");
    expect(refused.said).toContain("user readonly may not push to shop");
    const foreign = await copied(`secret/${area}:v1`, `shop/${area}-skopeo:v3`, "developer");
    expect(foreign.said).toContain("user developer may not pull from secret");

    await login("developer");
    const copy = (from: string, to: string) =>
      run(cranePath, ["copy", "--insecure", `${registry.host}/${from}`, `${registry.host}/${to}`]);
    const crane = await copy(source, `shop/${area}-crane:v1`);
    expect(crane.exitCode, crane.said).toBe(0);
    expect((await copy(source, `secret/${area}-crane:v1`)).said).toContain("403");
    expect((await copy(`secret/${area}:v1`, `shop/${area}-crane:v2`)).exitCode).toBe(1);
    const { said } = await run(cranePath, ["catalog", "--insecure", registry.host]);
    expect(said).toContain(`shop/${area}-crane`);
    expect(said).not.toContain("secret");
    await logout();
    const digest = ["digest", "--insecure", `${registry.host}/${source}`];
    expect((await run(cranePath, digest)).exitCode).toBe(open === undefined ? 1 : 0);
  });
});

describe("clients of the referrers API", () => {
  /** A client runs and succeeds; what it says is returned. */
  const works = async (program: string, ...args: string[]) => {
    const { exitCode, said } = await run(program, args);
    expect(exitCode, said).toBe(0);
    return said ?? "";
  };
  const isRefused = async (program: string, ...args: string[]) => {
    const { exitCode, said } = await run(program, args);
    expect(exitCode, said).not.toBe(0);
    expect(said).toMatch(/denied|forbidden|403/i);
  };
  /** Writes to a fallback tag of a repository that clients made themselves. */
  const fallbackWrites = (repository: string) =>
    registry
      .log()
      .split("\n")
      .filter((line) => line.includes('"msg":"audit"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter((line) => line.repository === repository && line.method === "PUT")
      .filter(({ reference }) => String(reference).startsWith("sha256-"));
  /** Types of what refers to a digest, as a user sees it. */
  const referrers = async (name: string, digest: string) => {
    const { body } = await registry.ask(`/v2/${name}/referrers/${digest}`, { as: "readonly" });
    const { manifests } = JSON.parse(body) as { manifests: { artifactType: string }[] };
    return manifests.map(({ artifactType }) => artifactType).sort();
  };
  const attach = ["attach", "--plain-http", "--no-tty", "--artifact-type"];
  let oras: string;
  let regctl: string;

  /** Distribution's own program, which has no referrers API, on the same images while `use` runs. */
  const beforeReferrers = async (use: (host: string) => Promise<unknown>) => {
    const programs = await registryPrograms(goArchitecture(process.arch), announce, bareRegistry);
    const before = await startRegistry(join(programs, "registry"), { data });
    await use(new URL(before.url).host).finally(() => before.stop());
  };

  beforeAll(async () => {
    [oras, regctl] = [await client("oras"), await client("regctl")];
    const plain = ["--tls", "disabled", "--skip-check"];
    await works(regctl, "registry", "set", ...plain, registry.host);
    writeFileSync(join(directory, "sbom.json"), "{}");
    await registry.change(policy);
  });
  beforeEach(async () => {
    expect((await login("developer")).exitCode).toBe(0);
  });
  afterAll(logout);

  it("find by it what oras pushed before by the fallback tag, and add to that", async () => {
    const { digest } = await registry.push("shop/old", "v1", "old", "developer");
    await beforeReferrers((host) =>
      works(oras, ...attach, "text/before", `${host}/shop/old@${digest}`, "sbom.json"),
    );
    const image = `${registry.host}/shop/old@${digest}`;
    expect(await referrers("shop/old", digest)).toEqual(["text/before"]);
    await works(oras, ...attach, "text/now", image, "sbom.json");
    for (const tree of [
      await works(oras, "discover", "--plain-http", image),
      await works(regctl, "artifact", "list", image),
    ]) {
      expect(tree).toContain("text/before");
      expect(tree).toContain("text/now");
    }
    expect(fallbackWrites("shop/old")).toEqual([]);
  });

  it("attach and copy by oras and regctl without a fallback tag, where their user may push", async () => {
    const name = "shop/attached";
    const { digest } = await registry.push(name, "v1", "attached", "developer");
    const [tagged, copy] = [`${registry.host}/${name}:v1`, `${registry.host}/shop/copied:v1`];
    await works(oras, ...attach, "text/oras", tagged, "sbom.json");
    const subject = ["--artifact-type", "text/regctl", "--subject", tagged];
    await works(regctl, "artifact", "put", ...subject, "--file", "sbom.json");
    await works(regctl, "image", "copy", "--referrers", tagged, copy);
    for (const repository of [name, "shop/copied"]) {
      expect(await referrers(repository, digest)).toEqual(["text/oras", "text/regctl"]);
      expect(fallbackWrites(repository)).toEqual([]);
    }
    const listed = await works(regctl, "repo", "ls", registry.host);
    expect(listed).toContain("shop/copied");
    expect(listed).not.toContain("secret");
    await isRefused(regctl, "image", "copy", tagged, `${registry.host}/secret/copied:v1`);

    expect((await login("readonly")).exitCode).toBe(0);
    expect(await works(regctl, "artifact", "list", copy)).toContain("text/oras");
    await isRefused(oras, ...attach, "text/x", tagged, "sbom.json");
    await isRefused(regctl, "image", "copy", tagged, `${registry.host}/shop/other:v1`);
    await isRefused(regctl, "tag", "rm", copy);
  });

  // Registered only where it is asked for: cosign takes minutes to build.
  if (process.env.WHARF_CONFORMANCE === "whole") {
    it("sign and verify by cosign without a fallback tag, and find the signatures of before", async () => {
      const cosign = await client("cosign");
      const key = ["--key", "cosign.key", "--tlog-upload=false", "--use-signing-config=false"];
      const plain = "--allow-http-registry";
      const sign = ["sign", ...key, "--yes", plain];
      const verify = ["verify", "--key", "cosign.pub", "--insecure-ignore-tlog", plain];
      await works(cosign, "generate-key-pair");
      const [old, signed] = [
        await registry.push("shop/old-signed", "v1", "old, signed", "developer"),
        await registry.push("shop/signed", "v1", "signed", "developer"),
      ];
      await beforeReferrers((host) =>
        works(cosign, ...sign, `${host}/shop/old-signed@${old.digest}`),
      );
      await works(cosign, ...verify, `${registry.host}/shop/old-signed@${old.digest}`);

      const image = `${registry.host}/shop/signed@${signed.digest}`;
      const unsigned = await run(cosign, [...verify, image]);
      expect(unsigned.exitCode, unsigned.said).toBe(10);
      await works(cosign, ...sign, image);
      const bundle = "application/vnd.dev.sigstore.bundle.v0.3+json";
      expect(await referrers("shop/signed", signed.digest)).toEqual([bundle]);
      expect(fallbackWrites("shop/signed")).toEqual([]);
      expect((await login("readonly")).exitCode).toBe(0);
      await works(cosign, ...verify, image);
      await isRefused(cosign, ...sign, image);
    });
  }
});
