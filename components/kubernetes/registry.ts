import { fitting, type NameRule } from "../core/stack-names";
import { type ComponentTarget, described, withInputs } from "../component/described";
import { tellPreview } from "../component/preview-notes";
import { Target } from "../model/environment";
import type { KubernetesRegistryArgs } from "./args";
import { kubernetesRules } from "./rules";
import { kubernetesSettings } from "./settings";
import type { KubernetesDescription } from "./settings";
import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import type { Namespace } from "@pulumi/kubernetes/core/v1/namespace";
import type { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import * as pulumi from "@pulumi/pulumi";
import { pipelineFiles } from "../builds/pipeline-files";
import { clientMirrors } from "../caches/mirrors";
import { renewalNote, renewalOf } from "../certificates/validity";
import { estimateBy, selfHostedCosts } from "../cost/estimate";
import { audienceOf } from "../access/distribution";
import { createUsers } from "../distribution/users";
import { registryWorkflows } from "../identities/registry-login";
import { lifetimeOf } from "../model/lab";
import { outputsOf, type Registry } from "../registry";
import { serverOf } from "../core/registry-name";
import { createStackId } from "../state/stack-id";
import { createAutoscaler, createDisruptionBudget } from "./availability";
import { createTlsSecret } from "./certificates";
import { createSettings, settingsSecretName } from "./config-secret";
import { createRoute } from "./gateway";
import { certifiedHosts, reachableHosts, speaksTls, withGivenAddresses } from "./hosts";
import { createIngress, createTraefikTransport } from "./ingress";
import { createMonitoring } from "./monitoring";
import { createNamespace, createServiceAccount, goesWithNamespace } from "./namespace";
import { createNetworkPolicies } from "./network-policy";
import { notesFor } from "./notes";
import { createPullSecrets } from "./pull-secrets";
import {
  cacheHosts,
  createCaches,
  createCacheServices,
  reachedCaches,
} from "./pull-through-caches";
import { createRedis } from "./redis";
import { createPodReader } from "./running-images";
import { createService } from "./service";
import { createSmokeJob } from "./smoke/job";
import { createClaim, createReclaimPolicy } from "./storage";
import { tried } from "./trial/trial";
import { createTrust } from "./trust/trust";
import { createUsersSecret } from "./secrets";
import { createWorkload, startDigest, type WorkloadInputs } from "./workload";

/** Names of namespaces: labels of RFC 1123. */
const namespaceRule: NameRule = {
  valid: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  longest: 63,
  refused: /[^a-z0-9-]/g,
};

/** What of this target a description is checked by. */
export const component: ComponentTarget<KubernetesDescription> = {
  target: Target.Kubernetes,
  component: "KubernetesRegistry",
  settings: { kubernetes: kubernetesSettings.prefault({}) },
  provider: {},
  rules: kubernetesRules,
  // Two registries of one program have separate namespaces.
  besides: (args, namePrefix) => ({
    ...args,
    kubernetes: { namespace: fitting(namePrefix, namespaceRule), ...(args.kubernetes as object) },
  }),
};

/** A registry on a Kubernetes cluster: distribution v3 in a Deployment, its images on a claim or in a bucket. */
export class KubernetesRegistry extends pulumi.ComponentResource implements Registry {
  /** Target that was chosen: `kubernetes`. */
  public readonly target: string;
  /** URL of the registry. */
  public readonly endpoint: pulumi.Output<string>;
  /** Host and port of `endpoint`, without its scheme: what `docker login` takes. */
  public readonly server: pulumi.Output<string>;
  /** Every `host:port` by which a client may name the registry. */
  public readonly hosts: pulumi.Output<string[]>;
  /** Repository name to the address that an image name starts with. */
  public readonly repositories: pulumi.Output<Record<string, string>>;
  /** Empty: a repository is a directory of the registry. */
  public readonly repositoryIds: pulumi.Output<Record<string, string>>;
  /** Command that logs a Docker client in. */
  public readonly login: pulumi.Output<string>;
  /** Commands that tag and push an image; empty where the registry accepts no push. */
  public readonly push: pulumi.Output<string>;
  /** Command that pulls an image. */
  public readonly pull: pulumi.Output<string>;
  /** CA that clients must trust, PEM; empty where clients trust the certificate already. */
  public readonly caCertificate: pulumi.Output<string>;
  /** Passwords by user name, a secret. */
  public readonly credentials: pulumi.Output<Record<string, string>>;
  /** Private key, a JWK as JSON, that signs short-lived tokens of the users, a secret; empty without roles. */
  public readonly tokenSigningKey: pulumi.Output<string>;
  /** When the server's certificate expires, ISO 8601; empty without TLS. */
  public readonly certificateExpiresAt: pulumi.Output<string>;
  /** Name of a build to the command that starts it by hand. */
  public readonly builds: pulumi.Output<Record<string, string>>;
  /** Name of a keyless identity to the pipeline file by which it logs in, pushes and pulls. */
  public readonly workflows: pulumi.Output<Record<string, string>>;
  /** Path of a client's settings file to what it holds, so that the client pulls through the caches. */
  public readonly mirrors: pulumi.Output<Record<string, string>>;
  /** When the lab expires, ISO 8601; empty where the stack does not expire. */
  public readonly expiresAt: pulumi.Output<string>;
  /** What the platform charges for a month, in US dollars: nothing more for an existing cluster. */
  public readonly monthlyCost: pulumi.Output<number>;
  /** What a person should know about this registry. */
  public readonly notes: pulumi.Output<string[]>;
  /** Namespace of the registry; undefined where it existed already. */
  public accessor namespace: Namespace | undefined;
  /** Claim that holds the images; undefined where a bucket or a claim of the user's own does. */
  public accessor claim: PersistentVolumeClaim | undefined;
  /** Service by which pods, nodes or the world reach the registry. */
  public accessor service: Service;
  /** Deployment that serves the registry. */
  public accessor deployment: Deployment;
  /** Deployments of the caches, in their order. */
  public accessor caches: Deployment[];

  constructor(
    name: string,
    args: KubernetesRegistryArgs = {},
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const checked = described(component, name, args);
    // Without the args, which hold secrets in plaintext: what a component is given is stored in the state as it is.
    super("wharf:index:KubernetesRegistry", name, lifetimeOf(checked), withInputs(checked, opts));
    const own: pulumi.CustomResourceOptions = { parent: this };
    const description = { ...checked, stackId: createStackId(name, own) };

    this.namespace = createNamespace(name, description, own);
    const child = goesWithNamespace(description) ? { ...own, deletedWith: this.namespace } : own;
    const inside = { ...child, dependsOn: this.namespace === undefined ? [] : [this.namespace] };
    const account = createServiceAccount(name, description, inside);
    const podReader = createPodReader(`${name}-running-images`, description, {
      ...own,
      dependsOn: account,
    });
    const policies = createNetworkPolicies(`${name}-network-policy`, description, inside);
    const claim = createClaim(name, description, inside);
    this.claim = claim?.claim;
    this.service = createService(`${name}-service`, description, inside);
    const cacheServices = createCacheServices(`${name}-cache`, description, inside);
    const names = certifiedHosts(description);
    const certified = withGivenAddresses(
      [...names, ...cacheHosts(description)],
      this.service,
      cacheServices,
    );
    const certificate = createTlsSecret(name, certified, description, inside);
    const users = createUsers(name, description, child);
    const usersSecret = createUsersSecret(`${name}-users`, users, description, inside);
    const redis = createRedis(`${name}-redis`, description, inside);
    const workload: Omit<WorkloadInputs, "digest"> = {
      objectName: "registry",
      component: "registry",
      settingsSecretName,
      claim,
      certificate,
      hasUsers: usersSecret !== undefined,
    };
    const settings = createSettings(
      `${name}-settings`,
      {
        secretName: settingsSecretName,
        component: "registry",
        anonymous: false,
        certificate,
        redis,
        hosts: names,
        tried: (contents) => tried(contents, { ...workload, users }, description),
      },
      description,
      inside,
    );

    const digest = startDigest(settings.contents, certificate, description);
    this.deployment = createWorkload(`${name}-deployment`, { ...workload, digest }, description, {
      ...child,
      dependsOn: [account, settings.secret, ...policies].concat(
        [certificate?.resource, usersSecret, claim?.claim, redis?.deployment, podReader].filter(
          (resource) => resource !== undefined,
        ) as typeof policies,
      ),
    });
    this.caches = createCaches(
      `${name}-cache`,
      { certificate, users: usersSecret && { ...users, secret: usersSecret }, hosts: names },
      description,
      { ...inside, dependsOn: [...inside.dependsOn, account] },
    );
    const reached = reachedCaches(description, cacheServices, certificate);
    createReclaimPolicy(`${name}-reclaim-policy`, this.deployment, description, child);
    createDisruptionBudget(`${name}-disruption-budget`, description, inside);
    createAutoscaler(`${name}-autoscaler`, description, { ...child, dependsOn: [this.deployment] });
    const serving = { ...child, dependsOn: [this.service, this.deployment] };
    createTraefikTransport(`${name}-transport`, certificate, description, inside);
    const ingress = createIngress(`${name}-ingress`, certificate, description, serving);
    const route = createRoute(name, certificate, description, serving);
    const smoke = createSmokeJob(
      `${name}-smoke`,
      { service: this.service, deployment: this.deployment, users, certificate, digest },
      description,
      serving,
    );

    createMonitoring(`${name}-monitoring`, { claim, certificate }, description, inside);
    const trust = createTrust(
      `${name}-trust`,
      { service: this.service, caches: reached, certificate },
      description,
      own,
    );

    // Every output waits for the test: who reads it can push.
    const proof = [this.deployment, this.service, ...this.caches, smoke, ingress, route, trust].map(
      (each) => each?.id,
    );
    const ready = <T>(value: pulumi.Input<T>) =>
      pulumi.all([value, ...proof]).apply(([text]) => text as T) as pulumi.Output<T>;
    const hosts = reachableHosts(description, this.service);
    createPullSecrets(`${name}-pull-secret`, hosts, users, description, child);
    const host = hosts.apply(([first]) => first ?? "");
    const repositories = host.apply((first) =>
      Object.fromEntries(
        description.repositories.map((each) => [each.name, `${first}/${each.name}`]),
      ),
    );
    const example = repositories.apply((all) => Object.values(all)[0]);
    const user = description.users[0]?.name;
    const scheme = speaksTls(description) ? "https" : "http";
    this.target = description.target;
    this.endpoint = ready(pulumi.interpolate`${scheme}://${host}`);
    this.server = serverOf(this.endpoint);
    this.hosts = ready(hosts);
    this.repositories = ready(repositories);
    this.repositoryIds = pulumi.output<Record<string, string>>({});
    this.login = ready(
      pulumi.interpolate`docker login ${host}${user === undefined ? "" : ` --username ${user}`}`,
    );
    this.push = ready(
      example.apply((image) =>
        image === undefined || description.distribution.readOnly
          ? ""
          : `docker tag IMAGE ${image}:1.0.0 && docker push ${image}:1.0.0`,
      ),
    );
    this.pull = ready(
      pulumi
        .all([host, example])
        .apply(([first, image]) => `docker pull ${image ?? `${first}/IMAGE`}:1.0.0`),
    );
    this.caCertificate = ready(certificate?.caCertificate ?? "");
    this.credentials = pulumi.secret(ready(users.credentials));
    this.tokenSigningKey = pulumi.secret(ready(users.tokenSigningKey));
    this.certificateExpiresAt = ready(certificate?.expiresAt ?? "");
    this.builds = ready(
      pulumi
        .all([host, this.repositories, this.caCertificate])
        .apply(([first, addresses, ca]) =>
          pipelineFiles(description.builds, first, addresses, ca !== ""),
        ),
    );
    this.workflows = ready(
      pulumi
        .all([host, this.repositories, this.caCertificate, audienceOf(description)])
        .apply(([at, addresses, caCertificate, audience]) =>
          registryWorkflows(
            description.identities,
            { host: at, audience, caCertificate },
            addresses,
          ),
        ),
    );
    this.mirrors = ready(reached.apply(clientMirrors));
    this.expiresAt = ready(description.expiresAt ?? "");
    this.monthlyCost = ready(estimateBy(description, selfHostedCosts).monthlyDollars);
    this.notes = ready(
      pulumi
        .output(certificate?.expiresAt ?? "")
        .apply((end) => [...notesFor(description), ...renewalNote(end, renewalOf(description))]),
    );
    tellPreview(this, description, notesFor(description));
    this.registerOutputs(outputsOf(this));
  }
}
