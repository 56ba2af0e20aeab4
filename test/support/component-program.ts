import * as pulumi from "@pulumi/pulumi";
import type { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import type { MockCallArgs, MockResourceArgs } from "@pulumi/pulumi/runtime/mocks";
import { expect } from "vitest";
import { assertAccepted } from "./accepted-inputs";
import "./unmapped-stacks";

/** What a program asked the engine for, of one resource. */
export interface Asked {
  type: string;
  name: string;
  /** Inputs as the engine gets them; a secret as the SDK marks it. */
  inputs: Record<string, unknown>;
  /** Name of the provider that was given; empty with the stack's own. */
  provider: string;
  protect: boolean;
  dependsOn: string[];
  aliases: string[];
  ignoreChanges: string[];
}

/** What stands for the platform. */
export interface Surroundings {
  /** The program's project. */
  project: string;
  /** The program's stack. */
  stack: string;
  /** The stack's config, by keys such as `aws:region`. */
  config: Record<string, string>;
  /** What a resource yields beside its inputs, over which it stands. */
  made(resource: MockResourceArgs): Record<string, unknown>;
  /** What a function of a provider answers. */
  answer(call: MockCallArgs): Record<string, unknown>;
}

/**
 * Runs a program of somebody's own without an engine: what it returns, once it is known, and all resources that it asked for, the
 * stack itself left out.
 */
export async function runProgram<Outputs>(
  program: () => Outputs,
  { project, stack, config, made, answer }: Surroundings,
): Promise<{ outputs: pulumi.Unwrap<Outputs>; asked: Asked[] }> {
  await pulumi.runtime.setMocks(
    {
      newResource: (resource) => {
        const { type, name, inputs } = resource;
        if (/^(aws|gcp|azure-native):/.test(type)) assertAccepted(type, name, inputs);
        return { id: `registry-${name}-id`, state: { name, ...inputs, ...made(resource) } };
      },
      call: answer,
    },
    project,
    stack,
    false,
  );
  pulumi.runtime.setAllConfig(config);
  const asked: Asked[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as MockMonitor;
  const registerResource = monitor.registerResource.bind(monitor);
  const last = (urn: string) => urn.split("::").at(-1) ?? "";
  monitor.registerResource = (request: RegisterResourceRequest, callback) => {
    asked.push({
      type: request.getType(),
      name: request.getName(),
      inputs: (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>,
      provider: request.getProvider().split("::").at(-2) ?? "",
      protect: request.getProtect() === true,
      ignoreChanges: request.getIgnorechangesList(),
      dependsOn: request.getDependenciesList().map(last),
      aliases: [
        ...request.getAliasurnsList(),
        ...request.getAliasesList().map((alias) => alias.getSpec()?.getName() ?? ""),
      ],
    });
    return registerResource(request, callback);
  };
  // What a constructor refuses is caught where the program runs: the SDK would tell it once more, to nobody.
  let refused: unknown;
  const outputs = (await pulumi.runtime.runInPulumiStack(() => {
    try {
      return Promise.resolve(program());
    } catch (error) {
      refused = error;
      return Promise.resolve({});
    }
  })) as pulumi.Unwrap<Outputs>;
  // What is registered after the outputs are known is registered with these mocks, too.
  await pulumi.runtime.disconnect();
  if (refused !== undefined) throw refused;
  return { outputs, asked: asked.filter(({ type }) => type !== "pulumi:pulumi:Stack") };
}

/** All of a component's own resources, the providers and other resources of the program left out. */
export function partsOf(asked: readonly Asked[], component: string): Asked[] {
  return asked.filter(
    ({ name, type }) => name.startsWith(`${component}-`) && !type.startsWith("pulumi:"),
  );
}

/** Text that stands for an Output while a description is checked; none is left in what a program asks for. */
export const leftToken = /wharf-(input|place)-/;

/** Options that a component passes on, as a program may set them: all of them at once. */
export function ordinaryOptions(dependsOn: pulumi.Resource): pulumi.ComponentResourceOptions {
  return {
    protect: true,
    dependsOn,
    aliases: [{ name: "old" }],
    transformations: [
      ({ type, props, opts }) =>
        type.startsWith("wharf:") ? undefined : { props, opts: { ...opts, ignoreChanges: ["x"] } },
    ],
  };
}

/**
 * Holds a component named `r`, made with `ordinaryOptions`, to what Pulumi promises of them.
 * @param dependsOn name of the resource that it depends on
 * @param holder name of the part that holds its images
 */
export function expectPassedOn(asked: readonly Asked[], dependsOn: string, holder: string): void {
  const own = asked.find(({ name }) => name === "r");
  expect(own).toMatchObject({ protect: true });
  expect(own?.dependsOn).toContain(dependsOn);
  expect(own?.aliases.join()).toContain("old");
  expect(asked.find(({ name }) => name === holder)).toMatchObject({ protect: true });
  const parts = partsOf(asked, "r");
  expect(parts.filter(({ ignoreChanges }) => !ignoreChanges.includes("x"))).toEqual([]);
}
