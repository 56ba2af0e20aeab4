import {
  LocalWorkspace,
  type PulumiFn,
  type Stack,
  type StepEventMetadata,
} from "@pulumi/pulumi/automation";
import { version as aws } from "@pulumi/aws/package.json";
import { version as azureNative } from "@pulumi/azure-native/package.json";
import { version as gcp } from "@pulumi/gcp/package.json";
import * as pulumi from "@pulumi/pulumi";
import { ReadResourceRequest, type ReadResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { pathToFileURL } from "node:url";
import { readPlace } from "../../components/azure/place";
import { nothingChanged } from "../../components/core/problems";
import { providerSetting } from "../../components/gcp/place";
import { importIdOf, type Known, unknownValue } from "../../components/state/import-ids";
import { Failure } from "../failure";
import { removeScratch, scratchDirectory } from "../scratch";
import { scratchStack } from "../stack/engine-config";
import { resourceName } from "../stack/state";
import type { OpenStack } from "../stack/stack";
import type { Session } from "../ui/session";

/** Versions of the plugins that read: those that the components are made for. */
const versions: Record<string, string> = { aws, gcp, "azure-native": azureNative };

/** A resource that a plan would create although it exists. */
export interface ExistingResource {
  /** Pulumi's type token. */
  type: string;
  /** Name within the stack. */
  name: string;
  /** URNs of the components that it is a part of. */
  parents: string[];
  urn: string;
  /** Its ID on the platform, by which Pulumi imports it. */
  id: string;
  /** What it is on the platform. */
  properties: Known;
  /** The properties that the description has otherwise, which the next `up` changes. */
  differing: string[];
  /** Whose it is by its label; undefined where it has none. A resource of a type without labels counts as the stack's own. */
  owner: { own: true } | { stack: string } | undefined;
}

/** A stack that is only looked at. */
export type LookedAt = Pick<OpenStack, "name" | "configFile"> & { stack: Pick<Stack, "workspace"> };

/** A step of a plan, as far as it is asked here. */
type PlannedCreation = Pick<StepEventMetadata, "op" | "urn" | "type" | "new">;

/** What a look at the platform found, and why some of it could not be asked for, a sentence each. */
export interface Lookup {
  existing: ExistingResource[];
  faults: string[];
}

/**
 * The resources that a plan would create and that exist: each is read by its ID, in a stack of its own that is thrown away, so that
 * nothing of the stack or of the platform is changed.
 */
export async function lookUp(
  open: LookedAt,
  steps: readonly PlannedCreation[],
  session: Session,
): Promise<Lookup> {
  const planned = steps.filter(({ op, type }) => op === "create" && packageOf(type) in versions);
  if (planned.length === 0) return { existing: [], faults: [] };
  const existing: ExistingResource[] = [];
  const program = async () => {
    const place = {
      project: providerSetting("project")?.value,
      subscriptionId: readPlace().subscriptionId,
    };
    const read = new Map<string, Known[]>();
    const asked = new Set<string>();
    // Some IDs are known only once another resource is read: a key's by the repository that it encrypts.
    for (;;) {
      const questions = planned.flatMap((step) => {
        const id = importIdOf(step.type, { ...place, ...inputsOf(step) }, read);
        return id === undefined || asked.has(step.urn) ? [] : [{ step, id }];
      });
      if (questions.length === 0) return;
      await Promise.all(
        questions.map(async ({ step, id }) => {
          asked.add(step.urn);
          const properties = await readResource(step.type, id, resourceName(step));
          if (properties === undefined) return;
          const known = { ...properties, id };
          read.set(step.type, [...(read.get(step.type) ?? []), known]);
          existing.push({
            ...{ type: step.type, name: resourceName(step), urn: step.urn, id, properties: known },
            parents: parentsOf(step, steps),
            differing: differences(inputsOf(step), properties),
            owner: ownerOf(inputsOf(step), properties),
          });
        }),
      );
    }
  };
  return { faults: await inScratchStack(open, program, session), existing };
}

function packageOf(type: string): string {
  return type.split(":")[0] ?? "";
}

function inputsOf(step: PlannedCreation): Known {
  return (step.new?.inputs ?? {}) as Known;
}

/** URNs of the components around a resource, the nearest first. */
function parentsOf(step: PlannedCreation, steps: readonly PlannedCreation[]): string[] {
  const urn = step.new?.parent ?? "";
  const parent = steps.find((one) => one.urn === urn);
  return urn === "" ? [] : [urn, ...(parent === undefined ? [] : parentsOf(parent, steps))];
}

/** What the engine says of a resource that it was to read (ReadStep in Pulumi's pkg/resource/deploy/step.go). */
const missing = /^resource '.*' does not exist$/;

/**
 * Runs a program that only reads, with the stack's config, and forgets what it has read.
 * @returns what the platform answered, except that something does not exist
 */
async function inScratchStack(
  { name, stack: { workspace }, configFile }: LookedAt,
  program: PulumiFn,
  session: Session,
): Promise<string[]> {
  const scratch = scratchDirectory("lookup");
  try {
    const envVars = { ...workspace.envVars, PULUMI_BACKEND_URL: pathToFileURL(scratch).href };
    const { workDir, pulumiCommand } = workspace;
    const reading = await LocalWorkspace.create({ workDir, pulumiCommand, envVars });
    const stack = await scratchStack(name, reading, scratch);
    // A preview reads too, and ends at the first resource that does not exist.
    await session.follow({ configFile, stack }, nothingChanged, (run) =>
      stack.up({ ...run, program, continueOnError: true }),
    );
    return [];
  } catch (error) {
    // The engine reports what does not exist as errors, each a line; all others are faults.
    const lines = error instanceof Failure ? error.message.split("\n") : [];
    if (lines.length === 0) throw error;
    return lines.filter((line) => line !== nothingChanged && !missing.test(line));
  } finally {
    removeScratch(scratch);
  }
}

/**
 * What a resource is on its platform; undefined where it does not exist. It asks the engine itself, since the SDK's own resources end the
 * program where one of them does not exist.
 */
function readResource(type: string, id: string, name: string): Promise<Known | undefined> {
  const request = new ReadResourceRequest();
  request.setType(type);
  request.setId(id);
  request.setName(name);
  request.setVersion(versions[packageOf(type)] ?? "");
  request.setAcceptsecrets(true);
  return new Promise((resolve) => {
    pulumi.runtime
      .getMonitor()
      ?.readResource(request, (error: Error | null, response?: ReadResourceResponse) => {
        const properties = (response?.getProperties()?.toJavaScript() ?? {}) as Known;
        resolve(error !== null || Object.keys(properties).length === 0 ? undefined : properties);
      });
  });
}

/** Inputs whose values are known and are others on the platform. */
function differences(inputs: Known, actual: Known): string[] {
  return Object.keys(inputs).filter((property) => {
    const [described, existing] = [inputs[property], actual[property]].map(canonical);
    return !property.startsWith("__") && !untold.test(described ?? "") && described !== existing;
  });
}

/** What the engine's events do not tell: secrets, and what is known only after the deployment. */
const untold = new RegExp(`${unknownValue}|\\[secret\\]`);

/** A value as text, the same for the same value: what is empty is as good as not there. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`.replace(/^\[\]$/, "");
  if (typeof value !== "object" || value === null) return JSON.stringify(value ?? "");
  const entries = Object.entries(value).map(([key, one]) => `${key}:${canonical(one)}`);
  return entries.length === 0 ? "" : `{${entries.sort().join()}}`;
}

function ownerOf(inputs: Known, actual: Known): ExistingResource["owner"] {
  const [own, owner] = [stackLabel(inputs), stackLabel(actual)];
  if (own === undefined || own === owner) return { own: true };
  return owner === undefined ? undefined : { stack: owner };
}

/** The stack that a resource is labelled with: by each target's `stackTags` or `stackLabels`. */
function stackLabel({ tags, labels, effectiveLabels }: Known): string | undefined {
  const all = { ...textsOf(tags), ...textsOf(effectiveLabels), ...textsOf(labels) };
  return (
    all["io.wharf.stack"] ??
    all["wharf-stack"] ??
    (all["managed-by"] === "wharf" ? all.stack : undefined)
  );
}

function textsOf(labels: unknown): Record<string, string> {
  return typeof labels === "object" && labels !== null ? (labels as Record<string, string>) : {};
}
