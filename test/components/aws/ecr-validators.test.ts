import {
  BatchGetRepositoryScanningConfigurationCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  GetRegistryPolicyCommand,
  GetRegistryScanningConfigurationCommand,
  GetRepositoryPolicyCommand,
  type ImageTagMutability,
  PutImageCommand,
  PutLifecyclePolicyCommand,
  PutRegistryPolicyCommand,
  PutRegistryScanningConfigurationCommand,
  type RegistryScanningRule,
  type ScanType,
  SetRepositoryPolicyCommand,
  type EncryptionConfiguration,
  type ImageTagMutabilityExclusionFilter,
} from "@aws-sdk/client-ecr";
import { execa } from "execa";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startMinistack, startMoto, type Emulator } from "../../support/ecr/emulators";
import { register, type Registration } from "../../support/registrations";
import { config, digestOf, manifest, manifestType } from "../../support/small-image";

const region = "eu-central-1";
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** A description that has something rendered of every kind of document. */
const described = {
  target: "aws",
  environment: "dev",
  repositories: [
    { name: "shop/api", push: [role("ci")] },
    { name: "shop/web", immutableTags: { enabled: true }, retention: { keep: ["v*", "stable"] } },
    {
      name: "shop/build-cache",
      immutableTags: { enabled: false },
      scan: { onPush: false },
      retention: { keepLast: 0, expireAfterDays: 14 },
    },
    { name: "base", immutableTags: { enabled: true, except: ["edge"] } },
  ],
  immutableTags: { enabled: true, except: ["latest", "main-*"] },
  scan: { onPush: true },
  retention: { keep: ["v*"], keepLast: 30, untaggedAfterDays: 7 },
  access: {
    pull: ["account:210987654321", "service:lambda", "organization:o-a1b2c3d4e5", role("cluster")],
    admin: [role("platform")],
  },
  encryption: { key: "create" },
  labels: { team: "shop" },
  endpoint: { allowFrom: ["203.0.113.0/24"] },
  aws: { managePrivateRegistry: true, registryPolicy: { replicateFrom: ["210987654321"] } },
};
// Signatures have no tags of their own where all come by the referrers API, and then tags without exceptions are possible.
const withoutExceptions = {
  ...{ target: "aws", environment: "dev", aws: { signatureTags: "immutable" } },
  repositories: [
    { name: "fixed", immutableTags: { enabled: true } },
    { name: "moving", immutableTags: { enabled: false } },
  ],
};

interface RepositoryInputs {
  name: string;
  imageTagMutability: ImageTagMutability;
  imageTagMutabilityExclusionFilters?: ImageTagMutabilityExclusionFilter[];
  encryptionConfigurations?: EncryptionConfiguration[];
  imageScanningConfiguration: { scanOnPush: boolean };
  tags: Record<string, string>;
}
interface PolicyInputs {
  repository: string;
  policy: string;
}

const registered = async (values: object) =>
  (await register({ ...values }, { provider: { "aws:region": region } })).registrations;

/** Inputs of all resources of one type of ECR's, as they were registered. */
function inputsOf<Inputs>(registrations: Registration[], type: string): Inputs[] {
  return registrations
    .filter((one) => one.type === `aws:ecr/${type}`)
    .map(({ inputs }) => inputs as unknown as Inputs);
}
const repositoriesOf = (registrations: Registration[]) =>
  inputsOf<RepositoryInputs>(registrations, "repository:Repository");

/** The request that the official plugin makes of a repository's inputs. */
const creationOf = (repository: RepositoryInputs) =>
  new CreateRepositoryCommand({
    repositoryName: repository.name,
    imageTagMutability: repository.imageTagMutability,
    imageTagMutabilityExclusionFilters: repository.imageTagMutabilityExclusionFilters,
    imageScanningConfiguration: repository.imageScanningConfiguration,
    encryptionConfiguration: repository.encryptionConfigurations?.[0],
    tags: Object.entries(repository.tags).map(([Key, Value]) => ({ Key, Value })),
  });

const clientOf = ({ url }: Emulator) =>
  new ECRClient({
    endpoint: url,
    region,
    credentials: { accessKeyId: "stand-in", secretAccessKey: "stand-in" },
  });

/** A manifest with a digest of its own. */
const imageOf = (name: string) =>
  JSON.stringify({ ...(JSON.parse(manifest) as object), annotations: { name } });

