import { type ComponentTarget, described, withInputs } from "../component/described";
import { tellPreview } from "../component/preview-notes";
import { Target } from "../model/environment";
import type { AzureRegistryArgs } from "./args";
import { azureRules } from "./rules";
import { azureSettings } from "./settings";
import { z } from "zod";
import { told } from "../core/tokens";
import type { AzureDescription } from "./settings";
import type { ManagementLockByScope } from "@pulumi/azure-native/authorization/managementLockByScope";
import type { RoleAssignment } from "@pulumi/azure-native/authorization/roleAssignment";
import type { Registry as ContainerRegistry } from "@pulumi/azure-native/containerregistry/registry";
import type { Replication } from "@pulumi/azure-native/containerregistry/replication";
import type { Webhook } from "@pulumi/azure-native/containerregistry/webhook";
import type { DiagnosticSetting } from "@pulumi/azure-native/monitor/diagnosticSetting";
import type { Deployment } from "@pulumi/azure-native/resources/deployment";
import type { ResourceGroup } from "@pulumi/azure-native/resources/resourceGroup";
import type { Pricing } from "@pulumi/azure-native/security/pricing";
import * as pulumi from "@pulumi/pulumi";
import { estimateBy } from "../cost/estimate";
import { azureCosts } from "./cost";
import { lifetimeOf } from "../model/lab";
import { outputsOf, type Registry } from "../registry";
import { serverOf } from "../core/registry-name";
import { createContainerRegistry, registryShape } from "./container-registry";
import {
  createDelivery,
  type Delivery,
  deliveryGrants,
  deliveryInside,
  deliveryOutputs,
} from "./delivery";
import { createEncryption, type Encryption } from "./encryption";
import { suffixes } from "./locations";
import { createLock } from "./container-registry";
import { createDiagnostics, enableDefender } from "./monitoring";
import { namesOf } from "./names";
import { createPrivateAccess, type PrivateAccess } from "./network";
import { applyNewerSettings } from "./newer-settings";
import { deliveryNotes, notesFor } from "./notes";
import { type Home, placeOf } from "./place";
import { compileRetention, createPurgeTask, type Purge } from "./purge-task";
import { createReplicas } from "./container-registry";
import { createResourceGroup } from "./resource-group";
import { grantAccess } from "./role-assignments";
import { chooseSku } from "./sku";
import { createTokens, type Tokens } from "./tokens";
import { createWebhooks } from "./webhooks";

/** The schema and the rules of this target's descriptions. */
export const component: ComponentTarget<AzureDescription> = {
  target: Target.Azure,
  component: "AzureRegistry",
  settings: { azure: azureSettings.prefault({}) },
  provider: { subscriptionId: z.string().min(1).optional() },
  rules: azureRules,
};

