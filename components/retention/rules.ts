import type { Path } from "../core/fields";
import type { Problem } from "../core/problems";
import { type Rule, wrote, type Written } from "../core/rule";
import type { SharedDescription } from "../model/description";
import type { Target } from "../model/environment";
import {
  refusalProblem,
  retentionOf,
  retentionProblems,
  type Refusal,
  type Retention,
} from "../model/retention";
import { refuseAcr } from "./acr";
import { refuseArtifactRegistry } from "./artifact-registry";
import { refuseEcr } from "./ecr";

/** What each managed platform cannot do of retention; the self-hosted targets refuse the whole block. */
const retentionRefusals: Partial<Record<Target, (retention: Retention) => Refusal[]>> = {
  aws: refuseEcr,
  gcp: refuseArtifactRegistry,
  azure: refuseAcr,
};

/**
 * Problems of how long images are kept: of the block for all repositories, and of each repository's own together with it, so that
 * what is wrong with the former is reported once.
 */
function retentionOfAll(d: SharedDescription, written: Written): Problem[] {
  const refuse = retentionRefusals[d.target] ?? (() => []);
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

/** Rules of `wharf:retention` and of the repositories' own blocks that hold on every target. */
export const retentionRules: Rule<SharedDescription>[] = [
  { needs: ["target", "environment", "retention", "repositories"], find: retentionOfAll },
];
