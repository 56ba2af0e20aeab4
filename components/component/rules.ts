import { groupRules } from "../access/groups-rules";
import { buildRules } from "../builds/rules";
import { cacheRules } from "../caches/rules";
import { tlsRules } from "../certificates/validity";
import type { Rule } from "../core/rule";
import { identityRules } from "../identities/rules";
import { sharedRules, type SharedDescription } from "../model/description";
import { backupRules } from "../model/backup";
import { labRules } from "../model/lab";
import { retentionRules } from "../retention/rules";

/** Rules across keys that hold on every target. */
export const rulesOfEveryTarget: readonly Rule<SharedDescription>[] = [
  ...sharedRules,
  ...groupRules,
  ...tlsRules,
  ...retentionRules,
  ...identityRules,
  ...buildRules,
  ...cacheRules,
  ...labRules,
  ...backupRules,
];
