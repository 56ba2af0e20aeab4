import * as pulumi from "@pulumi/pulumi";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { checkDescription } from "../../../components/description/check";
import { preflight, warnings } from "../../../components/gcp/preflight";

/** Every variable by which this machine may tell a project, a region or credentials. */
const variables = [
  ...["GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"],
  ...["GOOGLE_REGION", "GCLOUD_REGION", "CLOUDSDK_COMPUTE_REGION"],
  ...["GOOGLE_CREDENTIALS", "GOOGLE_CLOUD_KEYFILE_JSON", "GCLOUD_KEYFILE_JSON"],
  ...["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_CONFIG"],
  ...["GCE_METADATA_HOST", "GCE_METADATA_IP", "K_SERVICE", "CLOUD_RUN_JOB"],
];

const complete = { "gcp:project": "acme-registry", "gcp:region": "europe-west3" };
const key = "projects/acme-keys/locations/europe-west1/keyRings/registry/cryptoKeys/images";

describe("before anything is created on Google Cloud", () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "wharf-gcloud-"));
    for (const name of variables) vi.stubEnv(name, undefined);
    vi.stubEnv("CLOUDSDK_CONFIG", directory);
  });

  afterEach(async () => {
    vi.unstubAllEnvs();
    pulumi.runtime.setAllConfig({});
    await rm(directory, { recursive: true, force: true });
  });

  /** The problems of stack dev with a config of the provider and a description. */
  async function problems(
    provider: Record<string, string>,
    config: Record<string, unknown> = {},
  ): Promise<unknown> {
    pulumi.runtime.setAllConfig(provider);
    const description = checkDescription({
      stack: "dev",
      values: { target: "gcp", ...config },
      secretKeys: new Set(),
    });
    return preflight({ ...description, stack: "dev" });
  }

  it("nothing stands in the way of who is logged in and has a project and region", async () => {
    await writeFile(join(directory, "application_default_credentials.json"), "{}");
    expect(await problems(complete)).toEqual([]);
  });

  it("what is missing is named by variable and command, all at once", async () => {
    expect(await problems({})).toEqual([
      {
        key: "gcp:project",
        message: "is not set, nor is GOOGLE_PROJECT; set the id of the project",
        fix: "pulumi config set gcp:project PROJECT_ID",
      },
      {
        key: "gcp:region",
        message: "is not set, nor is GOOGLE_REGION; set the region of the repositories",
        fix: "pulumi config set gcp:region europe-west3",
      },
      {
        key: "gcp:credentials",
        message: `no credentials for Google Cloud: GOOGLE_APPLICATION_CREDENTIALS is not set, and nobody logged in on this machine (${directory}/application_default_credentials.json)`,
        fix: "gcloud auth application-default login",
      },
    ]);
  });

  it.each([
    ["GOOGLE_PROJECT", "GOOGLE_REGION"],
    ["GOOGLE_CLOUD_PROJECT", "GCLOUD_REGION"],
    ["CLOUDSDK_CORE_PROJECT", "CLOUDSDK_COMPUTE_REGION"],
  ])("%s and %s serve as they serve the provider", async (project, region) => {
    vi.stubEnv(project, "acme-registry");
    vi.stubEnv(region, "europe-west3");
    vi.stubEnv("GOOGLE_OAUTH_ACCESS_TOKEN", "of no worth");
    expect(await problems({})).toEqual([]);
  });

  describe("with credentials", () => {
    beforeEach(() => vi.stubEnv("GOOGLE_OAUTH_ACCESS_TOKEN", "of no worth"));

    it("a project's number is not its id", async () => {
      expect(await problems({ ...complete, "gcp:project": "123456789012" })).toEqual([
        {
          key: "gcp:project",
          message:
            "123456789012 is the number of a project; set its id, which gcloud projects describe 123456789012 --format 'value(projectId)' shows",
          fix: "gcloud projects list",
        },
      ]);
    });

    it("a project's title is not its id", async () => {
      vi.stubEnv("GOOGLE_PROJECT", "Acme Registry");
      expect(await problems({ "gcp:region": "europe-west3" })).toEqual([
        {
          key: "GOOGLE_PROJECT",
          message: `"Acme Registry" is not a project id: 6 to 30 lower-case letters, digits and hyphens, starting with a letter`,
          fix: "gcloud projects list",
        },
      ]);
    });

    it("what is not a region is told with the nearest", async () => {
      expect(await problems({ ...complete, "gcp:region": "europe-west-3" })).toEqual([
        {
          key: "gcp:region",
          message: `"europe-west-3" is not a location of Artifact Registry; did you mean europe-west3?`,
          fix: "pulumi config set gcp:region europe-west3",
        },
      ]);
    });

    it("a region that this release does not know is a warning, with the nearest", async () => {
      const at = async (region: string, gcp: object) => {
        expect(await problems({ ...complete, "gcp:region": region }, { gcp })).toEqual([]);
        return warnings(
          checkDescription({
            stack: "dev",
            values: { target: "gcp", gcp },
            secretKeys: new Set(),
          }) as never,
        );
      };
      expect(await at("asia-southeast3", {})).toEqual([]);
      expect(await at("europe-west33", {})).toEqual([
        'gcp:region: "europe-west33" is not a location of Artifact Registry that this release knows; did you mean europe-west3?',
      ]);
      expect(await at("europe-west33", { location: "mars-north1" })).toEqual([
        'wharf:gcp.location: "mars-north1" is not a location of Artifact Registry that this release knows',
      ]);
    });

    it("a key in another region than the provider's is told", async () => {
      expect(await problems(complete, { encryption: { key } })).toEqual([
        {
          key: "wharf:encryption.key",
          message:
            "the key is in europe-west1 and cannot encrypt repositories in europe-west3; name one in europe-west3, or write create",
        },
      ]);
    });

    it("builds in the provider's region that it has not, or a private pool has another of, are told", async () => {
      const builds = [{ repository: "app", source: "github.com/acme/shop" }];
      const connections = { "github.com": { existing: "github" } };
      const described = { builds, gcp: { builds: { connections } } };
      expect(await problems(complete, described)).toEqual([]);
      expect(await problems({ ...complete, "gcp:region": "us" }, described)).toEqual([
        {
          key: "wharf:gcp.builds.location",
          message: `is not set, and "us" is a location of repositories, but not a region of Cloud Build; name a region`,
          fix: "pulumi config set --path 'wharf:gcp.builds.location' us-central1",
        },
      ]);
      const workerPool = "projects/acme-registry/locations/europe-west1/workerPools/builders";
      const pooled = { builds, gcp: { builds: { connections, workerPool } } };
      expect(await problems(complete, pooled)).toEqual([
        {
          key: "wharf:gcp.builds.workerPool",
          message:
            "the private pool is in europe-west1, and the builds are in europe-west3; Cloud Build accepts only a pool in its own region",
          fix: "pulumi config set --path 'wharf:gcp.builds.location' europe-west1",
        },
      ]);
    });

    it("settings of the project that another stack owns are refused", async () => {
      const gcp = { projectSettings: { owner: "prod", platformLogs: "info" } };
      expect(await problems(complete, { gcp })).toEqual([
        {
          key: "wharf:gcp.projectSettings.owner",
          message:
            "stack prod owns the project's settings, and this is dev: each up of one would undo the other's settings",
          fix: "pulumi config rm --path 'wharf:gcp.projectSettings'",
        },
      ]);
    });
  });

  it("a file of credentials that is not there is named", async () => {
    vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "/nonexistent/key.json");
    expect(await problems(complete)).toEqual([
      {
        key: "gcp:credentials",
        message:
          "GOOGLE_APPLICATION_CREDENTIALS names /nonexistent/key.json, which is not a readable file",
        fix: "unset GOOGLE_APPLICATION_CREDENTIALS && gcloud auth application-default login",
      },
    ]);
  });

  it("a key in a variable is never shown", async () => {
    vi.stubEnv("GOOGLE_CREDENTIALS", `{"private_key": "of no worth"}`);
    expect(await problems(complete)).toEqual([]);
  });

  it("a metadata server serves as it serves Google's libraries", async () => {
    vi.stubEnv("K_SERVICE", "deployer");
    expect(await problems(complete)).toEqual([]);
  });
});
