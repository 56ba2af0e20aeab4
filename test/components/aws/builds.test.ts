import { describe, expect, it } from "vitest";
import { eventSchedule } from "../../../components/aws/codebuild/schedules";
import { deploy as deployed, document, inputsOf, ofType, region } from "./registrations";

// The secrets of a description are only known as such by their keys.
const deploy = (config: Record<string, unknown>) => deployed(config, region, ["pullThroughCaches"]);

const account = "123456789012";
const connection = `arn:aws:codeconnections:${region}:${account}:connection/01234567-89ab-cdef-0123-456789abcdef`;
const repositories = [{ name: "shop/api" }, { name: "shop/cache" }];
const project = "codebuild/project:Project";
const webhook = "codebuild/webhook:Webhook";

const build = (settings: Record<string, unknown> = {}, aws: Record<string, unknown> = {}) => ({
  repositories,
  builds: [{ repository: "shop/api", source: "github.com/acme/shop", ...settings }],
  aws: { builds: { connections: { "github.com": connection } }, ...aws },
});

describe("builds", () => {
  it("run on a machine with Docker, and tell it where the images go", async () => {
    const { registrations, outputs } = await deploy(
      build({
        timeoutMinutes: 20,
        cache: { kind: "registry", repository: "shop/cache" },
      }),
    );
    const host = `${account}.dkr.ecr.${region}.amazonaws.com`;
    expect(inputsOf(registrations, project)).toMatchObject([
      {
        name: "wharf-shop-build-shop-api",
        buildTimeout: 20,
        sourceVersion: "refs/heads/main",
        source: {
          type: "GITHUB",
          location: "https://github.com/acme/shop.git",
          auth: { type: "CODECONNECTIONS", resource: connection },
        },
        environment: {
          type: "LINUX_CONTAINER",
          computeType: "BUILD_GENERAL1_SMALL",
          privilegedMode: true,
          environmentVariables: [
            { name: "REGISTRY", value: host },
            { name: "REPOSITORY", value: `${host}/shop/api` },
            { name: "CACHE_REPOSITORY", value: `${host}/shop/cache` },
          ],
        },
      },
    ]);
    expect(inputsOf(registrations, "cloudwatch/logGroup:LogGroup")).toMatchObject([
      { name: "/aws/codebuild/wharf-shop-build-shop-api", retentionInDays: 30 },
    ]);
    expect(outputs.builds).toEqual({
      "shop-api": `aws codebuild start-build --region ${region} --project-name wharf-shop-build-shop-api`,
    });
  });

  it("wait for the policy of their role, by which CodeBuild tries the connection", async () => {
    const { registrations } = await deploy(build());
    const [made] = ofType(registrations, project);
    expect(made?.dependsOn).toContain("registry-build-shop-api-role-policy");
  });

  it.each<[name: string, settings: Record<string, unknown>, filters: [string, string][]]>([
    ["a branch", {}, [["HEAD_REF", "^refs/heads/main$"]]],
    ["branches by a pattern", { branch: "release-*" }, [["HEAD_REF", "^refs/heads/release-.*$"]]],
    ["tags", { tag: "v1.*", tags: ["{tag}"] }, [["HEAD_REF", "^refs/tags/v1\\..*$"]]],
    [
      "files of a branch",
      { paths: ["api/**", "*.md", "lib/**/x.c"] },
      [
        ["HEAD_REF", "^refs/heads/main$"],
        ["FILE_PATH", "^(api/.*|[^/]*\\.md|lib/(.*/)?x\\.c)$"],
      ],
    ],
  ])("are started by pushes to %s, and by no pull request", async (_, settings, filters) => {
    const { registrations } = await deploy(build(settings));
    const expected = [["EVENT", "PUSH"], ...filters].map(([type, pattern]) => ({ type, pattern }));
    expect(inputsOf(registrations, webhook)).toMatchObject([
      { filterGroups: [{ filters: expected }] },
    ]);
  });

  it("do not take a version of a pattern for granted", async () => {
    const { registrations } = await deploy(build({ branch: "release-*" }));
    expect(inputsOf(registrations, project)[0]).not.toHaveProperty("sourceVersion");
  });

  it("only for ARM run on ARM, others on the more common processor", async () => {
    const types = async (platforms: string[]) => {
      const { registrations } = await deploy(build({ platforms }));
      const { type, image } = inputsOf(registrations, project)[0]?.environment as {
        type: string;
        image: string;
      };
      return [type, image];
    };
    expect(await types(["linux/arm64"])).toEqual([
      "ARM_CONTAINER",
      "aws/codebuild/amazonlinux-aarch64-standard:4.0",
    ]);
    expect((await types(["linux/amd64", "linux/arm64"]))[0]).toBe("LINUX_CONTAINER");
  });

  it("keep layers on the machine where that is asked for", async () => {
    const { registrations } = await deploy(build({ cache: { kind: "local" } }));
    expect(inputsOf(registrations, project)).toMatchObject([
      { cache: { type: "LOCAL", modes: ["LOCAL_DOCKER_LAYER_CACHE"] } },
    ]);
  });

  it("have the size and the logs that the description asks for", async () => {
    const builds = {
      connections: { "github.com": connection },
      computeType: "large",
      logDays: 90,
    };
    const { registrations } = await deploy(build({}, { builds }));
    expect(inputsOf(registrations, project)).toMatchObject([
      { environment: { computeType: "BUILD_GENERAL1_LARGE" } },
    ]);
    expect(inputsOf(registrations, "cloudwatch/logGroup:LogGroup")).toMatchObject([
      { retentionInDays: 90 },
    ]);
  });
});

