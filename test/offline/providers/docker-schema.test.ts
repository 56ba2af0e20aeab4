import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { docker } from "../../../offline/providers/docker";
import type { Properties, Property } from "../../../offline/providers/properties";
import { SdkSchema } from "./sdk-schema";

/** What Terraform's provider, which the official plugin is a bridge to, says of a property and its SDK does not. */
interface Upstream {
  replaces?: true;
  /** The program may give it, and the engine decides where it does not. */
  computed?: true;
  /** Only the engine decides. */
  output?: true;
  set?: true;
  default?: unknown;
  fields?: Record<string, Upstream>;
}

// Of v4.5.0, the newest that was available. SDK 5.2 is of a later one, which adds `deviceCgroupRules` and whom a file belongs to.
const upstream = JSON.parse(
  readFileSync(path.join(__dirname, "../../golden/docker-upstream.json"), "utf8"),
) as Record<string, Record<string, Upstream>>;
const sdk = new SdkSchema("docker");

/** What the stand-in does not know, and refuses. */
const unknown = [
  ...["Read", "Write"].flatMap((way) => [`device${way}Bps`, `device${way}Iops`]),
  ...["deviceCgroupRules", "deviceRequests", "devices", "gpus", "containerLogs"],
  ...["uploads.group", "uploads.owner"],
  ...["driverName", "driverOptions", "labels", "subpath"].map(
    (option) => `mounts.volumeOptions.${option}`,
  ),
  // Of an image, and of a volume in a swarm.
  ...["build", "cluster"],
];

/** Where the stand-in differs on purpose. */
const otherwise = {
  // A set in all but its order: the engine gives the ports back in its own.
  ports: "set",
  // Upstream takes "" for what is there; the stand-in takes what is there where nothing is given.
  user: "computed",
  workingDir: "computed",
  // The engine fills in twice the memory, which the official plugin shows as an update at every `up`.
  memorySwap: "computed",
};

/** One line for each thing that is said of a property. */
function said(properties: Record<string, Upstream>, within = ""): string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const at = within + name;
    if (unknown.includes(at)) return [];
    const says = (["computed", "output", "set"] as const).filter((word) => property[word]);
    // Of what is within another, the whole is replaced.
    if (property.replaces && within === "") says.push("replaces" as never);
    return [
      ...says.map((word) => `${at} ${word}`),
      ...(property.default ? [`${at} is ${JSON.stringify(property.default)}`] : []),
      ...said(property.fields ?? {}, `${at}.`),
    ];
  });
}

function ours(properties: Properties): Record<string, Upstream> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [
      name,
      {
        ...(property.type === "set" && { set: true as const }),
        ...property,
        fields: ours(property.fields ?? {}),
      },
    ]),
  );
}

/** Names, types and what is required, as far as the stand-in knows it. */
function shapes(properties: Properties, within = ""): string[] {
  return Object.entries(properties).flatMap(([name, property]: [string, Property]) => {
    const at = within + name;
    if (unknown.includes(at) || property.output) return [];
    const type = property.type === "set" ? "list" : property.type;
    return [
      `${at}: ${type}${property.required ? " required" : ""}`,
      ...shapes(property.fields ?? {}, `${at}.`),
    ];
  });
}

test.each(Object.entries(docker.resources))(
  "the stand-in for docker takes for %s what the official plugin takes",
  (token, { properties }) => {
    expect(shapes(properties).sort()).toEqual(shapes(sdk.inputsOf(token)).sort());
    const differs = Object.entries(otherwise).map((pair) => pair.join(" "));
    const lines = (all: string[]) => all.filter((line) => !differs.includes(line)).sort();
    expect(lines(said(ours(properties)))).toEqual(lines(said(upstream[token] ?? {})));
  },
);
