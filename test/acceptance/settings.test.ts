import { execa } from "execa";
import { chown, mkdir, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crane as craneProgram } from "../../offline/images/crane";
import { wharfRegistry } from "../../offline/images/registry-image";
import { announce } from "../support/announce";
import { freePort } from "../support/free-port";
import { AcmeServer } from "./acme-server";
import { Checkout } from "./checkout";
import { DockerEngine, verifiedName } from "./docker-engine";
import { OidcIssuer } from "./oidc-issuer";

// What a description may ask for beside the defaults, seen on running containers.
describe("a registry on Docker", () => {
  let engine: DockerEngine;
  let checkout: Checkout;

  beforeAll(async () => {
    engine = await DockerEngine.start({ ownNetwork: true });
    checkout = await Checkout.create(engine);
  });
  afterAll(async () => {
    await engine?.remove();
    await checkout?.remove();
  });

  /** Brings a stack up, hands it to `look`, and takes it down. */
  const stand = async (
    stack: string,
    description: Record<string, unknown>,
    look: (host: string) => Promise<void>,
  ) => {
    const port = await freePort();
    await checkout.describe(stack, {
      endpoint: { port },
      users: [{ name: "admin" }],
      ...description,
    });
    const up = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(up.exitCode, up.said).toBe(0);
    expect(up.said).toContain("an image was pushed and pulled, and deleted");
    await look(`localhost:${port}`);
    const again = await checkout.wharf("preview", "--stack", stack);
    expect(again.said).toContain(`Stack ${stack} is as described: nothing to change.`);
    const down = await checkout.wharf("down", "--yes", "--stack", stack);
    expect(down.exitCode, down.said).toBe(0);
    expect((await engine.contents()).filter((line) => line.includes(`wharf-${stack}`))).toEqual([]);
    return down;
  };
  const push = async (stack: string, host: string) => {
    const { credentials } = await checkout.outputs(stack);
    const login = ["login", "--username", "admin", "--password-stdin", host];
    expect((await engine.tryDocker(login, credentials.admin)).exitCode).toBe(0);
    await engine.build(`${host}/app:1`, 1);
    const pushed = await engine.tryDocker(["push", `${host}/app:1`]);
    await engine.docker("image", "rm", `${host}/app:1`);
    return pushed;
  };
  const inspect = async (container: string, format: string) =>
    JSON.parse(
      await engine.docker("inspect", "--format", `{{json ${format}}}`, container),
    ) as unknown;

  it("is named as Docker names it on HTTPS's own port and by a host in upper case, lets in the user that is shown, and keeps blob descriptors in a Redis that nobody else reaches", async () => {
    const stack = "https";
    const description = {
      endpoint: { hosts: [verifiedName.toUpperCase()], port: 443, address: "::1" },
      users: [{ name: "zoe" }, { name: "ana" }],
      ...{ distribution: { cache: { kind: "redis" } }, tls: { keyAlgorithm: "rsa-4096" } },
    };
    await stand(stack, description, async () => {
      const { hosts, login, repositories } = await checkout.outputs(stack);
      expect(hosts[0]).toBe(verifiedName);
      expect(login).toBe(`docker login ${verifiedName} --username zoe`);
      const image = `${repositories.app}:1`;
      expect(image).toBe(`${verifiedName}/app:1`);
      const trusted = await checkout.wharf("trust", "--stack", stack);
      expect(trusted.exitCode, trusted.said).toBe(0);
      const loggedIn = await checkout.wharf("login", "--stack", stack);
      expect(loggedIn.exitCode, loggedIn.said).toBe(0);
      expect(loggedIn.said).toContain(`Logged in to ${verifiedName} as zoe.`);
      // Docker's own warning.
      expect(loggedIn.said).toContain("stored unencrypted");
      await engine.build(image, 1);
      for (const args of [
        ["push", image],
        ["image", "rm", image],
        ["pull", image],
      ]) {
        const run = await checkout.run("docker", ...args);
        expect(run.exitCode, run.said).toBe(0);
      }
      await engine.docker("image", "rm", image);

      const container = `wharf-${stack}-redis`;
      const redis = [container, "redis-cli", "dbsize"];
      expect((await engine.tryDocker(["exec", ...redis])).said).toContain("NOAUTH");
      const source = String(await inspect(container, "(index .Mounts 0).Source"));
      const password = /requirepass (\S+)/.exec(
        await readFile(join(source, "redis.conf"), "utf8"),
      )?.[1];
      const asUser = ["exec", "--env", `REDISCLI_AUTH=${password}`, ...redis];
      expect(Number((await engine.tryDocker(asUser)).said)).toBeGreaterThan(0);
      expect((await inspect(container, ".HostConfig.PortBindings")) ?? {}).toEqual({});
      expect(await inspect(container, ".HostConfig.ReadonlyRootfs")).toBe(true);
    });
  });

  it("serves the certificate that the user brings, only over TLS 1.3, and refuses pushes when read-only", async () => {
    const directory = checkout.home;
    const file = (name: string) => join(directory, name);
    const key = [
      "-newkey",
      "rsa:2048",
      "-nodes",
      "-keyout",
      file("tls.key"),
      "-out",
      file("tls.crt"),
    ];
    await execa("openssl", [
      "req",
      "-x509",
      ...key,
      "-days",
      "30",
      "-subj",
      "/CN=mine",
      "-addext",
      "subjectAltName=DNS:localhost",
    ]);
    const certificate = await readFile(file("tls.crt"), "utf8");
    const description = {
      tls: { mode: "provided", minimumVersion: "tls1.3", certificate, caCertificate: certificate },
      distribution: { readOnly: true },
    };
    const port = await freePort();
    const described = { ...description, endpoint: { port }, users: [{ name: "admin" }] };
    await checkout.describe("mine", described);
    // The key is a secret, so it is set by the command that a report would name.
    const set = await checkout.run(
      "bash",
      "-c",
      `eval "$(node cli/wharf.js pulumi-env --stack mine)" && pulumi stack init mine && pulumi config set --secret --stack mine --path 'wharf:tls.privateKey' < "${file("tls.key")}"`,
    );
    expect(set.exitCode, set.said).toBe(0);
    const up = await checkout.wharf("up", "--yes", "--stack", "mine");
    expect(up.exitCode, up.said).toBe(0);
    expect(up.said).not.toContain("an image was pushed");
    // It is for 30 days, so that it is time to renew it from the first moment on: every command says so, in one line.
    const told = /^The certificate of stack mine ends in 29 d \d+ h: put a new one in wharf:tls/m;
    expect(up.said).toMatch(told);
    const preview = await checkout.wharf("preview", "--stack", "mine");
    expect(preview.said).toMatch(told);
    const { notes, certificateExpiresAt } = await checkout.outputs("mine");
    expect(notes.join()).toContain(
      `The certificate expires on ${certificateExpiresAt.slice(0, 10)}: put a new one in`,
    );
    const url = `https://localhost:${port}/v2/`;
    const curl = (...args: string[]) =>
      engine.command("curl", ["--silent", "--cacert", file("tls.crt"), ...args, url], {
        reject: false,
      });
    expect((await curl()).exitCode).toBe(0);
    expect((await curl("--tls-max", "1.2")).exitCode).toBe(35);
    const pushed = await push("mine", `localhost:${port}`);
    expect(pushed.exitCode).not.toBe(0);
    const down = await checkout.wharf("down", "--yes", "--stack", "mine");
    expect(down.exitCode, down.said).toBe(0);
    // The passphrase stays: without it the secret in Pulumi.mine.yaml could not be read again.
    expect(await checkout.read(".wharf/passphrase")).not.toBe("");
    await execa("rm", ["-r", checkout.file(".wharf"), checkout.file("Pulumi.mine.yaml")]);
  });

  it("runs hardened only on loopback in a lab, unencrypted where TLS is off, its images in a directory that stays", async () => {
    const path = join(checkout.home, "images");
    const description = { tls: { mode: "off" }, storage: { kind: "volume", path } };
    // What a registry of another user left, as the official image's own, which is root's.
    await mkdir(join(path, "docker/registry/v2/blobs"), { recursive: true });
    await chown(path, 10001, 10001);
    await checkout.describe("plain", { endpoint: { port: await freePort() }, ...description });
    const refused = await checkout.wharf("up", "--yes", "--stack", "plain");
    expect(refused.exitCode, refused.said).toBe(2);
    expect(refused.said).toContain(`"${path}/docker" is 0:0, mode 755`);
    expect(refused.said).toContain(`sudo chown -R 10001:10001 '${path}'`);
    await rm(join(path, "docker"), { recursive: true });
    // What no look at it from outside tells: the registry is healthy, and can write nothing.
    const readOnly = ["-o", "ro,mode=755,uid=10001,gid=10001"];
    await engine.command("mount", ["-t", "tmpfs", ...readOnly, "wharf-test", path]);
    const unwritable = await checkout.wharf("up", "--yes", "--stack", "plain");
    expect(unwritable.exitCode, unwritable.said).toBe(1);
    expect(unwritable.said).toMatch(/its test push failed: POST \S+ answered 503 .*read-only/);
    expect(unwritable.said).toContain("docker logs --tail 20 wharf-plain-registry");
    expect(unwritable.said).toContain(`findmnt --target '${path}'`);
    expect(unwritable.said).not.toContain("chown");
    expect((await checkout.wharf("down", "--yes", "--stack", "plain")).exitCode).toBe(0);
    await engine.command("umount", [path]);
    const down = await stand("plain", description, async (host) => {
      // An empty directory stays as it was.
      expect(await stat(path)).toMatchObject({ uid: 10001, gid: 10001, mode: 0o40755 });
      expect(await inspect("wharf-plain-registry", ".HostConfig")).toMatchObject({
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges:true"],
        RestartPolicy: { Name: "always" },
        Memory: 512 * 2 ** 20,
        NanoCpus: 1e9,
        LogConfig: { Type: "json-file", Config: { "max-size": "10m", "max-file": "3" } },
        PortBindings: { "5000/tcp": [{ HostIp: "127.0.0.1", HostPort: host.split(":")[1] }] },
      });
      expect(await inspect("wharf-plain-registry", ".Config")).toMatchObject({
        User: "10001:10001",
        Labels: { "io.wharf.stack": "plain" },
      });
      expect(await inspect("wharf-plain-registry", ".State.Health.Status")).toBe("healthy");
      expect(await inspect("wharf-plain-settings", ".State.StartedAt")).toBe(
        "0001-01-01T00:00:00Z",
      );
      const code = ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}"];
      const { stdout } = await engine.command("curl", [...code, `http://${host}/v2/`]);
      expect(stdout).toBe("401");
      const pushed = await push("plain", host);
      expect(pushed.exitCode, pushed.said).toBe(0);
    });
    const { stdout } = await execa("find", [path, "-path", "*/app/_manifests/tags/1"]);
    expect(stdout).not.toBe("");
    expect(down.said).toContain(`The images stay in the directory ${path} of the Docker host.`);
  });

  it("lets pipelines in by tokens of their issuer, and clients by where they connect from", async () => {
    const stack = "keyless";
    const issuer = await OidcIssuer.start(engine);
    const crane = await craneProgram(announce);
    const description = {
      auth: "roles",
      repositories: [{ name: "shop/api" }, { name: "shop/web" }],
      identities: [
        {
          ...{ name: "shop-ci", issuer: issuer.url, caCertificate: issuer.ca },
          ...{ project: "acme/shop", push: ["shop/api"] },
        },
      ],
    };
    await stand(stack, description, async (host) => {
      const login = (user: string, password = "") =>
        engine.tryDocker(["login", "--username", user, "--password-stdin", host], password);
      const audience = `wharf-${stack}`;
      const pipeline = await login("shop-ci", await issuer.token(audience));
      expect(pipeline.exitCode, pipeline.said).toBe(0);
      for (const name of ["shop/api", "shop/web"]) await engine.build(`${host}/${name}:1`, 1);
      await engine.docker("push", `${host}/shop/api:1`);
      expect((await engine.tryDocker(["push", `${host}/shop/web:1`])).said).toContain(
        "user shop-ci may not push to shop/web",
      );
      for (const token of [
        await issuer.token(audience, { repository: "acme/shop-fork" }),
        await issuer.token(audience, { ref: "refs/heads/topic" }),
        await issuer.token("another-registry"),
      ]) {
        const { exitCode, said } = await login("shop-ci", token);
        expect(exitCode, said).toBe(1);
        expect(said).toContain("401 Unauthorized");
      }

      const registry = `wharf-${stack}-registry`;
      const container = await inspect(registry, ".State.StartedAt");
      const addressOf = (name: string) =>
        inspect(name, `(index .NetworkSettings.Networks "wharf-${stack}").IPAddress`);
      const server = `${String(await addressOf(registry))}:5000`;
      /** Runs a program of the machine where a container of the stack's network is. */
      const beside = (name: string) => async (file: string, args: string[], input?: string) => {
        const pid = String(await inspect(name, ".State.Pid"));
        const env = { DOCKER_CONFIG: join(engine.directory, name) };
        const within = ["--net", `--target=${pid}`, "--", file, ...args];
        const { exitCode, all } = await engine.command("nsenter", within, {
          ...{ all: true, reject: false, env, input },
        });
        return { exitCode, said: String(all) };
      };
      for (const name of ["near", "far"]) {
        const run = ["run", "--detach", "--interactive", "--name", name, "--entrypoint", "cat"];
        await engine.docker(...run, "--network", `wharf-${stack}`, wharfRegistry.reference);
      }
      const [near, far] = [await addressOf("near"), await addressOf("far")].map(String);
      const network = ["--format", "{{(index .IPAM.Config 0).Gateway}}", `wharf-${stack}`];
      const gateway = await engine.docker("network", "inspect", ...network);
      await checkout.describe(stack, {
        ...description,
        endpoint: { port: Number(host.split(":")[1]), allowFrom: [`${gateway}/32`, `${near}/32`] },
        auth: { mode: "roles", trustedProxies: [`${near}/32`] },
        users: [
          { name: "admin", allowFrom: [`${gateway}/32`] },
          { name: "reader", role: "pull" },
        ],
      });
      const up = await checkout.wharf("up", "--yes", "--stack", stack);
      expect(up.exitCode, up.said).toBe(0);
      expect(await inspect(registry, ".State.StartedAt")).toEqual(container);

      const { credentials } = await checkout.outputs(stack);
      // The machine itself comes from the gateway of the network.
      expect((await login("admin", credentials.admin)).said).toContain("Login Succeeded");
      for (const [where, user, seen] of [
        ["near", "reader", "shop/api"],
        ["near", "admin", `user admin may not connect from ${near}`],
        ["far", "reader", `connections from ${far} are not allowed`],
      ] as const) {
        const as = ["auth", "login", server, "--username", user, "--password-stdin"];
        const loggedIn = await beside(where)(crane, as, credentials[user]);
        expect(loggedIn.exitCode, loggedIn.said).toBe(0);
        expect((await beside(where)(crane, ["catalog", "--insecure", server])).said).toContain(
          seen,
        );
      }
      const forwarded = async (where: string, claimed = "") => {
        const asks = ["--silent", "--insecure", "--user", `reader:${credentials.reader}`];
        const says = ["--header", `X-Forwarded-For: ${claimed}`];
        return (await beside(where)("curl", [...asks, ...says, `https://${server}/v2/`])).said;
      };
      expect(await forwarded("far", near)).toContain(`connections from ${far} are not allowed`);
      expect(await forwarded("near", far)).toContain(`connections from ${far} are not allowed`);
      expect(await forwarded("near", gateway)).toBe("{}");
      await engine.docker("rm", "--force", "near", "far");
    });
    await issuer.stop();
  });

  it("has its certificate from an ACME server, which only its user may read, and renews it while it runs", async () => {
    const stack = "acme";
    // Renewed in its last third, after half a minute.
    const server = await AcmeServer.start(engine, 45);
    const description = {
      endpoint: { hosts: [verifiedName], port: 443, address: "::1" },
      tls: {
        mode: "acme",
        acme: { directory: server.directory, caCertificate: server.ca, email: "ops@example.com" },
        caCertificate: await server.issuer(),
      },
    };
    await stand(stack, description, async () => {
      const registry = `wharf-${stack}-registry`;
      const shows = `openssl s_client -connect '[::1]:443' -servername ${verifiedName} </dev/null`;
      const presented = async () => {
        const script = `${shows} 2>/dev/null | openssl x509 -noout -serial`;
        return String((await engine.command("sh", ["-c", script], { reject: false })).stdout);
      };
      const [first, started] = [await presented(), await inspect(registry, ".State.StartedAt")];
      expect(first).toMatch(/^serial=/);
      const trusted = await checkout.wharf("trust", "--stack", stack);
      expect(trusted.exitCode, trusted.said).toBe(0);
      const pushed = await push(stack, verifiedName);
      expect(pushed.exitCode, pushed.said).toBe(0);
      const kept = join(engine.directory, "data/volumes", `wharf-${stack}-data`, "_data/acme");
      const files = await readdir(kept);
      expect(files).toContain(verifiedName);
      for (const name of files) {
        expect(await stat(join(kept, name))).toMatchObject({ uid: 10001, mode: 0o100600 });
      }
      await expect.poll(presented, { timeout: 120_000, interval: 1_000 }).not.toBe(first);
      const again = await push(stack, verifiedName);
      expect(again.exitCode, again.said).toBe(0);
      expect(await inspect(registry, ".State.StartedAt")).toBe(started);
    });
    await server.stop();
  });
});