/** A registry in Azure Container Registry, with everything around it. Repositories are created by the first push. */
export class AzureRegistry extends pulumi.ComponentResource implements Registry {
  /** Target that was chosen: `azure`. */
  public readonly target: string;
  /** URL of the registry. */
  public readonly endpoint: pulumi.Output<string>;
  /** Host and port of `endpoint`, without its scheme: what `docker login` takes. */
  public readonly server: pulumi.Output<string>;
  /** The registry's login server, its only host name. */
  public readonly hosts: pulumi.Output<string[]>;
  /** Repository name to the address that an image name starts with; caches included, whose images are below theirs. */
  public readonly repositories: pulumi.Output<Record<string, string>>;
  /** Empty: a repository of ACR is not a resource of Azure. */
  public readonly repositoryIds: pulumi.Output<Record<string, string>>;
  /** Command that logs a Docker client in with the login of the Azure CLI; the notes have the commands for tokens. */
  public readonly login: pulumi.Output<string>;
  /** Commands that tag and push an image. */
  public readonly push: pulumi.Output<string>;
  /** Command that pulls an image. */
  public readonly pull: pulumi.Output<string>;
  /** Empty: clients trust the CA of Azure's certificate. */
  public readonly caCertificate: pulumi.Output<string>;
  /** Empty, a secret: Azure generates the passwords of tokens itself. */
  public readonly credentials: pulumi.Output<Record<string, string>>;
  /** Empty: the cloud issues tokens of its own. */
  public readonly tokenSigningKey: pulumi.Output<string>;
  /** Empty: Azure renews its certificate itself. */
  public readonly certificateExpiresAt: pulumi.Output<string>;
  /** Name of a build to the command that starts it by hand. */
  public readonly builds: pulumi.Output<Record<string, string>>;
  /** Name of a keyless identity to the pipeline file with which it logs in, pushes and pulls. */
  public readonly workflows: pulumi.Output<Record<string, string>>;
  /** Path of a client's settings file to its content, so that the client pulls through the caches. */
  public readonly mirrors: pulumi.Output<Record<string, string>>;
  /** When the lab expires, ISO 8601; empty where the stack does not expire. */
  public readonly expiresAt: pulumi.Output<string>;
  /** What Azure bills for 30 days, in US dollars: fixed prices, and the usage that `wharf:usage` expects. */
  public readonly monthlyCost: pulumi.Output<number>;
  /** What users should know about this registry. */
  public readonly notes: pulumi.Output<string[]>;
  /** The stack's own resource group; undefined where an existing one is used. */
  public accessor resourceGroup: ResourceGroup | undefined;
  /** Customer-managed key and the identity that uses it; undefined with Microsoft's key. */
  public accessor encryption: Encryption | undefined;
  /** The registry itself. */
  public accessor registry: ContainerRegistry;
  /** Task that deletes expired images; undefined where none is needed. */
  public accessor purge: Purge | undefined;
  /** Settings of the registry that need a newer API version. */
  public accessor newerSettings: Deployment;
  /** Roles of principals of Entra ID. */
  public accessor roleAssignments: RoleAssignment[];
  /** Keyless identities, pull-through caches and builds. */
  public accessor delivery: Delivery;
  /** Users who log in by name and password. */
  public accessor tokens: Tokens;
  /** Geo-replicas of the registry. */
  public accessor replicas: Replication[];
  /** Private endpoints of the registry. */
  public accessor privateAccess: PrivateAccess;
  /** Webhooks of the registry. */
  public accessor webhooks: Webhook[];
  /** Where logs and metrics are sent; undefined where nowhere. */
  public accessor diagnostics: DiagnosticSetting | undefined;
  /** Microsoft Defender for Containers; undefined where the stack does not enable it. */
  public accessor defender: Pricing | undefined;
  /** Lock against deletion; undefined unless `deletion` is `protect`. */
  public accessor lock: ManagementLockByScope | undefined;

