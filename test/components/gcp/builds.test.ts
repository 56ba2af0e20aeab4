import { describe, expect, it } from "vitest";
import { awaited, ofType, register, type Registered, type Registration } from "./registration";

const triggerType = "gcp:cloudbuild/trigger:Trigger";
const connectionType = "gcp:cloudbuildv2/connection:Connection";
const sourceType = "gcp:cloudbuildv2/repository:Repository";
const repositories = [
  { name: "shop/api" },
  { name: "shop/layers", immutableTags: { enabled: false } },
];
const existing = { builds: { connections: { "github.com": { existing: "github" } } } };
const build = { repository: "shop/api", source: "github.com/acme/shop" };

const trigger = (registration: Registration, name = "registry-build-shop-api") =>
  ofType(registration, triggerType)[name] as Registered;

describe("a build on Google Cloud", () => {
  it("is started by a push to its branch, by an existing connection", async () => {
    const registration = await register({ repositories, builds: [build], gcp: existing });
    expect(ofType(registration, connectionType)).toEqual({});
    const [source] = Object.values(ofType(registration, sourceType));
    expect(source?.inputs).toEqual({
      project: "acme-registry",
      location: "europe-west3",
      parentConnection: "projects/acme-registry/locations/europe-west3/connections/github",
      name: expect.stringMatching(/^wharf-test-acme-shop-[0-9a-f]{6}$/),
      remoteUri: "https://github.com/acme/shop.git",
    });
    expect(trigger(registration).inputs).toMatchObject({
      project: "acme-registry",
      location: "europe-west3",
      name: "wharf-test-shop-api",
      repositoryEventConfig: {
        repository: `${source?.name}-id`,
        push: { branch: "^main$" },
      },
      serviceAccount: "registry-build-account-shop-api-id",
    });
    expect(registration.outputs.builds).toEqual({
      "shop-api":
        "gcloud builds triggers run wharf-test-shop-api --project acme-registry --region europe-west3 --branch main",
    });
  });

  it("runs as its own service account, and so keeps its logs in Cloud Logging", async () => {
    const registration = await register({ repositories, builds: [build], gcp: existing });
    const { inputs } = trigger(registration);
    const { options, steps } = inputs.build as { options: object; steps: object[] };
    expect(options).toEqual({ logging: "CLOUD_LOGGING_ONLY" });
    expect(JSON.stringify([inputs.build, steps])).toContain(
      "europe-west3-docker.pkg.dev/acme-registry/shop-api/api",
    );
    const account = ofType(registration, "gcp:serviceaccount/account:Account");
    expect(account["registry-build-account-shop-api"]?.inputs.accountId).toBe(
      "wharf-test-shop-api",
    );
    // A push that came before would start a build which may not do its work.
    expect(awaited(trigger(registration))).toEqual(
      expect.arrayContaining([
        "registry-build-shop-api/push/shop-api",
        "registry-build-shop-api/logs",
      ]),
    );
  });

  it("asks for approval, looks at some files, and runs on a private pool where one is set", async () => {
    const workerPool = "projects/acme-registry/locations/europe-west4/workerPools/builders";
    const registration = await register({
      repositories,
      builds: [{ ...build, approval: true, paths: ["api/**", "go.mod"] }],
      gcp: { builds: { ...existing.builds, location: "europe-west4", workerPool } },
    });
    const { inputs } = trigger(registration);
    expect(inputs).toMatchObject({
      location: "europe-west4",
      approvalConfig: { approvalRequired: true },
      includedFiles: ["api/**", "go.mod"],
      build: { options: { logging: "CLOUD_LOGGING_ONLY", workerPool } },
    });
    expect(registration.outputs.notes).not.toContainEqual(expect.stringContaining("private pool"));
  });

  it("says what the owner of a private pool in another project has to grant", async () => {
    const workerPool = "projects/acme-workers/locations/europe-west3/workerPools/builders";
    const { outputs } = await register({
      repositories,
      builds: [build],
      gcp: { builds: { ...existing.builds, workerPool } },
    });
    expect(outputs.notes).toContainEqual(
      expect.stringContaining(
        "gcloud projects add-iam-policy-binding acme-workers --role roles/cloudbuild.workerPoolUser",
      ),
    );
  });

  it("of tags is started by them, and by hand for one of them", async () => {
    const registration = await register({
      repositories,
      builds: [{ ...build, tag: "v*" }],
      gcp: existing,
    });
    expect(trigger(registration).inputs.repositoryEventConfig).toMatchObject({
      push: { tag: "^v.*$" },
    });
    expect(registration.outputs.builds).toEqual({
      "shop-api": expect.stringMatching(/ --tag TAG$/),
    });
  });

  it("on a schedule is started by a message to its topic, which needs no role", async () => {
    const registration = await register({
      repositories,
      labels: { team: "shop" },
      builds: [{ ...build, schedule: "0 3 * * 1", tags: ["{build}"], approval: true }],
      gcp: existing,
    });
    const [topic] = Object.values(ofType(registration, "gcp:pubsub/topic:Topic"));
    expect(topic?.inputs).toMatchObject({ name: "wharf-test-shop-api", labels: { team: "shop" } });
    const [job] = Object.values(ofType(registration, "gcp:cloudscheduler/job:Job"));
    expect(job?.inputs).toMatchObject({
      region: "europe-west3",
      schedule: "0 3 * * 1",
      timeZone: "Etc/UTC",
      pubsubTarget: { topicName: `${topic?.name}-id`, data: "c2hvcC1hcGk=" },
    });
    const pushed = trigger(registration).inputs;
    const scheduled = trigger(registration, "registry-scheduled-build-shop-api").inputs;
    expect(scheduled).toMatchObject({
      name: "scheduled-wharf-test-shop-api",
      pubsubConfig: { topic: `${topic?.name}-id` },
      sourceToBuild: {
        repository: "registry-source-github.com/acme/shop-id",
        ref: "refs/heads/main",
        repoType: "GITHUB",
      },
      approvalConfig: { approvalRequired: true },
    });
    expect(scheduled.build).toEqual(pushed.build);
    expect(scheduled.serviceAccount).toBe(pushed.serviceAccount);
  });

  it("needs no more APIs than it uses", async () => {
    const enabled = async (config: Record<string, unknown>) =>
      Object.values(
        ofType(await register({ environment: "lab", ...config }), "gcp:projects/service:Service"),
      ).map(({ inputs }) => (inputs.service as string).replace(".googleapis.com", ""));
    const plain = ["artifactregistry"];
    expect(await enabled({})).toEqual(plain);
    const pushed = { repositories, builds: [build], gcp: existing };
    const forBuilds = [...plain, "iam", "cloudresourcemanager", "cloudbuild"];
    expect(await enabled(pushed)).toEqual(forBuilds);
    const byTheClock = [{ ...build, schedule: "0 3 * * *", tags: ["{build}"] }];
    expect(await enabled({ ...pushed, builds: byTheClock })).toEqual([
      ...forBuilds,
      "pubsub",
      "cloudscheduler",
    ]);
    expect(
      await enabled({ identities: [{ name: "ci", project: "acme/shop", push: ["app"] }] }),
    ).toEqual([...plain, "iam", "sts"]);
  });
});

