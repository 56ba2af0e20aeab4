import type { EcrPlace } from "../../access/ecr";
import { ScanType } from "../private-registry-settings";
import type { AwsDescription } from "../settings";
import { type EventSettings, RegistryEvent } from "./settings";

/** Longest event pattern ("Amazon EventBridge quotas"). */
export const patternLimit = 2048;

/** A rule of EventBridge: its name among those of a stack, what it selects, and the pattern once its place is known. */
export interface EventSelection {
  part: string;
  description: string;
  patternAt(place: EcrPlace): string;
}

/** One kind of event, and the pattern that selects it for some repositories. */
interface EventKind {
  part: string;
  what: string;
  select(repositories: readonly string[], place: EcrPlace, settings: EventSettings): object;
}

const push: EventKind = {
  part: "push",
  what: "Images pushed to",
  select: (repositories) => ({
    source: ["aws.ecr"],
    "detail-type": ["ECR Image Action"],
    detail: {
      "action-type": ["PUSH"],
      result: ["SUCCESS"],
      "repository-name": repositories,
    },
  }),
};

/** A completed basic scan ("Amazon ECR events and EventBridge" of ECR's user guide). */
const basicScan: EventKind = {
  part: "scan",
  what: "Basic scans with findings in",
  select: (repositories, _, settings) => ({
    source: ["aws.ecr"],
    "detail-type": ["ECR Image Scan"],
    detail: {
      "scan-status": ["COMPLETE"],
      "repository-name": repositories,
      ...withFindings(settings),
    },
  }),
};

/** Inspector's first scan of an image, which its event names by the repository's ARN ("EventBridge event schema" of Inspector). */
const inspectorScan: EventKind = {
  part: "inspector-scan",
  what: "Scans of Amazon Inspector with findings in",
  select: (repositories, place, settings) => ({
    source: ["aws.inspector2"],
    "detail-type": ["Inspector2 Scan"],
    resources: repositories.map((name) => arnOf(name, place)),
    detail: withFindings(settings),
  }),
};

/**
 * A vulnerability that Inspector finds in an image that is scanned already: it sends an event for each, and none that counts them. The
 * event names the image, by the repository's ARN and the digest.
 */
const inspectorFinding: EventKind = {
  part: "inspector-finding",
  what: "Findings of Amazon Inspector in",
  select: (repositories, place, { severities }) => ({
    source: ["aws.inspector2"],
    "detail-type": ["Inspector2 Finding"],
    resources: repositories.map((name) => ({ prefix: `${arnOf(name, place)}/sha256:` })),
    detail: { severity: severities.map((one) => one.toUpperCase()), status: ["ACTIVE"] },
  }),
};

function arnOf(repository: string, { partition, region, account }: EcrPlace): string {
  return `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
}

/** A scan that found at least one vulnerability of the severities. */
function withFindings({ severities }: EventSettings) {
  return {
    "finding-severity-counts": {
      $or: severities.map((one) => ({ [one.toUpperCase()]: [{ numeric: [">", 0] }] })),
    },
  };
}

/**
 * The kinds of events that tell of what is asked for. Who does not manage the registry's settings does not know what scans it: then
 * the events of both scanners are selected.
 */
function kindsOf(
  { managePrivateRegistry, scanning }: AwsDescription["aws"],
  { on }: EventSettings,
): EventKind[] {
  const mayScan = (type: ScanType) => !managePrivateRegistry || scanning.type === type;
  const findings = on.includes(RegistryEvent.Findings);
  return [
    ...(on.includes(RegistryEvent.Push) ? [push] : []),
    ...(findings && mayScan(ScanType.Basic) ? [basicScan] : []),
    ...(findings && mayScan(ScanType.Enhanced) ? [inspectorScan] : []),
    ...(findings && (!managePrivateRegistry || scanning.continuous) ? [inspectorFinding] : []),
  ];
}

// The longest partition and region, so that rules do not depend on where a stack is.
const longestPlace = {
  partition: "aws-us-gov",
  region: "ap-southeast-1",
  account: "123456789012",
};

/** The rules that select the events of a stack's repositories, as many for each kind as its names need. */
export function eventSelections(
  { aws, repositories, stack }: Pick<AwsDescription, "aws" | "repositories" | "stack">,
  settings: EventSettings,
): EventSelection[] {
  return kindsOf(aws, settings).flatMap(({ part, what, select }) => {
    const patternOf = (names: readonly string[], place: EcrPlace) =>
      JSON.stringify(select(names, place, settings));
    const groups: string[][] = [];
    for (const { name } of repositories) {
      const last = groups.at(-1);
      if (last !== undefined && patternOf([...last, name], longestPlace).length <= patternLimit) {
        last.push(name);
      } else groups.push([name]);
    }
    return groups.map((names, index) => ({
      part: index === 0 ? part : `${part}-${index + 1}`,
      description: `${what} repositories of the Wharf stack ${stack}`,
      patternAt: (place) => patternOf(names, place),
    }));
  });
}
