import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, lstatSync, readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { findEngine } from "../../../offline/engine/engine";
import { providersOf } from "../../../offline/plugins/plugins";
import {
  sdkVersions,
  machine,
  announce,
  ownMachine,
  script,
  closedMachine,
  cachePlugins,
  installPulumi,
  installPlugin,
  wharf,
  originsOf,
  openProxy,
} from "../machine";

const realPath = process.env.PATH ?? "";

ownMachine();

describe("the plugins", () => {
  beforeEach(() => {
    closedMachine();
    cachePlugins();
    installPulumi();
  });

  it("are the official ones that the user has installed, with PULUMI_HOME left alone", async () => {
    installPlugin("docker");
    installPlugin("random");
    script("bin/pulumi-resource-tls", "exit 1");
    const engine = await findEngine(wharf(), announce);
    expect(originsOf(engine.plugins)).toEqual({
      docker: "official",
      random: "official",
      tls: "official",
    });
    expect(engine.env).not.toHaveProperty("PULUMI_HOME");
    expect(existsSync(wharf())).toBe(false);
  });

  it("are built ones and stand-ins in Wharf's own PULUMI_HOME where official ones are not available", async () => {
    const official = installPlugin("random");
    const engine = await findEngine(wharf(), announce);
    expect(originsOf(engine.plugins)).toEqual({
      docker: "stand-in",
      random: "official",
      tls: "built",
    });
    expect(engine.env.PULUMI_HOME).toBe(join(wharf(), "home"));
    const plugin = (name: keyof typeof sdkVersions) =>
      join(wharf(), `home/plugins/resource-${name}-v${sdkVersions[name]}/pulumi-resource-${name}`);
    expect(readlinkSync(plugin("random"))).toBe(official);
    expect(readlinkSync(plugin("tls"))).toMatch(/\/cache\/plugins\/[^/]+\/pulumi-resource-tls$/);
    expect(lstatSync(plugin("docker")).mode & 0o777).toBe(0o755);
    expect(readdirSync(join(machine.directory, "user/.pulumi/plugins"))).toEqual([
      "resource-random-v4.21.2",
    ]);
    expect(machine.said.at(-1)).toBe(
      "plugins ✔ tls (Terraform's provider 4.2.1): built from Go modules; docker: a built-in stand-in, since the official ones cannot be downloaded here; random: official",
    );
  });

  it.each(["docker", "random", "tls"] as const)(
    "%s starts as the engine starts it, printing a port, and ends with the engine",
    async (name) => {
      const { env } = await findEngine(wharf(), announce);
      const path = `plugins/resource-${name}-v${sdkVersions[name]}/pulumi-resource-${name}`;
      const child = spawn(join(env.PULUMI_HOME ?? "", path), [], {
        // As a service's environment may be: stand-ins need Node.js, and nothing needs a home.
        env: { PATH: name === "docker" ? realPath : "" },
        stdio: ["pipe", "pipe", "inherit"],
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      const [printed] = (await once(child.stdout, "data")) as [Buffer];
      expect(printed.toString()).toMatch(/^\d+\n/);
      // What the end of the engine, killed or not, looks like from here.
      child.stdin.end();
      expect(await once(child, "exit")).toEqual([0, null]);
    },
  );

  it("are of Kubernetes for that target, which says how old its own is", async () => {
    const { plugins } = await findEngine(wharf(), announce, {
      providers: providersOf("kubernetes"),
    });
    expect(originsOf(plugins)).toEqual({ kubernetes: "built", random: "built", tls: "built" });
    expect(machine.said.at(-1)).toBe(
      "plugins ✔ kubernetes (Pulumi's provider of January 2026, 4.0.0-20260115033456-f47bc2d6f199), random (Terraform's provider 3.9.0), " +
        "tls (Terraform's provider 4.2.1): built from Go modules, since the official ones cannot be downloaded here",
    );
  });

  it("that cannot be built are told of with what helps", async () => {
    rmSync(join(machine.directory, "cache/plugins"));
    script("bin/go", "echo go version go1.19.8 linux/amd64");
    await expect(findEngine(wharf(), announce)).rejects.toThrow(
      /^The official plugins of random, tls are not installed and cannot be downloaded here\. Go 1\.19 is too old to build with\.\n {2}\S+ .*go/,
    );
  });

  it("give way to official ones as soon as the user has them", async () => {
    await findEngine(wharf(), announce);
    const names = ["docker", "random", "tls"] as const;
    names.forEach(installPlugin);
    vi.stubEnv("PULUMI_HOME", join(wharf(), "home"));
    const engine = await findEngine(wharf(), announce);
    expect(new Set(engine.plugins.map(({ origin }) => origin))).toEqual(new Set(["official"]));
    expect(engine.env.PULUMI_HOME).toBe(join(machine.directory, "user/.pulumi"));
  });

  it("come from a directory of official executables where one is named", async () => {
    for (const name of Object.keys(sdkVersions))
      script(`official/pulumi-resource-${name}`, "exit 1");
    vi.stubEnv("WHARF_OFFICIAL_PLUGINS", join(machine.directory, "official"));
    const { plugins, env } = await findEngine(wharf(), announce);
    expect(new Set(plugins.map(({ origin }) => origin))).toEqual(new Set(["official"]));
    expect(
      readlinkSync(join(env.PULUMI_HOME ?? "", "plugins/resource-tls-v5.6.1/pulumi-resource-tls")),
    ).toBe(join(machine.directory, "official/pulumi-resource-tls"));
  });

  it("leave the official executables as they are once that directory is no longer named", async () => {
    const official = script("official/pulumi-resource-tls", "exit 1");
    vi.stubEnv("WHARF_OFFICIAL_PLUGINS", join(machine.directory, "official"));
    await findEngine(wharf(), announce);
    vi.stubEnv("WHARF_OFFICIAL_PLUGINS", undefined);
    const { plugins } = await findEngine(wharf(), announce);
    expect(originsOf(plugins)).toMatchObject({ tls: "built" });
    expect(readFileSync(official, "utf8")).toBe("#!/bin/sh\nexit 1\n");
  });

  it("are downloaded where they can be reached", async () => {
    await openProxy(200);
    script(
      "bin/pulumi",
      `[ "$1" = version ] && echo v3.251.0 && exit
       directory="$PULUMI_HOME/plugins/resource-$4-v$5"
       mkdir -p "$directory" && cp "$0" "$directory/pulumi-resource-$4"`,
    );
    const { plugins, env } = await findEngine(wharf(), announce);
    expect(new Set(plugins.map(({ origin }) => origin))).toEqual(new Set(["official"]));
    expect(env).not.toHaveProperty("PULUMI_HOME");
    expect(machine.said.at(-2)).toMatch(
      /^plugins … downloading docker 5\.2\.0, random 4\.21\.2, tls 5\.6\.1/,
    );
  });

  describe("for a cloud", () => {
    const needs = { providers: providersOf("aws") };

    beforeEach(() => void vi.stubEnv("WHARF_SIMULATE_CLOUDS", undefined));

    it("are the target's own and no others", async () => {
      const { plugins } = await findEngine(wharf(), announce, { ...needs, preview: true });
      expect(plugins).toMatchObject([{ name: "aws", origin: "stand-in", simulated: true }]);
      expect(readdirSync(join(wharf(), "home/plugins"))).toHaveLength(1);
    });

    it("are not played to someone who means to deploy", async () => {
      await expect(findEngine(wharf(), announce, needs)).rejects.toThrow(
        /^The official aws plugin \d\S+ is not installed and cannot be downloaded here, and nothing reaches AWS without it\.[^]*WHARF_SIMULATE_CLOUDS=1[^]*\n {2}pulumi plugin install resource aws \d\S+$/,
      );
      expect(existsSync(wharf())).toBe(false);
    });

    it("are played where that is asked for", async () => {
      vi.stubEnv("WHARF_SIMULATE_CLOUDS", "1");
      const { plugins } = await findEngine(wharf(), announce, needs);
      expect(plugins).toMatchObject([{ simulated: true }]);
    });
  });

  it("are not looked for on the network a second time", async () => {
    const asked = await openProxy(403);
    await findEngine(wharf(), announce);
    const first = asked.length;
    await findEngine(wharf(), announce);
    expect(first).toBeGreaterThan(0);
    expect(asked).toHaveLength(first);
  });
});
