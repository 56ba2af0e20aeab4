import { type ComponentTarget, described, withInputs } from "../component/described";
import { tellPreview } from "../component/preview-notes";
import { Target } from "../model/environment";
import type { GcpRegistryArgs } from "./args";
import { gcpRules } from "./rules";
import { gcpSettings } from "./settings";
import { z } from "zod";
import { inputOf, told } from "../core/tokens";
import type { GcpDescription } from "./settings";
import type { Repository } from "@pulumi/gcp/artifactregistry/repository";
import type { RepositoryIamMember } from "@pulumi/gcp/artifactregistry/repositoryIamMember";
import type { Rule } from "@pulumi/gcp/artifactregistry/rule";
import type { IAMCustomRole } from "@pulumi/gcp/projects/iamcustomRole";
import type { ServiceIdentity } from "@pulumi/gcp/projects/serviceIdentity";
import * as pulumi from "@pulumi/pulumi";
import { estimateBy } from "../cost/estimate";
import { gcpCosts } from "./cost";
import { lifetimeOf } from "../model/lab";
import { outputsOf, type Registry } from "../registry";
import { serverOf } from "../core/registry-name";
import { buildCommands, createBuilds, type ImageBuild } from "./cloud-build/builds";
import { createDeletingRole } from "./deleting-role";
import { createDomainRepositories } from "./domain-repositories";
import { createDownloadRules } from "./repositories";
import { createEncryption, type RepositoryKey } from "./encryption";
import { grantAccess } from "./iam-members";
import { grantClusters } from "./identities/clusters";
import { createIdentityPools, grantIdentities, type IdentityPool } from "./identities/pools";
import { workflowsOf } from "./identities/workflows";
import { notesFor } from "./notes";
import { addressesOf, placeOf } from "./place";
import { createProjectSettings, type ProjectSettings } from "./project-settings";
import { createCaches, mirrorsOf } from "./remote-repositories/caches";
import { createRepositories } from "./repositories";
import { repositoryLocations } from "./rules/repositories";
import { createServiceAgent, createServices, type Services } from "./services";
import { createVirtualRepositories } from "./virtual-repositories";

/** What of this target a description is checked by. */
export const component: ComponentTarget<GcpDescription> = {
  target: Target.Gcp,
  component: "GcpRegistry",
  settings: { gcp: gcpSettings.prefault({}) },
  provider: { project: inputOf(z.string().min(1).optional()) },
  rules: gcpRules,
};

/** A registry in a project of Google Cloud: repositories of Artifact Registry. */
export class GcpRegistry extends pulumi.ComponentResource implements Registry {
  /** Target that was chosen: `gcp`. */
  public readonly target: string;
  /** URL of the registry. */
  public readonly endpoint: pulumi.Output<string>;
  /** Host and port of `endpoint`, without its scheme: what `docker login` takes. */
  public readonly server: pulumi.Output<string>;
  /** Hosts by which a client names the registry: the location's own, and domains of Container Registry. */
  public readonly hosts: pulumi.Output<string[]>;
  /** Repository name to the address that an image name starts with; also of caches, virtual repositories and domains. */
  public readonly repositories: pulumi.Output<Record<string, string>>;
  /** Resource name of each repository of Artifact Registry by the name in the description. */
  public readonly repositoryIds: pulumi.Output<Record<string, string>>;
  /** Command that lets a Docker client log in with the Google Cloud CLI. */
  public readonly login: pulumi.Output<string>;
  /** Commands that tag and push an image. */
  public readonly push: pulumi.Output<string>;
  /** Command that pulls an image. */
  public readonly pull: pulumi.Output<string>;
  /** CA that clients must trust; empty, since Google's certificate is from a public CA. */
  public readonly caCertificate: pulumi.Output<string>;
  /** Passwords by user name, a secret; none, since Artifact Registry has only principals. */
  public readonly credentials: pulumi.Output<Record<string, string>>;
  /** Empty: the cloud issues tokens of its own. */
  public readonly tokenSigningKey: pulumi.Output<string>;
  /** When the server's certificate expires; empty, since Google renews it. */
  public readonly certificateExpiresAt: pulumi.Output<string>;
  /** Name of a build to the command that starts it manually. */
  public readonly builds: pulumi.Output<Record<string, string>>;
  /** Name of a keyless identity to the pipeline file with which it logs in, pushes and pulls. */
  public readonly workflows: pulumi.Output<Record<string, string>>;
  /** Path of a client's settings file to what it holds, so that the client pulls through the caches. */
  public readonly mirrors: pulumi.Output<Record<string, string>>;
  /** When the lab expires, ISO 8601; empty where it does not. */
  public readonly expiresAt: pulumi.Output<string>;
  /** What Google charges for a month, in US dollars: fixed prices, and the usage that `wharf:usage` expects. */
  public readonly monthlyCost: pulumi.Output<number>;
  /** Notes on this registry. */
  public readonly notes: pulumi.Output<string[]>;
  /** APIs of the project that Wharf enabled. */
  public accessor services: Services;
  /** Artifact Registry's service agent; undefined where no key or secret is used. */
  public accessor serviceAgent: ServiceIdentity | undefined;
  /** Custom role for deleting images and nothing else; undefined where nobody has only that right. */
  public accessor deletingRole: IAMCustomRole | undefined;
  /** Customer-managed keys, by location; empty where Google's own key is used. */
  public accessor keys: Record<string, RepositoryKey>;
  /** Artifact Registry's repositories, by the name that the description has for each. */
  public accessor artifactRepositories: Record<string, Repository>;
  /** Who may do what with repositories, by the names of the grants. */
  public accessor grants: Record<string, RepositoryIamMember>;
  /** Workload identity pools of pipelines, by the URL of their issuer. */
  public accessor identityPools: Record<string, IdentityPool>;
  /** Builds of images from source code, by name. */
  public accessor imageBuilds: Record<string, ImageBuild>;
  /** Rules on downloads, by name. */
  public accessor downloadRules: Record<string, Rule>;
  /** Settings of Artifact Registry in the whole project. */
  public accessor projectSettings: ProjectSettings;

