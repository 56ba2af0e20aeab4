import { getPullThroughCacheRule } from "@pulumi/aws/ecr/getPullThroughCacheRule";
import { getRepositoryCreationTemplate } from "@pulumi/aws/ecr/getRepositoryCreationTemplate";
import type { Path } from "../../core/fields";
import { keyOf } from "../../core/messages";
import type { Problem } from "../../core/problems";
import type { StandingResource } from "../../state/standing";
import { templatePlans } from "../creation-templates";
import type { AwsDescription } from "../settings";

const ruleType = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule";
const templateType = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate";

/** Whether a stack creates what has a prefix in a registry. */
export function hasPrefixes({ aws, pullThroughCaches }: AwsDescription): boolean {
  return aws.creationTemplates.length + pullThroughCaches.length + aws.replication.length > 0;
}

/**
 * The problems of pull-through cache rules and creation templates that exist already, of another stack or of somebody else: a
 * registry has one of each for a prefix. AWS is asked for those that the stack's state does not have.
 * @param standing the stack's resources before this run
 */
export async function prefixProblems(
  args: AwsDescription,
  home: string,
  standing: readonly StandingResource[],
): Promise<Problem[]> {
  const isOwn = (type: string, property: string, prefix: string, region: string) =>
    standing.some(
      ({ type: own, properties }) =>
        own === type &&
        String(properties[property]).replace(/\/$/, "") === prefix &&
        (properties.region ?? home) === region,
    );
  const rules = args.pullThroughCaches.map(async ({ name }, index) => {
    if (isOwn(ruleType, "ecrRepositoryPrefix", name, home)) return [];
    const upstream = await found(
      getPullThroughCacheRule({ ecrRepositoryPrefix: name, region: home }),
      ({ upstreamRegistryUrl }) => upstreamRegistryUrl,
    );
    const path: Path = ["pullThroughCaches", index, "name"];
    return upstream === undefined
      ? []
      : [
          taken(
            path,
            `"${name}" is the prefix of an existing pull-through cache rule in ${home}, of ${upstream}`,
          ),
        ];
  });
  const templates = templatePlans(args, home).map(async ({ prefix: written, region, path }) => {
    const prefix = written.replace(/\/$/, "");
    if (isOwn(templateType, "prefix", prefix, region)) return [];
    const occasions = await found(
      getRepositoryCreationTemplate({ prefix, region }),
      ({ appliedFors }) => (appliedFors.length === 0 ? undefined : appliedFors.join(", ")),
    );
    return occasions === undefined
      ? []
      : [
          taken(
            path,
            `"${prefix}" is the prefix of an existing creation template in ${region}, for ${occasions}`,
          ),
        ];
  });
  return (await Promise.all([...rules, ...templates])).flat();
}

function taken(path: Path, what: string): Problem {
  return {
    key: keyOf(path),
    message: `${what}, which is not this stack's; a registry has one for a prefix. Take another name, or remove the existing one first`,
  };
}

/** What AWS says of an object; undefined where it does not exist, or this user may not ask: creating it then tells. */
async function found<Answer, Told>(
  asked: Promise<Answer>,
  told: (answer: Answer) => Told | undefined,
): Promise<Told | undefined> {
  try {
    return told(await asked) || undefined;
  } catch {
    return undefined;
  }
}
