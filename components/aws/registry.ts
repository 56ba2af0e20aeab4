import { type ComponentTarget, described, withInputs } from "../component/described";
import { tellPreview } from "../component/preview-notes";
import { Target } from "../model/environment";
import type { AwsRegistryArgs } from "./args";
import { awsRules } from "./rules";
import { awsSettings } from "./settings";
import { z } from "zod";
import { inputOf, told } from "../core/tokens";
import type { AwsDescription } from "./settings";
import type { LifecyclePolicy } from "@pulumi/aws/ecr/lifecyclePolicy";
import type { PullTimeUpdateExclusion } from "@pulumi/aws/ecr/pullTimeUpdateExclusion";
import type { RepositoryPolicy } from "@pulumi/aws/ecr/repositoryPolicy";
import type { Policy } from "@pulumi/aws/iam/policy";
import * as pulumi from "@pulumi/pulumi";
import { estimateBy } from "../cost/estimate";
import { awsCosts } from "./cost";
import { lifetimeOf } from "../model/lab";
import { outputsOf, type Registry } from "../registry";
import { serverOf } from "../core/registry-name";
import { type CodeBuildBuild, createBuilds, startCommands } from "./codebuild/builds";
import { type Connections, createConnections } from "./codebuild/connections";
import { createCreationTemplates, type CreationTemplates } from "./creation-templates";
import { createEncryption, type Encryption } from "./encryption";
import { createEvents, type Events } from "./events/topic";
import { createIdentityPolicies } from "./iam-policies";
import { type ClusterRoles, createClusterRoles } from "./identities/clusters";
import {
  createOidcProviders,
  createPipelineRoles,
  type OidcProviders,
  type PipelineRoles,
} from "./identities/pipelines";
import { pipelineFiles } from "./identities/workflows";
import { createNetwork, type Network } from "./network";
import { deliveryNotes, eventNotes, notesFor, pendingNotes } from "./notes";
import { inRegion, placeOf } from "./place";
import { createRegistrySettings, type RegistrySettings } from "./private-registry";
import {
  createPublicRepositories,
  galleryLogin,
  type PublicRepositories,
} from "./public-repositories";
import { createCaches, type EcrCache, readerNotes } from "./pull-through-cache/caches";
import { createReplicaKeys } from "./replication/replication";
import { createLifecyclePolicies, createRepositories, type Repositories } from "./repositories";
import { createRepositoryPolicies } from "./repository-policies";
import { createPullTimeExclusions } from "./scanning";

/** What a description for this target is checked against. */
export const component: ComponentTarget<AwsDescription> = {
  target: Target.Aws,
  component: "AwsRegistry",
  settings: { aws: awsSettings.prefault({}) },
  provider: { region: inputOf(z.string().min(1).optional()) },
  rules: awsRules,
};

