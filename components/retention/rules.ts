import type { Path } from "../core/fields";
import { keyOf, removeCommand, setCommand } from "../core/messages";
import type { Problem } from "../core/problems";
import { type Rule, wrote, type Written } from "../core/rule";
import type { SharedDescription } from "../model/description";
import { Target } from "../model/environment";
import {
  refusalProblem,
  retentionOf,
  retentionProblems,
  type Refusal,
  type Retention,
} from "../model/retention";
import { refuseAcr } from "./acr";
import { refuseArtifactRegistry } from "./artifact-registry";
import { refuseEngine } from "./distribution";
import { refuseEcr } from "./ecr";

/** What each platform cannot do of retention. */
const retentionRefusals: Record<Target, (retention: Retention) => Refusal[]> = {
  docker: refuseEngine,
  kubernetes: refuseEngine,
  aws: refuseEcr,
  gcp: refuseArtifactRegistry,
  azure: refuseAcr,
};

/**
 * Problems of how long images are kept: of the block for all repositories, and of each repository's own together with it, so that
 * what is wrong with the former is reported once.
 */
function retentionOfAll(d: SharedDescription, written: Written): Problem[] {
  const refuse = retentionRefusals[d.target];
  const problemsOf = (retention: Retention, block: Path) =>
    wrote(written, block)
      ? [
          ...retentionProblems(retention, block),
          ...refuse(retention).map((refusal) => refusalProblem(refusal, block)),
        ]
      : [];
  return [
    ...problemsOf(retentionOf(d.environment, d.retention), ["retention"]),
    ...d.repositories.flatMap(({ retention }, i) =>
      problemsOf(retention, ["repositories", i, "retention"]),
    ),
  ];
}

/** What of the registry's software a registry that deletes by itself needs. */
function collectionProblems(d: SharedDescription): Problem[] {
  if (d.collection === undefined) return [];
  const key = keyOf(["retention"]);
  const { delete: deletes, proxy, readOnly } = d.distribution;
  return [
    ...keepRunningProblems(d),
    ...(deletes
      ? []
      : [
          {
            key,
            message: `needs wharf:distribution.delete, which is false: the registry may delete nothing`,
            fix: setCommand(["distribution", "delete"], true),
          },
        ]),
    ...(readOnly
      ? [
          {
            key,
            message: `needs a registry that takes changes, and wharf:distribution.readOnly is true`,
            fix: setCommand(["distribution", "readOnly"], false),
          },
        ]
      : []),
    ...(proxy === undefined
      ? []
      : [
          {
            key,
            message: `is not for a pull-through cache, which deletes what was not pulled for wharf:distribution.proxy.ttlHours`,
            fix: removeCommand(["retention"]),
          },
        ]),
  ];
}

/** What cannot be told which images run. */
function keepRunningProblems({ collection, lab, target }: SharedDescription): Problem[] {
  if (collection?.keepRunning !== true) return [];
  const path = ["retention", "keepRunning"];
  if (target === Target.Docker && collection.schedule !== undefined) {
    return [
      {
        key: keyOf(path),
        message: `true needs schedule never on docker: the registry's container may not ask the Docker engine, which could do anything for it; let a timer of the host run npx wharf collect --yes, which asks`,
        fix: setCommand(["retention", "schedule"], "never"),
      },
    ];
  }
  if (target === Target.Kubernetes && lab.ttlHours !== undefined) {
    return [
      {
        key: keyOf(path),
        message: `true makes a role of the whole cluster, which npx wharf reap may not delete, and wharf:lab.ttlHours, ${lab.ttlHours}, lets this lab expire`,
        fix: removeCommand(path),
      },
    ];
  }
  return [];
}

/** Rules of `wharf:retention` and of the repositories' own blocks that hold on every target. */
export const retentionRules: Rule<SharedDescription>[] = [
  { needs: ["target", "environment", "retention", "repositories"], find: retentionOfAll },
  { needs: ["retention", "repositories", "distribution", "lab"], find: collectionProblems },
];