// moto knows neither rules by the last pull nor those that archive, nor pulls through caches in a registry's policy: what is
// rendered of them is not among the documents here.
describe("moto, which checks documents as ECR does,", () => {
  let moto: Emulator;
  let ecr: ECRClient;
  let registrations: Registration[];
  beforeAll(async () => {
    moto = await startMoto();
    ecr = clientOf(moto);
    registrations = await registered(described);
    for (const repository of repositoriesOf(registrations)) await ecr.send(creationOf(repository));
  });
  afterAll(() => moto?.stop());

  test("takes the repositories, with what their tags may do and whose key they have", async () => {
    const { repositories = [] } = await ecr.send(new DescribeRepositoriesCommand({}));
    const taken = repositories.map((repository) => ({
      name: repository.repositoryName,
      mutability: repository.imageTagMutability,
      except: repository.imageTagMutabilityExclusionFilters?.map(({ filter }) => filter),
      scan: repository.imageScanningConfiguration?.scanOnPush,
      encryption: repository.encryptionConfiguration?.encryptionType,
    }));
    const common = { mutability: "IMMUTABLE_WITH_EXCLUSION", scan: true, encryption: "KMS" };
    expect(taken).toEqual(
      expect.arrayContaining([
        { name: "shop/api", ...common, except: ["latest", "main-*", "sha256-*"] },
        { name: "shop/web", ...common, except: ["sha256-*"] },
        { name: "shop/build-cache", ...common, mutability: "MUTABLE", scan: false },
        { name: "base", ...common, except: ["edge", "sha256-*"] },
      ]),
    );
    expect(taken).toHaveLength(4);
  });

  test("takes every lifecycle policy as it was rendered", async () => {
    const policies = inputsOf<PolicyInputs>(registrations, "lifecyclePolicy:LifecyclePolicy");
    expect(policies).toHaveLength(4);
    for (const { repository: repositoryName, policy: lifecyclePolicyText } of policies) {
      await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
      const kept = await ecr.send(new GetLifecyclePolicyCommand({ repositoryName }));
      expect(kept.lifecyclePolicyText).toBe(lifecyclePolicyText);
    }
  });

  test("takes every repository's policy as it was rendered", async () => {
    const policies = inputsOf<PolicyInputs>(registrations, "repositoryPolicy:RepositoryPolicy");
    expect(policies).toHaveLength(4);
    for (const { repository: repositoryName, policy: policyText } of policies) {
      await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
      const kept = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
      expect(kept.policyText).toBe(policyText);
    }
  });

  test("takes the registry's policy as it was rendered", async () => {
    const [policy] = inputsOf<PolicyInputs>(registrations, "registryPolicy:RegistryPolicy");
    await ecr.send(new PutRegistryPolicyCommand({ policyText: policy?.policy }));
    const kept = await ecr.send(new GetRegistryPolicyCommand({}));
    expect(kept.policyText).toBe(policy?.policy);
  });

  test.each(["basic", "enhanced"])(
    "scans by the %s configuration the repositories that are described so, and no other",
    async (type) => {
      const own = { managePrivateRegistry: true, scanning: { type } };
      const [scanning] = inputsOf<{ scanType: ScanType; rules: RegistryScanningRule[] }>(
        await registered({ ...described, aws: own }),
        "registryScanningConfiguration:RegistryScanningConfiguration",
      );
      await ecr.send(new PutRegistryScanningConfigurationCommand(scanning!));
      const kept = await ecr.send(new GetRegistryScanningConfigurationCommand({}));
      expect(kept.scanningConfiguration).toEqual(scanning);
      const { scanningConfigurations = [] } = await ecr.send(
        new BatchGetRepositoryScanningConfigurationCommand({
          repositoryNames: described.repositories.map(({ name }) => name),
        }),
      );
      const scanned = scanningConfigurations
        .filter(({ scanFrequency }) => scanFrequency === "SCAN_ON_PUSH")
        .map(({ repositoryName }) => repositoryName);
      expect(scanned.sort()).toEqual(["base", "shop/api", "shop/web"]);
    },
  );

  test("refuses a tag that is pushed again, except those that may move", async () => {
    const put = (imageTag: string, image: string) =>
      ecr.send(
        new PutImageCommand({
          repositoryName: "shop/api",
          imageTag,
          imageManifest: imageOf(image),
          imageManifestMediaType: manifestType,
        }),
      );
    for (const tag of ["1.0.0", "latest", "main-7"]) await put(tag, `first ${tag}`);
    await expect(put("1.0.0", "second 1.0.0")).rejects.toThrow(/already exists/);
    for (const tag of ["latest", "main-7"]) {
      const { image } = await put(tag, `second ${tag}`);
      const { imageDetails = [] } = await ecr.send(
        new DescribeImagesCommand({ repositoryName: "shop/api", imageIds: [{ imageTag: tag }] }),
      );
      expect(imageDetails[0]?.imageDigest).toBe(image?.imageId?.imageDigest);
    }
  });

  const repositoryName = "shop/api";
  const rendered = (type: string) => inputsOf<PolicyInputs>(registrations, type)[0]?.policy ?? "";
  const lifecycle = (text: string) =>
    new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText: text });
  const first = () => repositoriesOf(registrations)[0]!;
  test.each([
    [
      "a lifecycle policy that counts by no known measure",
      () =>
        lifecycle(
          rendered("lifecyclePolicy:LifecyclePolicy").replaceAll(
            "imageCountMoreThan",
            "imageCount",
          ),
        ),
    ],
    [
      "a lifecycle policy whose rules have no priority",
      () =>
        lifecycle(
          rendered("lifecyclePolicy:LifecyclePolicy").replaceAll(/"rulePriority":\d+,/g, ""),
        ),
    ],
    [
      "a repository's policy without an effect",
      () =>
        new SetRepositoryPolicyCommand({
          repositoryName,
          policyText: rendered("repositoryPolicy:RepositoryPolicy").replaceAll(
            '"Effect":"Allow",',
            "",
          ),
        }),
    ],
    [
      "a registry's policy that lets others push",
      () =>
        new PutRegistryPolicyCommand({
          policyText: rendered("registryPolicy:RegistryPolicy").replace(
            "ecr:ReplicateImage",
            "ecr:PutImage",
          ),
        }),
    ],
    [
      "a repository whose tags have exceptions and no filters",
      () =>
        creationOf({
          ...first(),
          name: "other",
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: undefined,
        }),
    ],
    ["a repository with a name in capitals", () => creationOf({ ...first(), name: "Shop/API" })],
  ])("refuses %s", async (_, command) => {
    // The commands differ in type, and the client takes one of them at a time.
    await expect(ecr.send(command() as PutLifecyclePolicyCommand)).rejects.toThrow(
      expect.objectContaining({ name: "InvalidParameterException" }),
    );
  });
});

