import { execa } from "execa";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findEngine } from "../../../offline/engine/engine";
import { languageHosts } from "../../../offline/engine/language-hosts";
import { addStack } from "../../support/added-stack";
import { announce } from "../../support/announce";
import { pulumiForPython } from "../../support/python/packages";

/** A program in each language that yields what its config says. */
const programs: Record<string, Record<string, string>> = {
  yaml: {
    "Pulumi.yaml":
      "name: yaml\nruntime: yaml\nconfig: { who: string }\noutputs: { greeted: '${who}' }\n",
  },
  python: {
    "Pulumi.yaml": "name: python\nruntime: python\n",
    "__main__.py":
      'import pulumi\npulumi.export("greeted", pulumi.Config().require("who"))\nassert pulumi.Config().get("fault") is None, "a fault of the program"\n',
  },
  nodejs: {
    "Pulumi.yaml": "name: nodejs\nruntime: { name: nodejs, options: { typescript: false } }\n",
    "package.json": '{ "name": "nodejs", "main": "index.js" }',
    "index.js": 'exports.greeted = new (require("@pulumi/pulumi").Config)().require("who");\n',
  },
};

describe("an engine with the language hosts", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "wharf-languages-"));
  let env: Record<string, string>;

  beforeAll(async () => {
    const engine = await findEngine(path.join(directory, "wharf"), announce, {
      providers: [],
      preview: true,
    });
    const hosts = await languageHosts(engine, announce);
    env = {
      ...engine.env,
      PATH: [hosts, engine.env.PATH].filter(Boolean).join(path.delimiter),
      PYTHONPATH: await pulumiForPython(announce),
      PULUMI_BACKEND_URL: `file://${directory}`,
      PULUMI_CONFIG_PASSPHRASE: "of no worth",
    };
    symlinkSync(
      path.resolve(__dirname, "../../../node_modules"),
      path.join(directory, "node_modules"),
    );
    for (const [language, files] of Object.entries(programs)) {
      mkdirSync(path.join(directory, language));
      for (const [name, text] of Object.entries(files))
        writeFileSync(path.join(directory, language, name), text);
    }
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  async function preview(language: string, config: Record<string, string>) {
    const cwd = path.join(directory, language);
    const stack = Object.keys(config).join("-");
    const own = Object.entries(config).map(([key, value]) => [`${language}:${key}`, value]);
    writeFileSync(
      path.join(cwd, `Pulumi.${stack}.yaml`),
      JSON.stringify({ config: Object.fromEntries(own) as object }),
    );
    addStack(directory, stack, language);
    return execa("pulumi", ["preview", "--stack", stack, "--non-interactive"], {
      ...{ cwd, env, all: true, reject: false },
    });
  }

  it.each(Object.keys(programs))("runs a program in %s with its config", async (language) => {
    const { exitCode, all } = await preview(language, { who: "world" });
    expect(exitCode, all).toBe(0);
    expect(all).toMatch(/greeted *: "world"/);
  });

  it("fails with a program that fails, and says why", async () => {
    const { exitCode, all } = await preview("python", { who: "world", fault: "true" });
    expect(all).toContain("AssertionError: a fault of the program");
    expect(exitCode).not.toBe(0);
  });
});
