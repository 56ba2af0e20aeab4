import { execa } from "execa";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { scheduler } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crane } from "../../offline/images/crane";
import { announce } from "../support/announce";
import { collectUnderLoad, loadTimeoutMs } from "../offline/registry/collection-load";
import { freePort } from "../support/free-port";
import { ask } from "../support/running-registry";
import { WebhookListener } from "../support/webhook-listener";
import { Checkout } from "./checkout";
import { DockerEngine } from "./docker-engine";
import {
  accessMatrixOf,
  AskedRegistry,
  fuzzedRequests,
  htpasswdMatrixOf,
  type Client,
} from "./access-matrix";
import { pushRandomImage } from "./random-image";
import { StackRegistry } from "./stack-registry";
import { TokenServer } from "./token-server";
import { Upload } from "./upload";

// Users come and go under a running registry.
describe("users of a running registry", () => {
  let engine: DockerEngine;
  let checkout: Checkout;
  let host: string;
  let image: string;
  let port: number;
  let caCertificate: string;
  const stack = "users";
  /** Who the registry is for once it has roles, and what of the description says what they may do. */
  const repositories = ["shop/api", "shop/web", "secret/x", "ops"];
  const users = [
    { name: "admin" },
    { name: "joiner", repositories: ["shop/*"] },
    { name: "leaver", rotation: 1, role: "pull" },
    { name: "lead" },
    { name: "ci", secrets: [{ name: "first", until: "2999-01-01" }, { name: "second" }] },
    { name: "gone", role: "admin", expires: "2020-01-01" },
    { name: "broom", role: "delete", repositories: ["shop/**"] },
  ];
  const rights = {
    auth: "roles",
    groups: [{ name: "leads", members: ["lead"] }],
    repositories: repositories.map((name) => ({
      name,
      ...(name === "ops" && { admin: ["leads"], push: ["joiner"], delete: ["joiner"] }),
      ...(name === "secret/x" && { immutableTags: { except: ["latest"] } }),
    })),
  };

  beforeAll(async () => {
    engine = await DockerEngine.start();
    checkout = await Checkout.create(engine);
    port = await freePort();
    host = `localhost:${port}`;
    image = `${host}/large:1.0.0`;
    await up(["admin", "leaver", "owner", "goer"].map((name) => ({ name })));
    ({ caCertificate } = await checkout.outputs(stack));
    await writeFile(join(checkout.home, "ca.crt"), caCertificate);
  });
  afterAll(async () => {
    await engine?.remove();
    await checkout?.remove();
  });

  const up = async (users: object[], more: object = {}) => {
    await checkout.describe(stack, { endpoint: { port }, users, ...more });
    const run = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(run.exitCode, run.said).toBe(0);
  };
  const containerId = () =>
    engine.docker("inspect", "--format", "{{.Id}} {{.State.StartedAt}}", `wharf-${stack}-registry`);
  const status = async (user: string, password: string | undefined) => {
    const file = join(checkout.home, "ca.crt");
    const { stdout } = await execa("curl", [
      ...["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", file],
      ...["--user", `${user}:${password}`, `https://${host}/v2/`],
    ]);
    return stdout;
  };

  it("may come, go, be rotated and bring a password of their own in the middle of a push of 50 MB, which ends well", async () => {
    await engine.build(image, 50);
    const before = await containerId();
    const { credentials: old } = await checkout.outputs(stack);
    await engine.tryDocker(["login", "--username", "admin", "--password-stdin", host], old.admin);
    const next = [{ name: "admin" }, { name: "joiner" }, { name: "leaver", rotation: 1 }];
    await checkout.describe(stack, { endpoint: { port }, users: [...next, { name: "owner" }] });
    const set = await checkout.run(
      "bash",
      "-c",
      `eval "$(node cli/wharf.js pulumi-env --stack ${stack})" && printf %s "a password of my own" | pulumi config set --secret --stack ${stack} --path 'wharf:users[3].password'`,
    );
    expect(set.exitCode, set.said).toBe(0);

    // Two pushes: Docker's own at full speed, and one that holds back its last bytes until `up` has ended.
    const push = engine.docker("push", image);
    const held = await Upload.start(host, "held", old.admin ?? "", caCertificate);
    const run = await checkout.wharf("up", "--yes", "--stack", stack);
    expect(run.exitCode, run.said).toBe(0);
    expect(run.said).not.toContain("a password of my own");
    const { credentials: now } = await checkout.outputs(stack);
    expect(await status("joiner", now.joiner)).toBe("200");
    expect(now.leaver).not.toBe(old.leaver);
    expect(now.admin).toBe(old.admin);
    expect(await status("leaver", old.leaver)).toBe("401");
    expect(await status("leaver", now.leaver)).toBe("200");
    expect(await status("owner", old.owner)).toBe("401");
    expect(await status("owner", "a password of my own")).toBe("200");
    expect(await status("goer", old.goer)).toBe("401");
    expect(await held.finish()).toBe(201);
    await push;
    expect(await containerId()).toBe(before);
    const again = await checkout.pulumi(stack, "preview", "--expect-no-changes");
    expect(again.exitCode, again.said).toBe(0);
    const own = ["login", "--username", "owner", "--password-stdin", host];
    expect((await engine.tryDocker(own, "a password of my own")).exitCode).toBe(0);
    await engine.docker("pull", image);
    await engine.tryDocker(["login", "--username", "admin", "--password-stdin", host], old.admin);
    await engine.docker("image", "rm", image);
    await engine.docker("pull", image);
  });

  it("may all do everything with htpasswd, request by request, and strangers nothing", async () => {
    const { credentials } = await checkout.outputs(stack);
    const registry = new AskedRegistry(host, caCertificate);
    const { admin, joiner, leaver } = credentials;
    const matrix = await htpasswdMatrixOf(registry, { admin, joiner, leaver });
    registry.close();
    expect(matrix.seen.length).toBeGreaterThan(300);
    expect(matrix.seen).toEqual(matrix.expected);
  });

  it("are given roles by one up, which hold request by request as the preview shows them", async () => {
    const { credentials: old } = await checkout.outputs(stack);
    const more = { ...rights, access: { pull: ["lead"], push: ["ci"] } };
    await checkout.describe(stack, { endpoint: { port }, users, ...more });
    const preview = await checkout.wharf("preview", "--stack", stack);
    const rows = preview.stdout
      .split("\n")
      .map((line) => line.trim().split(/ {2,}/))
      .filter((cells) => cells.length === 5 && repositories.includes(cells[0] ?? ""));
    expect(rows.length, preview.said).toBeGreaterThan(15);
    await up(users, more);
    const { credentials } = await checkout.outputs(stack);
    // Nobody's password is another: who was logged in still is.
    for (const name of ["admin", "joiner", "leaver"]) expect(credentials[name]).toBe(old[name]);
    await engine.docker("push", image);

    const clients: Client[] = [
      ...users.map(({ name }) => ({ name, password: credentials[name] })),
      { name: "a stranger" },
    ];
    const column = ["", "pull", "push", "delete"];
    const registry = new AskedRegistry(host, caCertificate);
    const matrix = await accessMatrixOf(registry, clients, repositories, {
      known: ({ name, password }) => password !== undefined && name !== "gone",
      expected: ({ name }, action, repository) =>
        name !== "gone" &&
        rows.some(
          (cells) =>
            cells[0] === repository && cells[4] === name && cells[column.indexOf(action)] === "yes",
        ),
    });
    expect(matrix.seen.length).toBeGreaterThan(300);
    expect(matrix.seen).toEqual(matrix.expected);

    const joiner = { name: "joiner", password: credentials.joiner };
    const fuzzed = await fuzzedRequests(registry, joiner, "shop/api", "secret/x");
    expect(fuzzed.let).toEqual([]);
    expect(fuzzed.tried).toBeGreaterThan(120);

    const wrong = { name: "admin", password: "not the password" };
    expect((await registry.ask(wrong, "GET", "/v2/")).status).toBe(401);
    registry.close();
  });

  it("take a token in place of a password, as far as it goes, and not once it is revoked", async () => {
    const file = join(checkout.home, "ca.crt");
    const asked = async (token: string, path: string, ...more: string[]) => {
      const { stdout } = await execa("curl", [
        ...["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "--cacert", file],
        ...["--user", `joiner:${token}`, ...more, `https://${host}/v2/${path}`],
      ]);
      return stdout;
    };
    const asFor = ["--user", "joiner", "--repository", "shop/web", "--stack", stack];
    const wrong = await checkout.wharf("token", "create", ...asFor, "--repository", "secret/x");
    expect(wrong.exitCode, wrong.said).toBe(2);
    expect(wrong.said).toContain("User joiner may not pull in secret/x: it has no rights there.");

    const created = await checkout.wharf("token", "create", ...asFor, "--ttl", "10m");
    expect(created.exitCode, created.said).toBe(0);
    const token = created.stdout.trim();
    // A pipe takes the token and nothing else.
    expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    const login = ["login", "--username", "joiner", "--password-stdin", host];
    expect((await engine.tryDocker(login, created.stdout)).exitCode).toBe(0);
    expect(await asked(token, "shop/web/tags/list")).toMatch(/^(200|404)$/);
    expect(await asked(token, "shop/web/blobs/uploads/", "--request", "POST")).toBe("403");
    expect(await asked(token, "shop/api/tags/list")).toBe("403");

    const [, id = ""] = /^Revoke: .* token revoke (\S+)/m.exec(created.said) ?? [];
    const listed = await checkout.wharf("token", "list", "--stack", stack);
    expect(listed.stdout).toMatch(new RegExp(`${id} +joiner +pull +in .* +valid +shop/web`));
    const revoked = await checkout.wharf("token", "revoke", id, "--yes", "--stack", stack);
    expect(revoked.exitCode, revoked.said).toBe(0);
    await expect.poll(() => asked(token, "shop/web/tags/list"), { timeout: 30_000 }).toBe("401");
  });

  it("go by one up while another pushes 50 small images, none of which fails", async () => {
    const before = await containerId();
    const { credentials } = await checkout.outputs(stack);
    const joiner = {
      url: `https://${host}`,
      ca: caCertificate,
      auth: `joiner:${credentials.joiner}`,
    };
    expect(await status("ci", credentials.ci)).toBe("200");
    let [pushed, changing] = [0, true];
    const pushes = (async () => {
      // None of them is tried again, as Docker would.
      for (; pushed < 50 || changing; pushed += 1) {
        await pushRandomImage(joiner, "shop/many", `${pushed}`, 2000);
        await scheduler.wait(100);
      }
    })();
    const staying = users.filter((user) => user.name !== "ci");
    await up(staying, { ...rights, access: { pull: ["lead"] } }).finally(() => (changing = false));
    await pushes;
    expect(await status("ci", credentials.ci)).toBe("401");
    const { url, ...access } = joiner;
    const tags = await ask(`${url}/v2/shop/many/tags/list`, access);
    expect((JSON.parse(tags.body) as { tags: string[] }).tags).toHaveLength(pushed);
    expect(await containerId()).toBe(before);
  });

  it("find out by wharf status that the registry is away, and a webhook does by its timer", async () => {
    const webhook = await WebhookListener.start();
    const page = join(checkout.home, "status.html");
    const look = (...more: string[]) => checkout.wharf("status", "--stack", stack, ...more);
    const container = `wharf-${stack}-registry`;
    try {
      const fine = await look("--json");
      expect(fine.exitCode, fine.said).toBe(0);
      expect(JSON.parse(fine.stdout)).toMatchObject([
        {
          ...{ stack, target: "docker", endpoint: `https://${host}` },
          findings: expect.arrayContaining([
            { about: "Registry", verdict: "good", text: `https://${host} answers` },
            { about: "Login", verdict: "good", text: expect.stringMatching(/^as admin; \d more/) },
            { about: "Images", verdict: "good", text: expect.stringMatching(/^\d+ images in/) },
          ]) as unknown,
        },
      ]);
      await engine.docker("stop", container);
      const away = await checkout.run(
        "env",
        ...[
          `WHARF_NOTIFICATIONS_URL=${webhook.url("/hook/hidden")}`,
          ...["node", "cli/wharf.js", "status", "--all", "--notify", "--html", page],
        ],
      );
      expect(away.exitCode, away.said).toBe(1);
      expect(away.said).toContain(`npx wharf up --stack ${stack}`);
      expect(away.said).toMatch(
        new RegExp(`${stack}: registry: https://${host}/v2/ does not answer`),
      );
      expect(readFileSync(page, "utf8")).toContain("<h1>Something is wrong with the registry</h1>");
      expect(webhook.heard.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
        expect.objectContaining({
          ...{ task: "status", outcome: "failed", exitCode: 1 },
          message: expect.stringContaining("does not answer") as unknown,
        }),
      ]);
    } finally {
      webhook.stop();
      await engine.docker("start", container);
    }
    await expect.poll(() => look(), { timeout: 60_000 }).toMatchObject({ exitCode: 0 });
  });

  it("are told by Docker what they may not do, and go back to htpasswd by one up", async () => {
    const { credentials } = await checkout.outputs(stack);
    const as = (name: string) =>
      engine.tryDocker(["login", "--username", name, "--password-stdin", host], credentials[name]);
    const [web, secret] = ["shop/web", "secret/x"].map((name) => `${host}/${name}:2`);
    await engine.build(`${web}`, 1);
    await engine.docker("tag", `${web}`, `${secret}`);
    await as("leaver");
    const push = await engine.tryDocker(["push", `${web}`]);
    expect(push.exitCode).not.toBe(0);
    expect(push.said).toMatch(/denied|may not push/i);
    await as("joiner");
    await engine.docker("push", `${web}`);
    await as("admin");
    await engine.docker("push", `${secret}`);
    await engine.build(`${secret}`, 1);
    expect((await engine.tryDocker(["push", `${secret}`])).said).toMatch(
      /tag 2 of secret\/x is immutable/,
    );
    await up([{ name: "admin" }, { name: "joiner" }, { name: "leaver", rotation: 1 }]);
    await engine.docker("push", `${secret}`);
    expect((await checkout.outputs(stack)).credentials.joiner).toBe(credentials.joiner);
  });

  it("are those of a token server, with mode token, for docker, skopeo and crane", async () => {
    const tokens = await TokenServer.start({
      builder: { password: "a builder's", below: "shop", actions: ["pull", "push"] },
      reader: { password: "a reader's", below: "shop", actions: ["pull"] },
    });
    const program = await crane(announce);
    const config = join(checkout.home, "clients");
    const run = async (file: string, args: string[], input?: string) => {
      const env = { DOCKER_CONFIG: config, REGISTRY_AUTH_FILE: join(config, "config.json") };
      const options = { all: true, reject: false, env, input } as const;
      const { exitCode, all } = await engine.command(file, args, options);
      return { exitCode, said: String(all) };
    };
    const clients: [name: string, push: (image: string) => string[]][] = [
      ["docker", (image) => ["push", image]],
      [
        "skopeo",
        (image) => [
          ...["copy", "--src-tls-verify=false", "--dest-tls-verify=false"],
          ...[`docker://${host}/shop/docker:1`, `docker://${image}`],
        ],
      ],
      [program, (image) => ["copy", "--insecure", `${host}/shop/docker:1`, image]],
    ];
    try {
      await checkout.describe(stack, { endpoint: { port }, auth: tokens.auth });
      const changed = await checkout.wharf("up", "--yes", "--stack", stack);
      expect(changed.exitCode, changed.said).toBe(0);
      const login = (user: string, password: string) =>
        run("docker", ["login", "--username", user, "--password-stdin", host], password);
      expect((await login("builder", "a reader's")).exitCode).toBe(1);
      await engine.build(`${host}/shop/docker:1`, 1);
      for (const tag of ["ops/docker:1", "shop/docker:2"]) {
        await engine.docker("tag", `${host}/shop/docker:1`, `${host}/${tag}`);
      }
      for (const [client, push] of clients) {
        const name = basename(client);
        const loggedIn = await login("builder", "a builder's");
        expect(loggedIn.exitCode, loggedIn.said).toBe(0);
        const pushed = await run(client, push(`${host}/shop/${name}:1`));
        expect(pushed.exitCode, pushed.said).toBe(0);
        // The server gives a token without the right, which the registry refuses.
        const elsewhere = await run(client, push(`${host}/ops/${name}:1`));
        expect(elsewhere.exitCode, elsewhere.said).not.toBe(0);
        expect(elsewhere.said).toMatch(/denied|unauthorized|401/i);
        expect((await login("reader", "a reader's")).exitCode).toBe(0);
        const reading = await run(client, push(`${host}/shop/${name}:2`));
        expect(reading.exitCode, reading.said).not.toBe(0);
      }
      await engine.docker("image", "rm", `${host}/shop/docker:1`);
      const pulled = await run("docker", ["pull", `${host}/shop/docker:1`]);
      expect(pulled.exitCode, pulled.said).toBe(0);
    } finally {
      await tokens.stop();
    }
  });

  it("have old images deleted by one up and wharf collect, while the registry serves, but none that runs", async () => {
    const early = await checkout.wharf("collect", "--yes", "--stack", stack);
    expect(early.exitCode, early.said).toBe(2);
    expect(early.said).toContain("The registry of this stack deletes nothing by itself");

    const repositories = ["old/app", "ops/registry"].map((name) => ({
      ...{ name, retention: { keepLast: 1 } },
    }));
    const retention = {
      ...{ schedule: "never", graceMinutes: 0 },
      // What the next test pushes.
      ...{ keep: ["keep-*"], groups: [{ tags: ["gone-*"], keepLast: 1 }] },
    };
    await up([{ name: "admin" }], { retention, repositories });
    const { credentials } = await checkout.outputs(stack);
    const login = ["login", "--username", "admin", "--password-stdin", host];
    expect((await engine.tryDocker(login, credentials.admin)).exitCode).toBe(0);
    const pushed = (name: string) => `${host}/${name}`;
    // The tag 2 moves: the image that had it is left without one.
    for (const name of ["old/app:1", "old/app:2", "old/app:2"]) {
      await engine.build(pushed(name), 2);
      await engine.docker("push", pushed(name));
    }
    // The registry's own container runs this one.
    const program = await engine.docker(
      "inspect",
      "--format",
      "{{.Image}}",
      `wharf-${stack}-registry`,
    );
    await engine.docker("tag", program, pushed("ops/registry:1"));
    await engine.docker("push", pushed("ops/registry:1"));
    await engine.build(pushed("ops/registry:2"), 1);
    await engine.docker("push", pushed("ops/registry:2"));

    const collect = async (...more: string[]) => {
      const run = await checkout.wharf("collect", "--json", ...more, "--stack", stack);
      expect(run.exitCode, run.said).toBe(0);
      return JSON.parse(run.stdout) as {
        expired: { repository: string; tags: string[] }[];
        freedBytes: number;
        readOnlySeconds: number;
      };
    };
    const expired = [{ repository: "old/app", tags: ["1"] }];
    expect((await collect("--dry-run")).expired).toMatchObject(expired);
    await engine.docker("pull", pushed("old/app:1"));
    const done = await collect("--yes");
    expect(done).toMatchObject({ expired, readOnlySeconds: 0 });
    expect(done.freedBytes).toBeGreaterThan(2e6);
    expect((await engine.tryDocker(["pull", pushed("old/app:1")])).said).toMatch(
      /not found|unknown/,
    );
    for (const name of ["old/app:2", "ops/registry:1"]) {
      await engine.docker("image", "rm", pushed(name));
      await engine.docker("pull", pushed(name));
    }
    // What has no tag is listed as well.
    const listed = await checkout.wharf("retention", "--json", "--stack", stack);
    const images = JSON.parse(listed.stdout) as { repository: string; tags: string[] }[];
    expect(images).toContainEqual(expect.objectContaining({ repository: "old/app", tags: [] }));
    const again = await checkout.pulumi(stack, "preview", "--expect-no-changes");
    expect(again.exitCode, again.said).toBe(0);
  });

  it(
    "lose no image that was acknowledged while the registry collects and its process is killed",
    async () => {
      const { credentials } = await checkout.outputs(stack);
      const admin = {
        url: `https://${host}`,
        ca: caCertificate,
        auth: `admin:${credentials.admin}`,
      };
      const registry = await StackRegistry.onDocker(stack, checkout, engine, admin);
      await collectUnderLoad(registry);
    },
    loadTimeoutMs,
  );
});
