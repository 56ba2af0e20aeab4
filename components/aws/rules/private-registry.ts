import { repeated, standsTwice } from "../../core/names";
import type { AwsDescription } from "../settings";
import { keyOf, setCommand, shown } from "../../core/messages";
import type { Problem } from "../../core/problems";

import { ScanType } from "../private-registry-settings";
import { belowCache, filterLimit, scanFilters } from "../scan-filters";

/** Keys of `wharf:aws` that only the owner of the registry's settings may set, with what the description sets there. */
function askedOfOwner({
  scanning,
  accountSettings,
  registryPolicy,
  replication,
}: AwsDescription["aws"]) {
  const asked: { path: string[]; value: unknown }[] = [];
  if (scanning.type === ScanType.Enhanced) {
    asked.push({ path: ["scanning", "type"], value: scanning.type });
  }
  for (const [key, value] of Object.entries(accountSettings)) {
    if (value !== undefined) asked.push({ path: ["accountSettings", key], value });
  }
  for (const [key, value] of Object.entries(registryPolicy)) {
    if (value.length > 0) asked.push({ path: ["registryPolicy", key], value });
  }
  if (replication.length > 0) asked.push({ path: ["replication"], value: replication });
  return asked;
}

/** Contradictions in what a registry, so an account in a region, has only once. */
export function registryWideProblems({
  aws,
  repositories,
  pullThroughCaches: caches,
  scan,
}: AwsDescription): Problem[] {
  const { managePrivateRegistry, scanning, creationTemplates } = aws;
  const problems: Problem[] = [];
  if (!managePrivateRegistry) {
    for (const { path, value } of askedOfOwner(aws)) {
      problems.push({
        key: keyOf(["aws", ...path]),
        message: `${shown(value)} applies to the whole registry of the account in the region, which this stack does not manage; only one stack can`,
        fix: setCommand(["aws", "managePrivateRegistry"], true),
      });
    }
  }
  if (scanning.continuous && scanning.type === ScanType.Basic) {
    problems.push({
      key: keyOf(["aws", "scanning", "continuous"]),
      message: "needs enhanced scanning; a basic scan runs once, on push",
      fix: setCommand(["aws", "scanning", "type"], ScanType.Enhanced),
    });
  }
  if (managePrivateRegistry) {
    const filters = scanFilters([
      ...repositories.map(({ name, scan: own }) => ({
        name,
        onPush: (own ?? scan)?.onPush ?? true,
      })),
      ...caches.map((cache) => ({
        name: belowCache(cache.name),
        onPush: scan?.onPush ?? true,
      })),
    ]);
    if (filters.length > filterLimit) {
      problems.push({
        key: "wharf:repositories",
        message: `needs ${filters.length} filters of the registry's scan; ECR allows ${filterLimit}. Put repositories that are not scanned under another path than those that are`,
      });
    }
  }
  const templates = repeated(
    ["aws", "creationTemplates"],
    creationTemplates.map(({ prefix }) => prefix),
    {
      attribute: "prefix",
      // "There is always an assumed / applied to the end of the prefix" (CreateRepositoryCreationTemplate).
      identity: (prefix) => prefix.replace(/\/$/, ""),
      message: (prefix, first) =>
        `${standsTwice(prefix, first)}; a registry has one template for a prefix`,
    },
  );
  return [...problems, ...templates];
}
