import type { Target } from "../model/environment";
import { compileAcr, type AcrArgs } from "./acr";
import { evaluateAcr } from "./acr-evaluation";
import { compileArtifactRegistry } from "./artifact-registry";
import { evaluateArtifactRegistry } from "./artifact-registry-evaluation";
import { compileEcr } from "./ecr";
import { evaluateEcr } from "./ecr-evaluation";
import { compileEngine } from "./distribution";
import { evaluateEngine } from "./distribution-evaluation";
import type { ListedImage, Verdict } from "./listing";
import type { Retention } from "../model/retention";

/** The retention of one repository as its platform gets it, ready to be asked what it does with images. */
type Evaluation = (images: readonly ListedImage[], now: Date) => Verdict[];

/** What of a registry changes what retention does with images. */
interface RegistrySettings extends Pick<AcrArgs, "premium" | "softDelete"> {
  /** Whether the tags of a repository are immutable, on Google Cloud. Defaults to mutable tags. */
  immutableTags?(repository: string): boolean;
}

type Platform = (
  repository: string,
  retention: Retention,
  registry: RegistrySettings,
) => Evaluation;

const selfHosted: Platform = (_, retention) => {
  const { plan } = compileEngine(retention);
  return (images, now) => evaluateEngine(plan, images, now);
};

const platforms: Record<Target, Platform> = {
  docker: selfHosted,
  kubernetes: selfHosted,
  aws: (_, retention) => {
    const policy = JSON.stringify({ rules: compileEcr(retention).rules });
    return (images, now) => evaluateEcr(policy, images, now);
  },
  gcp: (name, retention, { immutableTags }) => {
    const policies = compileArtifactRegistry(retention);
    return (images, now) =>
      evaluateArtifactRegistry(policies, images, now, immutableTags?.(name) ?? false);
  },
  azure: (name, retention, registry) => {
    const compiled = compileAcr({ repositories: [{ name, retention }], ...registry });
    return (images, now) => evaluateAcr(compiled, images, now);
  },
};

/**
 * What happens to each image of a listing, by which rule and why, with the semantics of the platform: the document that the
 * platform gets is compiled and read back as the platform reads it. A dry run is shown as if it were live. Images come out in the
 * order of the listing.
 * @param retention what holds for a repository, or for all of them
 * @param registry what a Premium registry or soft delete changes on Azure, and immutable tags on Google Cloud; none by default
 * @throws Error where the platform cannot do what is asked
 */
export function previewRetention(
  listing: readonly ListedImage[],
  retention: Retention | ((repository: string) => Retention),
  target: Target,
  now: Date,
  registry: RegistrySettings = { premium: false, softDelete: false },
): Verdict[] {
  const verdicts = new Map<string, Verdict>();
  const key = ({ repository, digest }: { repository: string; digest: string }) =>
    `${repository}@${digest}`;
  for (const repository of new Set(listing.map((image) => image.repository))) {
    const held = typeof retention === "function" ? retention(repository) : retention;
    const evaluate = platforms[target](repository, held, registry);
    const images = listing.filter((image) => image.repository === repository);
    for (const verdict of evaluate(images, now)) verdicts.set(key(verdict), verdict);
  }
  return listing.flatMap((image) => verdicts.get(key(image)) ?? []);
}