/** A registry on AWS: an ECR repository for each of `repositories`, and the settings of the account's registry. */
export class AwsRegistry extends pulumi.ComponentResource implements Registry {
  /** Target that was chosen: `aws`. */
  public readonly target: string;
  /** URL of the account's registry in the region. */
  public readonly endpoint: pulumi.Output<string>;
  /** Host and port of `endpoint`, without its scheme: what `docker login` takes. */
  public readonly server: pulumi.Output<string>;
  /** The one host by which clients name the registry. */
  public readonly hosts: pulumi.Output<string[]>;
  /** Repository name to the address that an image name starts with; public ones by their name in the gallery. */
  public readonly repositories: pulumi.Output<Record<string, string>>;
  /** ARN of each private repository by its name. */
  public readonly repositoryIds: pulumi.Output<Record<string, string>>;
  /** Command that logs a Docker client in, for twelve hours. */
  public readonly login: pulumi.Output<string>;
  /** Commands that tag and push an image. */
  public readonly push: pulumi.Output<string>;
  /** Command that pulls an image. */
  public readonly pull: pulumi.Output<string>;
  /** Empty: clients trust AWS's certificate already. */
  public readonly caCertificate: pulumi.Output<string>;
  /** Empty, a secret: clients log in to ECR as IAM principals, without a stored password. */
  public readonly credentials: pulumi.Output<Record<string, string>>;
  /** Empty: the cloud issues tokens of its own. */
  public readonly tokenSigningKey: pulumi.Output<string>;
  /** Empty: AWS renews its certificate. */
  public readonly certificateExpiresAt: pulumi.Output<string>;
  /** Name of a build to the command that starts it by hand. */
  public readonly builds: pulumi.Output<Record<string, string>>;
  /** Name of a keyless identity to the pipeline file by which it logs in, pushes and pulls. */
  public readonly workflows: pulumi.Output<Record<string, string>>;
  /** Path of a client's settings file to what it holds, so that the client pulls through the caches. */
  public readonly mirrors: pulumi.Output<Record<string, string>>;
  /** When the lab expires, ISO 8601; empty where it does not. */
  public readonly expiresAt: pulumi.Output<string>;
  /** ARN of the topic that tells of events in the repositories; empty where there is none. */
  public readonly eventsTopic: pulumi.Output<string>;
  /** Estimate of what AWS charges for a month, in US dollars: fixed prices, and the use that `wharf:usage` expects. */
  public readonly monthlyCost: pulumi.Output<number>;
  /** What a person should know about this registry. */
  public readonly notes: pulumi.Output<string[]>;
  /** What encrypts the images. */
  public accessor encryption: Encryption;
  /** The ECR repositories by name. */
  public accessor ecrRepositories: Repositories;
  /** The repositories of the public gallery by name. */
  public accessor publicRepositories: PublicRepositories;
  /** How long images live, for each repository with a rule. */
  public accessor lifecyclePolicies: LifecyclePolicy[];
  /** Who may do what with each repository, and from where. */
  public accessor repositoryPolicies: RepositoryPolicy[];
  /** Policies of the roles and users of the account, by ARN. */
  public accessor identityPolicies: ReadonlyMap<string, Policy>;
  /** What the account's registry has only once; undefined where this stack does not manage it. */
  public accessor registrySettings: RegistrySettings | undefined;
  /** Templates for repositories that ECR creates by itself. */
  public accessor creationTemplates: CreationTemplates;
  /** IAM's OpenID Connect providers for pipelines and service accounts: the ARN by the issuer's URL. */
  public accessor oidcProviders: OidcProviders;
  /** The roles of pipelines by the names of their identities. */
  public accessor pipelineRoles: PipelineRoles;
  /** How each cluster pulls, by its name. */
  public accessor clusterRoles: ReadonlyMap<string, ClusterRoles>;
  /** The caches of other registries by their names. */
  public accessor caches: ReadonlyMap<string, EcrCache>;
  /** Connections to hosts of source code by the host. */
  public accessor connections: Connections;
  /** What builds images, by the names of the builds. */
  public accessor codeBuilds: ReadonlyMap<string, CodeBuildBuild>;
  /** Principals whose pulls do not count. */
  public accessor pullTimeExclusions: PullTimeUpdateExclusion[];
  /** Who is told of events in the repositories; undefined where the description asks for no topic. */
  public accessor events: Events | undefined;
  /** How a VPC reaches the registry. */
  public accessor network: Network;

