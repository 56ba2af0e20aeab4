import { known } from "../known";
import { levels, type Resource, type StackRule } from "../rule";

const repository = "aws:ecr/repository:Repository";
const scanning = "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration";

interface ScanRule {
  scanFrequency?: string;
  repositoryFilters?: { filter: string }[];
}

export const ecrScanOnPush: StackRule = {
  name: "ecr-scan-on-push",
  severity: "high",
  description: "An image on ECR is scanned for vulnerabilities when it is pushed.",
  remediation:
    "Set imageScanningConfiguration.scanOnPush of the repository, or let a rule of the RegistryScanningConfiguration match its name. Where the registry's scan is configured in another stack, exclude the repository with that reason.",
  corresponds: ["CKV_AWS_163", "AWS-0030", "ECR.1"],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  types: [repository, scanning],
  *stack(resources) {
    const configurations = resources.filter(({ type }) => type === scanning);
    // Filters that are not known yet may match any repository.
    const filters = configurations.map((one) => known(() => [filtersOf(one)])[0]);
    if (filters.includes(undefined)) return;
    const scanned = filters.flat().map((filter) => matcher(filter ?? ""));
    for (const resource of resources.filter(({ type }) => type === repository)) {
      yield* known(function* () {
        if (resource.props.imageScanningConfiguration?.scanOnPush === true) return;
        const name = resource.props.name as string | undefined;
        if (name !== undefined && scanned.some((matches) => matches.test(name))) return;
        yield {
          resource,
          message:
            "imageScanningConfiguration.scanOnPush is not true, and no rule of a RegistryScanningConfiguration in this stack matches the repository.",
        };
      });
    }
  },
};

function filtersOf({ props }: Resource): string[] {
  return ((props.rules ?? []) as ScanRule[])
    .filter(({ scanFrequency }) => scanFrequency !== "MANUAL")
    .flatMap(({ repositoryFilters = [] }) => repositoryFilters.map(({ filter }) => filter));
}

/** A filter of ECR: * is any text, and a filter without one matches anywhere in a name. */
function matcher(filter: string): RegExp {
  const pattern = filter.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(filter.includes("*") ? `^${pattern}$` : pattern);
}
