import { type Build, defaultBranch } from "../model/builds";
import { gitHubPattern, isExact } from "./branches";
import { dockerLines, needsBuilder } from "./docker-script";
import { pinnedActions } from "./pinned";
import {
  addresses,
  buildkitTrust,
  dockerLogin,
  type PipelineFile,
  type PipelineRegistry,
  withoutExpressions,
  workflowText,
} from "./pipeline";
import { tagLines } from "./tags";

const certificates = "/etc/docker/certs.d/$REGISTRY";
const buildkitSettings = "$RUNNER_TEMP/buildkitd.toml";

/** The workflow of GitHub Actions that builds and pushes. */
export function gitHubWorkflow(build: Build, registry: PipelineRegistry): PipelineFile {
  const { name, approval, timeoutMinutes } = build;
  const workflow = {
    name,
    on: triggersOf(build),
    permissions: { contents: "read" },
    jobs: {
      build: {
        "runs-on": "ubuntu-24.04",
        "timeout-minutes": timeoutMinutes,
        ...(approval && { environment: name }),
        env: addresses(registry),
        steps: stepsOf(build, registry),
      },
    },
  };
  return {
    path: `.github/workflows/${name}.yml`,
    content: headOf(build, registry) + workflowText(workflow),
  };
}

function headOf({ name, approval }: Build, { caFile = false }: PipelineRegistry): string {
  return [
    "# Secrets of the repository: WHARF_USERNAME and WHARF_PASSWORD, a user of the registry.",
    ...(caFile
      ? ["# Variable of the repository: WHARF_CA, the CA of the registry's certificate, PEM."]
      : []),
    ...(approval
      ? [`# Who must approve is set at the environment ${name}, as its required reviewers.`]
      : []),
    "",
  ].join("\n");
}

function triggersOf({ branch = defaultBranch, tag, paths, schedule }: Build): object {
  return {
    push: {
      ...(tag === undefined
        ? { branches: [gitHubPattern(branch)] }
        : { tags: [gitHubPattern(tag)] }),
      ...(paths.length > 0 && { paths }),
    },
    ...(schedule !== undefined && { schedule: [{ cron: schedule }] }),
    workflow_dispatch: {},
  };
}

function stepsOf(build: Build, { caFile = false }: PipelineRegistry): object[] {
  const { schedule, branch = defaultBranch } = build;
  const trusting = caFile && needsBuilder(build);
  // A schedule starts the default branch, whatever the build is of.
  const ref = schedule !== undefined && isExact(branch) ? { ref: branch } : {};
  const lines = [
    ...tagLines(build, {
      commit: "$(git rev-parse HEAD)",
      ref: "$GITHUB_REF_NAME",
      build: "$GITHUB_RUN_NUMBER",
    }),
    ...dockerLines(build, trusting ? { buildkitSettings } : {}),
  ];
  return [
    {
      uses: pinnedActions.checkout.uses,
      with: { ...ref, "persist-credentials": false },
    },
    ...(caFile ? [trustStep(trusting)] : []),
    {
      name: "Log in to the registry",
      env: {
        WHARF_USERNAME: "${{ secrets.WHARF_USERNAME }}",
        WHARF_PASSWORD: "${{ secrets.WHARF_PASSWORD }}",
      },
      run: dockerLogin,
    },
    { name: "Build and push", run: withoutExpressions(["set -eu", ...lines, ""].join("\n")) },
  ];
}

/** Docker reads certs.d at every connection, so that its engine needs no restart. */
function trustStep(trusting: boolean): object {
  const lines = [
    `sudo mkdir -p "${certificates}"`,
    `printf '%s\\n' "$WHARF_CA" | sudo tee "${certificates}/ca.crt" > /dev/null`,
    ...(trusting ? [buildkitTrust(`${certificates}/ca.crt`, buildkitSettings)] : []),
  ];
  return {
    name: "Trust the registry's certificate",
    env: { WHARF_CA: "${{ vars.WHARF_CA }}" },
    run: [...lines, ""].join("\n"),
  };
}
