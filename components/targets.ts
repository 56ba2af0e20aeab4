import * as pulumi from "@pulumi/pulumi";
import { DescriptionError, type Problem } from "./core/problems";
import { asChecked, described, type ComponentTarget } from "./component/described";
import type { AwsRegistryArgs } from "./aws/args";
import { type Costs, type Estimate, estimateBy } from "./cost/estimate";
import { monthlyPrice } from "./cost/lines";
import type { AzureRegistryArgs } from "./azure/args";
import type { DockerRegistryArgs } from "./docker/args";
import type { GcpRegistryArgs } from "./gcp/args";
import type { KubernetesRegistryArgs } from "./kubernetes/args";
import type { Target } from "./model/environment";
import { expiryOf, expiryProblems } from "./model/lab";
import type { Description } from "./description/schema";
import type { Registry } from "./registry";
import { partsOf } from "./state/image-holders";
import { placeProblems, switchingProblems } from "./state/images-place";
import { agreedTo, keepingImages } from "./state/kept-images";
import {
  standingOutputs,
  standingResources,
  type StandingOutputs,
  type StandingResource,
} from "./state/standing";

/** What a description changes on an existing registry beyond what a preview shows. */
export interface Changes {
  /** What the platform would refuse, or what nobody has asked for in so many words. */
  problems: Problem[];
  /** What users should know before they agree, a sentence each. */
  warnings: string[];
  /** What of the state the class goes by, as part of the description. */
  known?: object;
}

/** What the folder of a target exports for `createRegistry`. */
interface TargetModule {
  /** The target's component; a description that was checked already stands for its args. */
  Registry: new (name: string, args: never, opts?: pulumi.ComponentResourceOptions) => Registry;
  /** What a description is checked by, where it comes as args. */
  component: ComponentTarget<never>;
  /** What a registry costs there. */
  costs: Costs<never>;
  /** What a registry runs on there, in a person's words. */
  place: string;
  /** The description with what it leaves to the platform, read from it; what cannot be read stays open. */
  completed?(args: Description): Promise<Description>;
  /** What is wrong on the platform itself, found without changing anything. */
  preflight(args: Description): Promise<Problem[]>;
  /** What a preview says of a description that is accepted although something in it may be wrong, a sentence each. */
  warnings?(args: Description): string[];
  /** What the description changes on a registry that exists, by its resources in the state of the last `up`; none for a new one. */
  changes?(args: Description, registry: StandingResource[]): Changes;
}

const noChanges: Changes = { problems: [], warnings: [] };

/** One line per target. Its provider's SDK is loaded only when the target is chosen. */
const targets: Record<Target, () => Promise<TargetModule>> = {
  docker: () => import("./docker"),
  kubernetes: () => import("./kubernetes"),
  aws: () => import("./aws"),
  gcp: () => import("./gcp"),
  azure: () => import("./azure"),
};

/** Args of `createRegistry`: the target by a value, and the args of its class. */
export type CreateRegistryArgs =
  | ({ target: typeof Target.Docker } & DockerRegistryArgs)
  | ({ target: typeof Target.Kubernetes } & KubernetesRegistryArgs)
  | ({ target: typeof Target.Aws } & AwsRegistryArgs)
  | ({ target: typeof Target.Gcp } & GcpRegistryArgs)
  | ({ target: typeof Target.Azure } & AzureRegistryArgs);

/**
 * The registry on the target that the args name. Unlike a class it first asks the platform whether anything is wrong there, and
 * the state whether another `up` would lose images or forget when a lab expires; so the program should export the registry's
 * outputs as the stack's own.
 * @param name of the component; `registry` for the one registry of a stack
 * @param args the target and its class's args, or the description that a stack's config holds
 * @throws DescriptionError where the args are wrong or the platform cannot carry them out; no resource has been touched then.
 */
export async function createRegistry(
  name: string,
  args: CreateRegistryArgs | Description,
  opts: pulumi.ComponentResourceOptions = {},
): Promise<Registry> {
  const target = await targets[args.target]();
  const asked: Description = described(
    target.component as ComponentTarget<Description>,
    name,
    args,
    true,
  );
  const description = (await target.completed?.(asked)) ?? asked;
  const problems = await target.preflight(description);
  if (problems.length > 0) {
    throw new DescriptionError(`The ${target.place} of stack ${description.stack}`, problems);
  }
  // Last: asking the engine notes a provider in the state, which a stack that cannot be created should not have.
  const standing = await standingOutputs(description);
  const refused = [...switchingProblems(description, standing), ...expiryProblems(description)];
  if (refused.length > 0)
    throw new DescriptionError(`The description of stack ${description.stack}`, refused);
  const resources = await standingResources(description);
  const {
    problems: unwanted,
    warnings,
    known,
  } = target.changes?.(description, partsOf(name, resources)) ?? noChanges;
  for (const warning of [...(target.warnings?.(description) ?? []), ...warnings]) {
    await pulumi.log.warn(warning);
  }
  await tellPrice(estimateBy(description, target.costs as Costs<Description>), standing);
  const now = asChecked({
    ...description,
    ...known,
    expiresAt: expiryOf(description, standing),
    stands: standing.target !== undefined,
  });
  return keepingImages(
    name,
    resources,
    description,
    [...placeProblems(description, standing, agreedTo()), ...unwanted],
    (kept) =>
      new target.Registry(name, now as never, {
        ...opts,
        // Nothing is registered before both are known.
        dependsOn: pulumi
          .output([opts.dependsOn ?? [], kept.dependsOn ?? []])
          .apply((all) => all.flat(2)) as pulumi.Input<pulumi.Resource[]>,
        transformations: [...(opts.transformations ?? []), ...(kept.transformations ?? [])],
      }),
  );
}

/** Tells a preview of an existing stack that its price changes; the price of a new one is an output. */
async function tellPrice(
  { monthlyDollars }: Estimate,
  { monthlyCost }: StandingOutputs,
): Promise<void> {
  if (!pulumi.runtime.isDryRun() || monthlyCost === undefined || monthlyCost === monthlyDollars) {
    return;
  }
  const price = monthlyPrice(monthlyDollars, monthlyCost);
  if (price !== undefined) await pulumi.log.info(`${price}.`);
}
