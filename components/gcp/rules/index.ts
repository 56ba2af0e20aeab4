import { setCommand } from "../../core/messages";
import type { Rule } from "../../core/rule";
import { keyLocationProblems, keyNameProblems } from "../encryption-key";
import { labelProblems } from "../labels";
import { unknownLocation } from "../locations";
import { accessRules } from "./access";
import { buildRules } from "./builds";
import { clusterRules } from "./clusters";
import { identityRules } from "./identities";
import { cacheRules, repositoryLocations, repositoryRules } from "./repositories";
import { sharedRepositoryRules } from "./shared-repositories";
import type { GcpDescription } from "../settings";

/** Rules across keys, only for this target. */
export const gcpRules: Rule<GcpDescription>[] = [
  {
    needs: ["gcp"],
    find: ({ gcp: { location } }) =>
      location === undefined
        ? []
        : unknownLocation(["gcp", "location"], location, (known) =>
            setCommand(["gcp", "location"], known),
          ),
  },
  { needs: ["labels"], find: ({ labels }) => labelProblems(labels) },
  { needs: ["encryption"], find: ({ encryption }) => keyNameProblems(encryption.key) },
  {
    needs: ["encryption", "gcp"],
    // Where the provider's region is used, only `preflight` knows it.
    find: ({ encryption, gcp }) =>
      gcp.location === undefined
        ? []
        : keyLocationProblems(encryption.key, repositoryLocations(gcp.location, gcp.domains)),
  },
  ...repositoryRules,
  ...sharedRepositoryRules,
  ...accessRules,
  ...cacheRules,
  ...identityRules,
  ...clusterRules,
  ...buildRules,
];