describe("images of other registries", () => {
  const hub = {
    pullThroughCaches: [
      {
        upstream: "docker-hub",
        name: "hub",
        credentials: { username: "acme", password: "secret of the hub" },
      },
    ],
  };
  const rendered = async (settings: Record<string, unknown>, caches: Record<string, unknown>) => {
    const { registrations, outputs } = await deploy({ ...build(settings), ...caches });
    const [made] = inputsOf(registrations, project);
    const policies = inputsOf(registrations, "iam/rolePolicy:RolePolicy").map(({ policy }) =>
      document(policy),
    );
    return {
      buildspec: (made?.source as { buildspec: string }).buildspec,
      statements: policies.flatMap(({ Statement }) => Statement),
      notes: (outputs.notes as string[]).filter((note) => note.includes("Docker Hub")),
    };
  };

  it("come through the stack's cache: those that a Dockerfile starts from, BuildKit's and the emulators'", async () => {
    const { buildspec, statements, notes } = await rendered(
      { platforms: ["linux/amd64", "linux/arm64"] },
      hub,
    );
    expect(buildspec).toContain(
      `printf '[registry."docker.io"]\\n  mirrors = ["%s"]\\n' "$REGISTRY/hub" > "$HOME/.docker/buildkitd.toml"`,
    );
    expect(buildspec).toContain(`--driver-opt image="$REGISTRY/hub/moby/buildkit:`);
    expect(buildspec).toContain(`--privileged --rm "$REGISTRY/hub/tonistiigi/binfmt:`);
    expect(buildspec).toContain(`--buildkitd-config "$HOME/.docker/buildkitd.toml"`);
    expect(buildspec).not.toContain("docker.io/");
    expect(notes).toEqual([]);
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: "PullThrough",
        Resource: [`arn:aws:ecr:${region}:${account}:repository/hub/*`],
      }),
    );
  });

  it("may be those of the same stack", async () => {
    const { statements } = await rendered({}, {});
    expect(statements).toContainEqual(
      expect.objectContaining({
        Sid: "PullBaseImages",
        Condition: { StringEquals: { "aws:ResourceTag/io.wharf.stack": "shop" } },
      }),
    );
    expect(statements.map(({ Sid }) => Sid)).not.toContain("PullThrough");
  });

  it.each<[name: string, settings: Record<string, unknown>, note: string]>([
    [
      "without a cache",
      {},
      "Builds pull images of Docker Hub that a Dockerfile starts from without a login, which Docker Hub limits: add a cache of docker-hub with credentials to wharf:pullThroughCaches, or start from public.ecr.aws/docker/library.",
    ],
    [
      "without a cache, for several platforms",
      { platforms: ["linux/amd64", "linux/arm64"] },
      "Builds pull BuildKit and images of Docker Hub that a Dockerfile starts from without a login, which Docker Hub limits: add a cache of docker-hub with credentials to wharf:pullThroughCaches, or start from public.ecr.aws/docker/library.",
    ],
  ])("are limited by Docker Hub %s, which the preview says", async (_, settings, note) => {
    const { notes } = await rendered(settings, {});
    expect(notes).toEqual([note]);
  });

  it("are pulled by their cache's address where the machine keeps the layers, which the preview says", async () => {
    const { registrations, outputs } = await deploy({
      ...build({ cache: { kind: "local" } }),
      ...hub,
    });
    const [made] = inputsOf(registrations, project);
    expect((made?.source as { buildspec: string }).buildspec).not.toContain("buildx");
    expect(outputs.notes).toContain(
      "The build shop-api caches layers on its machine, so the images that its Dockerfile starts from do not come through the cache hub: name them by its address, or set the cache's kind to registry.",
    );
  });

  it("may be pulled through the caches by pipelines too", async () => {
    const { registrations } = await deploy({
      ...hub,
      repositories,
      identities: [{ name: "ci", project: "acme/shop", push: ["shop/api"] }],
    });
    const [policy] = inputsOf(registrations, "iam/rolePolicy:RolePolicy");
    expect(document(policy?.policy).Statement).toContainEqual({
      Sid: "PullThrough",
      Effect: "Allow",
      Action: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchImportUpstreamImage",
        "ecr:CreateRepository",
      ],
      Resource: [`arn:aws:ecr:${region}:${account}:repository/hub/*`],
    });
  });
});