describe("ministack, which keeps images,", () => {
  let ministack: Emulator;
  let ecr: ECRClient;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "wharf-ecr-images-"));
    ministack = await startMinistack();
    ecr = clientOf(ministack);
    const registrations = [
      ...(await registered(described)),
      ...(await registered(withoutExceptions)),
    ];
    for (const repository of repositoriesOf(registrations)) await ecr.send(creationOf(repository));
    for (const { repository: repositoryName, policy } of inputsOf<PolicyInputs>(
      registrations,
      "lifecyclePolicy:LifecyclePolicy",
    )) {
      const lifecyclePolicyText = policy;
      await ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }));
    }
  });
  afterAll(async () => {
    await ministack?.stop();
    await rm(directory, { recursive: true, force: true });
  });

  /** Pushes an image of its own digest under a tag, as any client would; says what the registry answers. */
  async function push(repository: string, tag: string, name: string) {
    // The layout of skopeo's transport `dir:`.
    const files = {
      version: "Directory Transport Version: 1.1\n",
      "manifest.json": imageOf(name),
      [digestOf(config).slice("sha256:".length)]: config,
    };
    const image = await mkdtemp(join(directory, "image-"));
    for (const [file, text] of Object.entries(files)) await writeFile(join(image, file), text);
    const host = new URL(ministack.url).host;
    const { exitCode, stderr } = await execa(
      "skopeo",
      [
        ...["copy", "--insecure-policy", "--dest-tls-verify=false", "--dest-no-creds"],
        ...[`dir:${image}`, `docker://${host}/${repository}:${tag}`],
      ],
      { reject: false },
    );
    return { exitCode, said: stderr };
  }
  async function digestAt(repositoryName: string, imageTag: string) {
    const { imageDetails = [] } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }),
    );
    return imageDetails[0]?.imageDigest;
  }

  test("refuses a second digest under a tag that may not move, and keeps the first", async () => {
    expect(await push("fixed", "1.0.0", "first")).toMatchObject({ exitCode: 0 });
    const { exitCode, said } = await push("fixed", "1.0.0", "second");
    expect(exitCode).not.toBe(0);
    expect(said).toContain("tag '1.0.0' is immutable");
    expect(await digestAt("fixed", "1.0.0")).toBe(digestOf(imageOf("first")));
    expect(await push("fixed", "1.0.0", "first")).toMatchObject({ exitCode: 0 });
    expect(await push("fixed", "1.0.1", "second")).toMatchObject({ exitCode: 0 });
  });

  // ministack holds tags in place only where a repository has no exceptions; that the others stay while the excepted move is
  // seen on moto.
  test.each([
    ["of a repository whose tags all may", "moving", "1.0.0"],
    ["that is excepted", "shop/api", "latest"],
  ])("moves a tag %s", async (_, repository, tag) => {
    for (const name of ["first", "second"]) {
      expect(await push(repository, tag, name)).toMatchObject({ exitCode: 0 });
      expect(await digestAt(repository, tag)).toBe(digestOf(imageOf(name)));
    }
  });

  test("deletes a repository with its images only by force", async () => {
    expect(await push("shop/build-cache", "1", "any")).toMatchObject({ exitCode: 0 });
    const repositoryName = "shop/build-cache";
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName }))).rejects.toThrow(
      expect.objectContaining({ name: "RepositoryNotEmptyException" }),
    );
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
  });

  test("refuses what it knows to be wrong: a second of one name, a policy of nothing", async () => {
    const again = { repositoryName: "fixed" };
    await expect(ecr.send(new CreateRepositoryCommand(again))).rejects.toThrow(
      expect.objectContaining({ name: "RepositoryAlreadyExistsException" }),
    );
    const nothing = { repositoryName: "nothing", lifecyclePolicyText: "{}" };
    await expect(ecr.send(new PutLifecyclePolicyCommand(nothing))).rejects.toThrow(
      expect.objectContaining({ name: "RepositoryNotFoundException" }),
    );
  });
});
