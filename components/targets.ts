import type * as pulumi from "@pulumi/pulumi";
import { DescriptionError, type Problem } from "./core/problems";
import type { Target } from "./model/environment";
import { expiryOf, expiryProblems } from "./model/lab";
import type { Description } from "./description/schema";
import type { Registry } from "./registry";
import { placeProblems, switchingProblems } from "./state/images-place";
import { agreedTo, keepingImages } from "./state/kept-images";
import { standingOutputs } from "./state/standing";

/** What the folder of a target exports for `createRegistry`. */
interface TargetModule {
  /** The target's component. */
  Registry: new (
    name: string,
    args: Description,
    opts?: pulumi.ComponentResourceOptions,
  ) => Registry;
  /** What a registry stands on there, in a person's words. */
  place: string;
  /** The description with what it leaves to the platform, read from it; what cannot be read stays open. */
  completed?(args: Description): Promise<Description>;
  /** What stands in the way on the platform itself, found without changing anything. */
  preflight(args: Description): Promise<Problem[]>;
}

/** One line per target. Its provider's SDK is loaded only when the target is chosen. */
const targets: Record<Target, () => Promise<TargetModule>> = {
  docker: () => import("./docker"),
  kubernetes: () => import("./kubernetes"),
  aws: () => import("./aws"),
  gcp: () => import("./gcp"),
  azure: () => import("./azure"),
};

/**
 * The registry that a description asks for, on the target that it names.
 * @throws DescriptionError where the platform cannot carry it out; no resource has been touched then.
 */
export async function createRegistry(name: string, described: Description): Promise<Registry> {
  const target = await targets[described.target]();
  const args = (await target.completed?.(described)) ?? described;
  const problems = await target.preflight(args);
  if (problems.length > 0) {
    throw new DescriptionError(`The ${target.place} of stack ${args.stack}`, problems);
  }
  // Last: asking the engine notes a provider in the state, which a stack that cannot come up should not have.
  const standing = await standingOutputs(args);
  const refused = [...switchingProblems(args, standing), ...expiryProblems(args)];
  if (refused.length > 0)
    throw new DescriptionError(`The description of stack ${args.stack}`, refused);
  const now = {
    ...{ ...args, expiresAt: expiryOf(args, standing) },
    stands: standing.target !== undefined,
  };
  return keepingImages(
    args,
    placeProblems(args, standing, agreedTo()),
    (opts) => new target.Registry(name, now, opts),
  );
}