describe("a host of source code without a connection", () => {
  const made = "codeconnections/connection:Connection";

  it("gets one, and its builds wait for somebody to authorise it", async () => {
    const { registrations, outputs } = await deploy(build({}, { builds: {} }));
    expect(inputsOf(registrations, made)).toMatchObject([
      { name: "wharf-shop-github", providerType: "GitHub" },
    ]);
    expect(ofType(registrations, project)).toEqual([]);
    expect(outputs.builds).toEqual({});
    expect(outputs.notes).toContain(
      `Builds from github.com start once somebody has authorised the connection wharf-shop-github in AWS's console, Developer Tools, Settings, Connections, "Update pending connection"; then pulumi config set --path 'wharf:aws.builds.connections["github.com"]' authorised and pulumi up.`,
    );
  });

  it("keeps the same one once it is authorised, and its builds use it", async () => {
    const { registrations, outputs } = await deploy(
      build({}, { builds: { connections: { "github.com": "authorised" } } }),
    );
    expect(ofType(registrations, made).map(({ name }) => name)).toEqual([
      "registry-connection-github.com",
    ]);
    expect(inputsOf(registrations, project)).toMatchObject([
      { source: { auth: { type: "CODECONNECTIONS" } } },
    ]);
    expect(outputs.notes).not.toContainEqual(expect.stringContaining("authorise"));
  });
});

describe("CodeCommit", () => {
  const source = `git-codecommit.${region}.amazonaws.com/v1/repos/shop`;

  it("needs no connection, and tells EventBridge of pushes", async () => {
    const { registrations } = await deploy(build({ source, branch: "release-*" }, { builds: {} }));
    expect(ofType(registrations, webhook)).toEqual([]);
    const [made] = inputsOf(registrations, project);
    expect(made?.source).toMatchObject({ type: "CODECOMMIT" });
    expect(made?.source).not.toHaveProperty("auth");
    const [rule] = inputsOf(registrations, "cloudwatch/eventRule:EventRule");
    expect(document(rule?.eventPattern)).toMatchObject({
      source: ["aws.codecommit"],
      resources: [`arn:aws:codecommit:${region}:${account}:shop`],
      detail: { referenceType: ["branch"], referenceName: [{ wildcard: "release-*" }] },
    });
    expect(inputsOf(registrations, "cloudwatch/eventTarget:EventTarget")).toMatchObject([
      { inputTransformer: { inputTemplate: '{"sourceVersion": <ref>}' } },
    ]);
  });
});

describe("a schedule", () => {
  it.each([
    ["0 3 * * 1", "cron(0 3 ? * MON *)"],
    ["*/15 0-5 * * *", "cron(0,15,30,45 0-5 * * ? *)"],
    ["30 4 1,15 * *", "cron(30 4 1,15 * ? *)"],
    ["0 0 * 1-3,7 0,6", "cron(0 0 ? 1-3,7 SUN,SAT *)"],
    ["0 0 * * 5-7", "cron(0 0 ? * SUN,FRI,SAT *)"],
  ])("%s is %s to EventBridge", (schedule, expected) => {
    expect(eventSchedule(schedule)).toBe(expected);
  });

  it("starts the build by a role that can do nothing else", async () => {
    const { registrations } = await deploy(
      build({ schedule: "0 3 * * 1", tags: ["{commit}-{build}"] }),
    );
    expect(inputsOf(registrations, "cloudwatch/eventRule:EventRule")).toMatchObject([
      { name: "wharf-shop-schedule-shop-api", scheduleExpression: "cron(0 3 ? * MON *)" },
    ]);
    expect(inputsOf(registrations, "cloudwatch/eventTarget:EventTarget")[0]).not.toHaveProperty(
      "inputTransformer",
    );
  });
});

describe("limits by source", () => {
  it("let the builds push, whose machines are AWS's own", async () => {
    const { registrations } = await deploy({
      ...build(),
      endpoint: { allowFrom: ["203.0.113.0/24"] },
      identities: [{ name: "ci", project: "acme/shop", push: ["shop/api"] }],
    });
    const [policy] = inputsOf(registrations, "ecr/repositoryPolicy:RepositoryPolicy");
    const [limit] = document(policy?.policy).Statement;
    expect(limit?.Condition?.ArnNotLikeIfExists).toEqual({
      "aws:PrincipalArn": [
        "arn:*:iam::*:role/aws-service-role/*",
        `arn:aws:iam::${account}:role/wharf-shop-build-shop-api`,
      ],
    });
  });
});
