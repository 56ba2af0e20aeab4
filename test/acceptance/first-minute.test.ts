import { execa } from "execa";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { goArchitecture, registryPrograms } from "../../offline/images/registry-image";
import { announce } from "../support/announce";
import { freePort } from "../support/free-port";
import { ask, startRegistry } from "../support/running-registry";
import { push } from "../support/small-image";
import { Checkout, type Outputs, type Run } from "./checkout";
import { DockerEngine } from "./docker-engine";

// A newcomer's first minute: clone, one command, push, and all gone again.
describe("npm start in a fresh clone with a clean home", () => {
  let engine: DockerEngine;
  let checkout: Checkout;
  let port: number;
  let host: string;
  let image: string;
  let started: Run;
  let outputs: Outputs;
  let ca: string;
  let before: string[];
  /** What the runs printed. */
  const printed: string[] = [];

  beforeAll(async () => {
    engine = await DockerEngine.start();
    before = await engine.contents();
    checkout = await Checkout.clone(engine);
    port = await freePort();
    host = `localhost:${port}`;
    const described = await checkout.read("Pulumi.dev.yaml");
    // The test owns its port; everything else is as committed.
    await writeFile(
      checkout.file("Pulumi.dev.yaml"),
      `${described}  wharf:endpoint:\n    port: ${port}\n`,
    );
    await git("commit", "--quiet", "--all", "--message", "The port of the test");
    started = await checkout.run("npm", "start");
    printed.push(started.said);
    outputs = await checkout.outputs("dev");
    ca = join(checkout.home, "ca.crt");
    await writeFile(ca, outputs.caCertificate);
    image = `${host}/app:1.0.0`;
    await engine.build(image, 1);
  });
  afterAll(async () => {
    await engine?.remove();
    await checkout?.remove();
  });

  const git = async (...args: string[]) => {
    const who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    return (await execa("git", [...who, ...args], { cwd: checkout.directory })).stdout;
  };

  const curl = async (url: string, ...args: string[]) => {
    const all = ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", ...args, url];
    const { exitCode, stdout } = await execa("curl", all, { reject: false });
    return { exitCode, status: stdout };
  };

  it("ends with a running registry and what a person needs next", async () => {
    expect(started.said).toMatch(/✔ up\s+\d+ (resources )?created in/);
    expect(started.said).toContain(`https://${host}`);
    for (const next of [
      "npx wharf trust",
      "npx wharf login",
      "docker push",
      "docker pull",
      "npx wharf down",
    ])
      expect(started.said).toContain(next);
    expect(started.exitCode).toBe(0);
    // What the machine lacks is not part of the description, nor is what the engine notes.
    expect(await git("status", "--porcelain")).toBe("");
  });

  it("takes a login, a push and a pull by Docker", async () => {
    expect((await checkout.wharf("login")).said).toContain(`Logged in to ${host} as admin.`);
    const login = await engine.tryDocker(
      ["login", "--username", "admin", "--password-stdin", host],
      outputs.credentials.admin,
    );
    expect(login.exitCode, login.said).toBe(0);
    await engine.docker("push", image);
    await engine.docker("image", "rm", image);
    await engine.docker("pull", image);
  });

  it("takes a push by skopeo, which verifies the certificate by the CA, and by no other", async () => {
    const certificates = join(checkout.home, "certificates");
    await execa("mkdir", [certificates]);
    const source = `docker-daemon:${image}`;
    const destination = `docker://${host}/skopeo:1.0.0`;
    const authFile = join(checkout.home, "skopeo.json");
    await execa(
      "skopeo",
      [
        "login",
        "--authfile",
        authFile,
        "--cert-dir",
        join(ca, ".."),
        "--username",
        "admin",
        "--password-stdin",
        host,
      ],
      { input: outputs.credentials.admin },
    );
    const copy = (directory: string) =>
      execa(
        "skopeo",
        [
          "copy",
          "--src-daemon-host",
          engine.host,
          "--dest-authfile",
          authFile,
          "--dest-cert-dir",
          directory,
          source,
          destination,
        ],
        { reject: false, all: true },
      );
    expect((await copy(certificates)).all).toContain("certificate signed by unknown authority");
    await writeFile(join(certificates, "ca.crt"), outputs.caCertificate);
    const copied = await copy(certificates);
    expect(copied.exitCode, copied.all).toBe(0);
  });

  it("copies its images to another registry and takes copies, by the name of its stack", async () => {
    const programs = await registryPrograms(goArchitecture(process.arch), announce);
    const other = await startRegistry(join(programs, "registry"), {});
    try {
      const { host: name } = new URL(other.url);
      const away = await checkout.wharf("copy", "dev", name);
      expect(away.exitCode, away.said).toBe(0);
      expect(away.said).toMatch(/ app +1 +0 +1 /);
      const digest = async (url: string, repository: string, access = {}) => {
        const path = `/v2/${repository}/manifests/1.0.0`;
        const headers = { Accept: "*/*, application/vnd.docker.distribution.manifest.v2+json" };
        const { body, status } = await ask(`${url}${path}`, { headers, ...access });
        return { status, body };
      };
      const auth = `admin:${outputs.credentials.admin}`;
      const own = await digest(`https://${host}`, "app", { ca: outputs.caCertificate, auth });
      expect(own.status).toBe(200);
      expect(await digest(other.url, "app")).toEqual(own);

      await push(other.url, "elsewhere", "1.0.0");
      const back = await checkout.wharf("copy", name, "dev");
      expect(back.exitCode, back.said).toBe(0);
      expect(back.said).toMatch(/ app +1 +0 +0 +1 /);
      expect(back.said).toMatch(/ elsewhere +1 +0 +1 +0 /);
      printed.push(away.said, back.said);
    } finally {
      await other.stop();
    }
  });

  it("refuses whom it does not know, TLS 1.1, and to be called by another name", async () => {
    const url = `https://${host}/v2/`;
    const user = `admin:${outputs.credentials.admin}`;
    expect(await curl(url, "--cacert", ca)).toEqual({ exitCode: 0, status: "401" });
    expect(await curl(url, "--cacert", ca, "--user", "admin:wrong-password")).toEqual({
      exitCode: 0,
      status: "401",
    });
    expect(await curl(url, "--cacert", ca, "--user", user)).toEqual({ exitCode: 0, status: "200" });
    // 35: the handshake failed. OpenSSL itself offers TLS 1.1 only at security level 0.
    const old = ["--tls-max", "1.1", "--ciphers", "DEFAULT:@SECLEVEL=0"];
    expect((await curl(url, "--cacert", ca, ...old)).exitCode).toBe(35);
    // 60: the certificate could not be verified; 000: nothing was sent.
    const other = ["--resolve", `other.test:${port}:127.0.0.1`];
    expect(await curl(`https://other.test:${port}/v2/`, "--cacert", ca, ...other)).toEqual({
      exitCode: 60,
      status: "000",
    });
  });

  it("changes nothing when run again, by npm start or by the plain Pulumi CLI", async () => {
    const id = await engine.docker("inspect", "--format", "{{.Id}}", "wharf-dev-registry");
    const again = await checkout.run("npm", "start");
    expect(again.exitCode, again.said).toBe(0);
    expect(again.said).toContain("nothing to change");
    // It looks at the engine too, which `npm start` does not.
    const nothing = ["--refresh", "--diff", "--expect-no-changes", "--non-interactive"];
    const plain = await checkout.pulumi("dev", "up", "--yes", ...nothing);
    expect(plain.exitCode, plain.said).toBe(0);
    const preview = await checkout.wharf("preview", "--json");
    const actions = new Set(
      (JSON.parse(preview.stdout) as { action: string }[]).map(({ action }) => action),
    );
    expect([...actions]).toEqual(["same"]);
    printed.push(again.said, plain.said, preview.said);
    expect(await engine.docker("inspect", "--format", "{{.Id}}", "wharf-dev-registry")).toBe(id);
  });

  it("keeps every password and key out of its state and of what it prints", async () => {
    const config = await engine.docker(
      "inspect",
      "--format",
      "{{range .Mounts}}{{.Source}} {{.Destination}}\n{{end}}",
      "wharf-dev-registry",
    );
    const settings =
      config
        .split("\n")
        .find((line) => line.endsWith(" /etc/distribution"))
        ?.split(" ")[0] ?? "";
    const secretOfHttp = /secret: "?([^"\n]+)/.exec(
      await readFile(join(settings, "config.yml"), "utf8"),
    )?.[1];
    const privateKey = (await readFile(join(settings, "tls.key"), "utf8")).split("\n")[1];
    const secrets = [...Object.values(outputs.credentials), secretOfHttp, privateKey];
    expect(secrets.every((secret) => (secret?.length ?? 0) >= 24)).toBe(true);

    printed.push(
      (await checkout.wharf("outputs")).said,
      await engine.docker("logs", "wharf-dev-registry"),
      await engine.docker("inspect", "wharf-dev-registry", "wharf-dev-settings", "wharf-dev-users"),
    );
    const states = await textsBelow(checkout.file(".wharf/state"));
    expect(states.length).toBeGreaterThan(0);
    for (const text of [...printed, ...states])
      for (const secret of secrets) expect(text.includes(String(secret))).toBe(false);
  });

  it("leaves nothing behind when the lab is torn down", async () => {
    await engine.docker("image", "rm", image);
    const down = await checkout.wharf("down", "--yes");
    expect(down.exitCode, down.said).toBe(0);
    expect(await engine.contents()).toEqual(before);
    expect(await readdir(checkout.directory)).not.toContain(".wharf");
    expect(await git("status", "--porcelain")).toBe("");
  });
});

/** Texts of all files below a directory. */
async function textsBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), "utf8")),
  );
}