  constructor(name: string, args: AwsRegistryArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const description = described(component, name, args);
    super(
      "wharf:index:AwsRegistry",
      name,
      lifetimeOf(description),
      withInputs(
        description,
        opts,
        description.region === undefined ? undefined : inRegion(description.region),
      ),
    );
    const child: pulumi.CustomResourceOptions = { parent: this };
    const place = placeOf(this, description);

    this.encryption = createEncryption(name, description, place, child);
    this.ecrRepositories = createRepositories(name, description, this.encryption, child);
    this.lifecyclePolicies = createLifecyclePolicies(
      name,
      description,
      this.ecrRepositories,
      child,
    );
    this.repositoryPolicies = createRepositoryPolicies(
      name,
      description,
      place,
      this.ecrRepositories,
      child,
    );
    this.identityPolicies = createIdentityPolicies(name, description, place, child);
    this.oidcProviders = createOidcProviders(name, description, child);
    this.pipelineRoles = createPipelineRoles(name, description, place, this.oidcProviders, child);
    this.clusterRoles = createClusterRoles(name, description, place, this.oidcProviders, child);
    this.caches = createCaches(name, description, place, child);
    this.creationTemplates = createCreationTemplates(
      name,
      description,
      place,
      this.encryption,
      createReplicaKeys(name, description, place, child),
      child,
    );
    this.registrySettings = createRegistrySettings(
      name,
      description,
      place,
      this.creationTemplates.templates,
      child,
    );
    this.pullTimeExclusions = createPullTimeExclusions(name, description, child);
    this.connections = createConnections(name, description, child);
    this.codeBuilds = createBuilds(
      name,
      description,
      place,
      this.connections,
      this.ecrRepositories,
      child,
    );
    this.publicRepositories = createPublicRepositories(name, description, child);
    this.events = createEvents(name, description, place, child);
    this.network = createNetwork(name, description, place, child);

    const addresses = addressesOf(this.ecrRepositories, this.publicRepositories);
    // The first repository is private where there is one, and its address begins with the registry's host.
    const example = addresses.apply((all) => Object.values(all)[0] ?? "");
    const host = example.apply((address) => address.split("/")[0] ?? "");
    this.target = description.target;
    this.endpoint = pulumi.interpolate`https://${host}`;
    this.server = serverOf(this.endpoint);
    this.hosts = host.apply((known) => [known]);
    this.repositories = addresses;
    this.repositoryIds = pulumi.all(
      Object.fromEntries([...this.ecrRepositories].map(([one, { arn }]) => [one, arn])),
    );
    this.login = told(
      description,
      description.repositories.length === 0
        ? pulumi.output(galleryLogin)
        : pulumi.interpolate`aws ecr get-login-password --region ${place.region} | docker login --username AWS --password-stdin ${host}`,
    );
    this.push = pulumi.interpolate`docker tag IMAGE ${example}:1.0.0 && docker push ${example}:1.0.0`;
    this.pull = pulumi.interpolate`docker pull ${example}:1.0.0`;
    this.caCertificate = pulumi.output("");
    this.credentials = pulumi.secret<Record<string, string>>({});
    this.tokenSigningKey = pulumi.secret("");
    this.certificateExpiresAt = pulumi.output("");
    this.builds = told(description, startCommands(this.codeBuilds, place.region));
    this.workflows = told(
      description,
      pipelineFiles(description, this.pipelineRoles, place.region, host, addresses),
    );
    // A mirror in a client's settings needs a stored password, and those of ECR expire after twelve hours: notes list the names
    // instead.
    this.mirrors = pulumi.output<Record<string, string>>({});
    this.expiresAt = pulumi.output(description.expiresAt ?? "");
    this.eventsTopic = this.events?.topic.arn ?? pulumi.output("");
    this.monthlyCost = pulumi.output(estimateBy(description, awsCosts).monthlyDollars);
    this.notes = told(
      description,
      pulumi
        .all([
          notesFor(description, place.region),
          deliveryNotes(description, place, host, this.clusterRoles),
          readerNotes(description, this.caches),
          eventNotes(description, this.eventsTopic),
        ])
        .apply((notes) => notes.flat()),
    );
    tellPreview(this, description, [
      ...notesFor(description, place.region),
      ...pendingNotes(description),
    ]);
    this.registerOutputs({ ...outputsOf(this), eventsTopic: this.eventsTopic });
  }
}

/** The address of each repository by name. */
function addressesOf(
  repositories: Repositories,
  publicRepositories: PublicRepositories,
): pulumi.Output<Record<string, string>> {
  const urls = [...repositories.values()].map(({ repositoryUrl }) => repositoryUrl);
  const uris = [...publicRepositories.values()].map(({ repositoryUri }) => repositoryUri);
  const names = [
    ...repositories.keys(),
    ...[...publicRepositories.keys()].map((repository) => `public.ecr.aws/${repository}`),
  ];
  return pulumi
    .all([...urls, ...uris])
    .apply((all) => Object.fromEntries(all.map((address, index) => [names[index] ?? "", address])));
}
