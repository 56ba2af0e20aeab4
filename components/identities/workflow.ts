import { stringify } from "yaml";
import { gitHubPattern, gitLabPattern } from "../builds/branches";
import { pinnedActions, pinnedImages } from "../builds/pinned";
import { withoutExpressions, workflowText } from "../builds/pipeline";
import type { Identity } from "../model/identities";
import { isGitHub, refOf } from "./subject";

/** A step of a job of GitHub Actions. */
export interface GitHubStep {
  name: string;
  id?: string;
  uses?: string;
  with?: Record<string, string>;
  run?: string;
  env?: Record<string, string>;
}

/** How a pipeline logs in to a platform by its token. */
export interface PlatformLogin {
  github: {
    /** Permissions beside `contents: read` and `id-token: write`. Defaults to none. */
    permissions?: Record<string, string>;
    /** Steps that end with a Docker client that is logged in. */
    steps: GitHubStep[];
  };
  gitlab: {
    /** Claim `aud` of the token, which the job finds in the variable `WHARF_ID_TOKEN`. */
    audience: string;
    /** Image of the job. Defaults to Docker's own client, on Alpine. */
    image?: string;
    variables?: Record<string, string>;
    /** Commands that end with a Docker client that is logged in. */
    script: string[];
  };
}

/**
 * The text of the pipeline file by which an identity logs in, pushes and pulls: `.github/workflows/NAME.yml` of its project, or
 * `.gitlab-ci.yml`. Each repository that it may push to gets an image of the whole source code, tagged with the commit.
 *
 * @param addresses repository name to the address that an image name starts with
 */
export function workflowFile(
  identity: Identity,
  login: PlatformLogin,
  addresses: Record<string, string>,
): string {
  return isGitHub(identity)
    ? gitHubFile(identity, login.github, addresses)
    : gitLabFile(identity, login.gitlab, addresses);
}

/** Commands that push to and pull from an identity's repositories. `commit` is a shell's variable that holds the commit. */
function imageLines(
  { push, pull }: Identity,
  addresses: Record<string, string>,
  commit: string,
): string[] {
  const address = (repository: string) => addresses[repository] ?? repository;
  return [
    ...push
      .map(address)
      .flatMap((image) => [
        `docker build --tag "${image}:${commit}" .`,
        `docker push "${image}:${commit}"`,
      ]),
    // What it may push it may pull too; a repository that it only pulls from is where its base images are.
    ...pull
      .filter((name) => !push.includes(name))
      .map((name) => `docker pull "${address(name)}:latest"`),
  ];
}

function gitHubFile(
  identity: Identity,
  { permissions, steps }: PlatformLogin["github"],
  addresses: Record<string, string>,
): string {
  const { name, project, environment } = identity;
  const workflow = {
    name,
    on: gitHubTriggers(identity),
    // The token is asked for by the job, and read by the platform in place of a stored key.
    permissions: { contents: "read", "id-token": "write", ...permissions },
    jobs: {
      push: {
        "runs-on": "ubuntu-24.04",
        ...(environment !== undefined && { environment }),
        steps: [
          { uses: pinnedActions.checkout.uses, with: { "persist-credentials": false } },
          ...steps,
          {
            name: "Push and pull",
            run: withoutExpressions(
              [...imageLines(identity, addresses, "$GITHUB_SHA"), ""].join("\n"),
            ),
          },
        ],
      },
    },
  };
  return `# .github/workflows/${name}.yml of ${project}\n${workflowText(workflow)}`;
}

function gitHubTriggers(identity: Identity): object {
  const { kind, pattern } = refOf(identity);
  // An environment has its own rule of which branches and tags may use it.
  if (kind === "environment") return { push: {}, workflow_dispatch: {} };
  const filter = { [kind === "tag" ? "tags" : "branches"]: [gitHubPattern(pattern)] };
  return kind === "branch" ? { push: filter, workflow_dispatch: {} } : { push: filter };
}

function gitLabFile(
  identity: Identity,
  { audience, image, variables, script }: PlatformLogin["gitlab"],
  addresses: Record<string, string>,
): string {
  const { name, project, environment } = identity;
  const { kind, pattern } = refOf(identity);
  const variable = kind === "tag" ? "$CI_COMMIT_TAG" : "$CI_COMMIT_BRANCH";
  const job = {
    // The bare name could be a key of GitLab's own, such as cache or image.
    [`push-${name}`]: {
      image: image ?? pinnedImages.dockerClient,
      services: [{ name: pinnedImages.dockerEngine, alias: "docker" }],
      variables: { DOCKER_TLS_CERTDIR: "/certs", ...variables },
      id_tokens: { WHARF_ID_TOKEN: { aud: audience } },
      ...(environment !== undefined && { environment }),
      ...(kind !== "environment" && {
        rules: [{ if: `${variable} =~ ${gitLabPattern(pattern)}` }],
      }),
      script: [...script, ...imageLines(identity, addresses, "$CI_COMMIT_SHA")],
    },
  };
  return `# .gitlab-ci.yml of ${project}\n${stringify(job, { lineWidth: 0 })}`;
}