describe("a source of builds on Google Cloud", () => {
  it("is linked once for all builds of it", async () => {
    const registration = await register({
      repositories,
      builds: [build, { ...build, name: "releases", tag: "v*" }],
      gcp: existing,
    });
    expect(Object.keys(ofType(registration, sourceType))).toEqual([
      "registry-source-github.com/acme/shop",
    ]);
    expect(Object.keys(ofType(registration, triggerType))).toHaveLength(2);
  });

  it("on GitHub may be of the first generation, for which there is nothing to create", async () => {
    const registration = await register({
      repositories,
      builds: [{ ...build, schedule: "0 3 * * *", tags: ["{build}"] }],
      gcp: { builds: { connections: { "github.com": { firstGeneration: true } } } },
    });
    expect(ofType(registration, sourceType)).toEqual({});
    expect(trigger(registration).inputs.github).toEqual({
      owner: "acme",
      name: "shop",
      push: { branch: "^main$" },
    });
    expect(trigger(registration, "registry-scheduled-build-shop-api").inputs.sourceToBuild).toEqual(
      {
        uri: "https://github.com/acme/shop.git",
        ref: "refs/heads/main",
        repoType: "GITHUB",
      },
    );
    expect(registration.outputs.notes).toContainEqual(
      expect.stringContaining("cloud-build/triggers/connect?project=acme-registry"),
    );
  });

  it("in Cloud Source Repositories needs no connection, and no region", async () => {
    const registration = await register({
      repositories,
      builds: [
        { repository: "shop/api", source: "source.developers.google.com/p/acme-code/r/shop" },
      ],
      gcp: { builds: { location: "global" } },
    });
    expect(trigger(registration).inputs).toMatchObject({
      location: "global",
      triggerTemplate: { projectId: "acme-code", repoName: "shop", branchName: "^main$" },
    });
    expect(registration.outputs.builds).toEqual({
      "shop-api": expect.stringContaining("--region global"),
    });
  });

  it.each([
    {
      host: "github.com",
      path: "acme/shop",
      settings: { installationId: 4711, tokenSecret: "projects/keys/secrets/github/versions/1" },
      config: {
        githubConfig: {
          appInstallationId: 4711,
          authorizerCredential: {
            oauthTokenSecretVersion: "projects/keys/secrets/github/versions/1",
          },
        },
      },
      readable: ["github"],
    },
    {
      host: "gitlab.com",
      path: "acme/team/shop",
      settings: {
        tokenSecret: "projects/keys/secrets/api/versions/1",
        readTokenSecret: "projects/keys/secrets/read/versions/latest",
        webhookSecret: "projects/keys/secrets/hook/versions/2",
      },
      config: {
        gitlabConfig: {
          authorizerCredential: { userTokenSecretVersion: "projects/keys/secrets/api/versions/1" },
          readAuthorizerCredential: {
            userTokenSecretVersion: "projects/keys/secrets/read/versions/latest",
          },
          webhookSecretSecretVersion: "projects/keys/secrets/hook/versions/2",
        },
      },
      readable: ["api", "read", "hook"],
    },
    {
      host: "bitbucket.org",
      path: "acme/shop",
      settings: {
        workspace: "acme",
        tokenSecret: "projects/keys/secrets/bitbucket/versions/1",
        readTokenSecret: "projects/keys/secrets/bitbucket/versions/2",
        webhookSecret: "projects/keys/secrets/hook/versions/1",
      },
      config: {
        bitbucketCloudConfig: {
          workspace: "acme",
          authorizerCredential: {
            userTokenSecretVersion: "projects/keys/secrets/bitbucket/versions/1",
          },
          readAuthorizerCredential: {
            userTokenSecretVersion: "projects/keys/secrets/bitbucket/versions/2",
          },
          webhookSecretSecretVersion: "projects/keys/secrets/hook/versions/1",
        },
      },
      readable: ["bitbucket", "hook"],
    },
  ])(
    "on $host is reached by a connection, once Cloud Build may read the secrets of it",
    async ({ host, path, settings, config, readable }) => {
      const registration = await register({
        repositories,
        builds: [{ repository: "shop/api", source: `${host}/${path}` }],
        gcp: { builds: { connections: { [host]: settings } } },
      });
      const [connection] = Object.values(ofType(registration, connectionType)) as [Registered];
      expect(connection.inputs).toEqual({
        project: "acme-registry",
        location: "europe-west3",
        name: `wharf-test-${host.split(".")[0]}`,
        ...config,
      });
      const grants = Object.values(
        ofType(registration, "gcp:secretmanager/secretIamMember:SecretIamMember"),
      );
      expect(grants.map(({ inputs }) => inputs)).toEqual(
        readable.map((secretId) => ({
          project: "keys",
          secretId,
          role: "roles/secretmanager.secretAccessor",
          member: "serviceAccount:service-123456789012@gcp-sa-cloudbuild.iam.gserviceaccount.com",
        })),
      );
      expect(awaited(connection)).toEqual(expect.arrayContaining(grants.map(({ name }) => name)));
      const [source] = Object.values(ofType(registration, sourceType)) as [Registered];
      expect(source.inputs).toMatchObject({
        parentConnection: `${connection.name}-id`,
        remoteUri: `https://${host}/${path}.git`,
      });
    },
  );
});