  constructor(name: string, args: AzureRegistryArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const description = described(component, name, args);
    // Without the args, which hold secrets in plaintext: a component's inputs are written to the state unencrypted.
    super(
      "wharf:index:AzureRegistry",
      name,
      lifetimeOf(description),
      withInputs(description, opts),
    );
    const child: pulumi.CustomResourceOptions = { parent: this };
    const place = placeOf(this, name, description);
    const names = namesOf(description, place);
    const choice = chooseSku(description);
    const retention = compileRetention(description, choice.sku);

    this.resourceGroup = createResourceGroup(
      `${name}-group`,
      names.resourceGroup,
      place.location,
      description,
      child,
    );
    const home: Home = {
      subscriptionId: place.subscriptionId,
      resourceGroupName: this.resourceGroup?.name ?? names.resourceGroup,
      location: place.location,
      cloud: place.cloud,
      suffixes: suffixes[place.cloud],
    };
    this.encryption = createEncryption(name, names.keyVault, home, description, child);
    const shape = registryShape(description, choice.sku, retention, this.encryption);
    this.registry = createContainerRegistry(
      `${name}-registry`,
      names.registry,
      shape,
      home,
      description,
      this.encryption,
      child,
    );
    const within = {
      resourceGroupName: home.resourceGroupName,
      registryName: this.registry.name,
    };
    this.purge =
      retention.purgeTask &&
      createPurgeTask(name, retention.purgeTask, this.registry, within, home, description, child);
    this.roleAssignments = grantAccess(
      `${name}-access`,
      this.registry.id,
      home.subscriptionId,
      description,
      child,
    );
    this.delivery = createDelivery(name, this.registry, within, names, home, description, child);
    this.newerSettings = applyNewerSettings(
      `${name}-newer-settings`,
      this.registry,
      names.registry,
      shape,
      this.purge !== undefined || description.builds.length > 0,
      [...this.roleAssignments, ...(this.purge?.grants ?? []), ...deliveryGrants(this.delivery)],
      home,
      description,
      child,
    );
    const today = new Date().toISOString().slice(0, 10);
    this.tokens = createTokens(name, within, description, today, child);
    this.replicas = createReplicas(name, within, description, child);
    this.privateAccess = createPrivateAccess(name, this.registry.id, home, description, child);
    this.webhooks = createWebhooks(name, within, home.location, description, child);
    this.diagnostics = createDiagnostics(
      `${name}-diagnostics`,
      this.registry.id,
      description,
      child,
    );
    this.defender = enableDefender(`${name}-defender`, home.subscriptionId, description, child);
    this.lock = createLock(
      `${name}-lock`,
      this.registry.id,
      description,
      insideRegistry(this),
      child,
    );

    // Every output waits for the registry, so that whoever reads it can push.
    const outputs = this.registry.loginServer.apply((server) => {
      const repositories = Object.fromEntries(
        [...description.repositories, ...description.pullThroughCaches].map(({ name }) => [
          name,
          `${server}/${name}`,
        ]),
      );
      const example = Object.values(repositories)[0] ?? `${server}/IMAGE`;
      return {
        endpoint: `https://${server}`,
        hosts: [server],
        repositories,
        login: `az acr login --name ${names.registry}`,
        push: `docker tag IMAGE ${example}:1.0.0 && docker push ${example}:1.0.0`,
        pull: `docker pull ${example}:1.0.0`,
        caCertificate: "",
        credentials: {} as Record<string, string>,
        certificateExpiresAt: "",
        monthlyCost: estimateBy(description, azureCosts).monthlyDollars,
      };
    });
    this.target = description.target;
    this.endpoint = outputs.endpoint;
    this.server = serverOf(this.endpoint);
    this.hosts = outputs.hosts;
    this.repositories = outputs.repositories;
    this.repositoryIds = pulumi.output<Record<string, string>>({});
    this.login = told(description, outputs.login);
    this.push = outputs.push;
    this.pull = outputs.pull;
    this.caCertificate = outputs.caCertificate;
    this.credentials = pulumi.secret(outputs.credentials);
    this.tokenSigningKey = pulumi.secret("");
    this.certificateExpiresAt = outputs.certificateExpiresAt;
    const { builds, workflows, mirrors, clientIds } = deliveryOutputs(
      this.delivery,
      names,
      home,
      description,
      this.registry.loginServer,
      this.repositories,
    );
    this.builds = told(description, builds);
    this.workflows = workflows;
    this.mirrors = mirrors;
    this.expiresAt = pulumi.output(description.expiresAt ?? "");
    this.monthlyCost = outputs.monthlyCost;
    this.notes = told(
      description,
      pulumi
        .all([this.registry.loginServer, clientIds])
        .apply(([server, ids]) => [
          ...notesFor(description, names, choice, retention, server),
          ...deliveryNotes(description, names, { server, clientIds: ids }, today),
        ]),
    );
    const expected = { server: `${names.registry}.azurecr.io`, clientIds: {} };
    tellPreview(this, description, [
      ...notesFor(description, names, choice, retention, expected.server),
      ...deliveryNotes(description, names, expected, today),
    ]);
    this.registerOutputs(outputsOf(this));
  }
}

/** The resources in the registry's scope, which a lock on the registry locks too. */
function insideRegistry({
  registry,
  purge,
  newerSettings,
  roleAssignments,
  delivery,
  tokens,
  replicas,
  privateAccess,
  webhooks,
  diagnostics,
}: AzureRegistry): pulumi.Resource[] {
  return [
    registry,
    ...(purge === undefined ? [] : [purge.task, ...purge.grants]),
    newerSettings,
    ...roleAssignments,
    ...deliveryInside(delivery),
    ...tokens.scopeMaps,
    ...tokens.tokens,
    ...replicas,
    ...privateAccess.endpoints,
    ...webhooks,
    ...(diagnostics === undefined ? [] : [diagnostics]),
  ];
}
