import { execa } from "execa";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Announce } from "../../../offline/announce";
import { cached } from "../../../offline/cache";
import { findOnPath } from "../../../offline/commands";
import { kubernetesVersion } from "../../cluster/programs";

/** Goes up with every change to how the schemas are made. */
const revision = 1;

/** A part of an OpenAPI document, as JSON Schema has it too. */
interface Schema {
  $ref?: string;
  type?: string;
  format?: string;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | false;
  items?: Schema;
  oneOf?: Schema[];
  definitions?: Record<string, Schema>;
  "x-kubernetes-group-version-kind"?: { group: string; version: string; kind: string }[];
}

const prefix = "#/definitions/";

/**
 * The directory of a strict JSON schema for each kind of Kubernetes, named as kubeconform looks for them. They are made of the
 * OpenAPI document in the Go module of Kubernetes, as github.com/yannh/kubernetes-json-schema makes its own.
 */
export async function kubernetesSchemas(announce: Announce): Promise<string> {
  const key = `kubernetes-schemas-${kubernetesVersion}-${revision}`;
  return cached(
    join("lint", key),
    async (into) => {
      announce.start("schemas", "reading Kubernetes' own from its Go module");
      const text = await readFile(join(await kubernetesModule(), "api/openapi-spec/swagger.json"));
      const { definitions } = JSON.parse(text.toString()) as {
        definitions: Record<string, Schema>;
      };
      const strict = Object.fromEntries(
        Object.entries(definitions).map(([name, schema]) => [name, strictly(name, schema)]),
      );
      for (const [name, schema] of Object.entries(strict)) {
        for (const { group, version, kind } of schema["x-kubernetes-group-version-kind"] ?? []) {
          const parts = [kind, group.split(".")[0], version].filter(Boolean);
          const standalone = { ...schema, definitions: usedBy(name, strict) };
          await writeFile(
            join(into, `${parts.join("-").toLowerCase()}.json`),
            JSON.stringify(standalone),
          );
        }
      }
      announce.done("schemas", kubernetesVersion);
    },
    announce,
  );
}

async function kubernetesModule(): Promise<string> {
  const go = (await findOnPath("go")) ?? "/usr/local/go/bin/go";
  const module = ["k8s.io/kubernetes"];
  const inModule = {
    cwd: join(__dirname, "../../cluster/go/kubernetes"),
    env: { GOWORK: "off", GOFLAGS: "-mod=readonly" },
  };
  await execa(go, ["mod", "download", ...module], inModule);
  const { stdout } = await execa(go, ["list", "-m", "-f", "{{.Dir}}", ...module], inModule);
  return stdout;
}

/** A definition that admits no other fields than its own, and what the API takes for numbers that may be text. */
function strictly(name: string, schema: Schema): Schema {
  const textOrNumber = { oneOf: [{ type: "string" }, { type: "number" }] };
  if (name.endsWith(".api.resource.Quantity") || schema.format === "int-or-string") {
    return textOrNumber;
  }
  return schema.properties === undefined ? schema : { ...schema, additionalProperties: false };
}

/** What a definition refers to, directly or not, by name. */
function usedBy(name: string, all: Record<string, Schema>): Record<string, Schema> {
  const used: Record<string, Schema> = {};
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    for (const [key, value] of Object.entries(part)) {
      if (key !== "$ref" || typeof value !== "string") {
        visit(value);
        continue;
      }
      const target = value.slice(prefix.length);
      const definition = all[target];
      if (definition === undefined || used[target] !== undefined) continue;
      used[target] = definition;
      visit(definition);
    }
  };
  visit(all[name]);
  return used;
}
