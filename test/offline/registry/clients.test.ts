import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { pack } from "tar-stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crane } from "../../../offline/images/crane";
import { announce } from "../../support/announce";
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
let cranePath: string;
const images: string[] = [];

beforeAll(async () => {
  registry = await RolesRegistry.start({ version: 1 });
  directory = mkdtempSync(join(tmpdir(), "wharf-clients-"));
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
    env: { DOCKER_CONFIG: directory, REGISTRY_AUTH_FILE: join(directory, "config.json") },
    input,
  });
  return { exitCode, said: all };
}

/** Puts an image of one file into the machine's engine. */
async function importImage(reference: string, contents: string): Promise<void> {
  const archive = pack();
  archive.entry({ name: "file" }, contents);
  archive.finalize();
  images.push(reference);
  const { exitCode, said } = await run("docker", ["import", "-", reference], await buffer(archive));
  expect(exitCode, said).toBe(0);
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