  constructor(name: string, args: GcpRegistryArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const description = described(component, name, args);
    // Without the args: what a component is given stands in the state as it is.
    super("wharf:index:GcpRegistry", name, lifetimeOf(description), withInputs(description, opts));
    const child: pulumi.CustomResourceOptions = { parent: this };
    const place = placeOf(this, name, description);
    const locations = repositoryLocations(place.location, description.gcp.domains);

    const services = createServices(name, description, place, child);
    const agent = createServiceAgent(name, description, place, services, child);
    const keys = createEncryption(name, description, place, locations, { services, agent }, child);
    const standard = createRepositories(name, description, place, { services, keys }, child);
    const caches = createCaches(name, description, place, { services, keys, agent }, child);
    const upstreams = { ...standard, ...caches };
    const virtuals = createVirtualRepositories(
      name,
      description,
      place,
      { services, keys, upstreams },
      child,
    );
    const domains = createDomainRepositories(name, description, place, { services, keys }, child);

    this.services = services;
    this.serviceAgent = agent;
    this.keys = keys;
    this.artifactRepositories = { ...standard, ...caches, ...virtuals, ...domains };
    this.identityPools = createIdentityPools(name, description, place, services, child);
    const deleting = createDeletingRole(name, description, place, services, child);
    this.deletingRole = deleting;
    const all = this.artifactRepositories;
    this.grants = {
      ...grantAccess(name, description, place, all, deleting, child),
      ...grantIdentities(name, description, this.identityPools, all, deleting, child),
      ...grantClusters(name, description, services, all, child),
    };
    this.downloadRules = createDownloadRules(name, description, place, standard, child);
    this.projectSettings = createProjectSettings(
      name,
      description,
      place,
      locations,
      services,
      child,
    );

    const addresses = addressesOf(description, place);
    const { repositories } = addresses;
    this.imageBuilds = createBuilds(
      name,
      description,
      place,
      { services, repositories: this.artifactRepositories, addresses: repositories },
      child,
    );

    this.target = description.target;
    this.endpoint = told(description, pulumi.output(`https://${addresses.hosts[0]}`));
    this.server = serverOf(this.endpoint);
    this.hosts = told(description, pulumi.output(addresses.hosts));
    this.repositories = told(description, pulumi.output(repositories));
    this.repositoryIds = pulumi.all(
      Object.fromEntries(Object.entries(standard).map(([one, { id }]) => [one, id])),
    );
    this.login = told(description, pulumi.output(addresses.login));
    this.push = told(description, pulumi.output(addresses.push));
    this.pull = told(description, pulumi.output(addresses.pull));
    this.caCertificate = pulumi.output("");
    this.credentials = pulumi.secret<Record<string, string>>({});
    this.tokenSigningKey = pulumi.secret("");
    this.certificateExpiresAt = pulumi.output("");
    this.builds = told(description, pulumi.output(buildCommands(description, place)));
    this.workflows = told(
      description,
      workflowsOf(description, place, this.identityPools, repositories),
    );
    this.mirrors = told(description, pulumi.output(mirrorsOf(description, place)));
    this.expiresAt = pulumi.output(description.expiresAt ?? "");
    this.monthlyCost = pulumi.output(estimateBy(description, gcpCosts).monthlyDollars);
    this.notes = told(description, pulumi.output(notesFor(description, place)));
    tellPreview(this, description, notesFor(description, place));
    this.registerOutputs(outputsOf(this));
  }
}
