import { type ComponentTarget, described, withInputs } from "../component/described";
import { tellPreview } from "../component/preview-notes";
import { Target } from "../model/environment";
import type { DockerRegistryArgs } from "./args";
import { dockerRules } from "./rules";
import type { SharedDescription } from "../model/description";
import type { Container } from "@pulumi/docker/container";
import { Network } from "@pulumi/docker/network";
import { RemoteImage } from "@pulumi/docker/remoteImage";
import type { Volume } from "@pulumi/docker/volume";
import * as pulumi from "@pulumi/pulumi";
import { pipelineFiles } from "../builds/pipeline-files";
import { createCertificate, knownHosts } from "../certificates/server-certificate";
import { renewalNote, renewalOf } from "../certificates/validity";
import { registryName } from "../core/registry-name";
import { resolved } from "../core/tokens";
import { estimateBy, selfHostedCosts } from "../cost/estimate";
import { imagesDirectory } from "../model/storage";
import { audienceOf } from "../access/distribution";
import { createUsers } from "../distribution/users";
import { registryWorkflows } from "../identities/registry-login";
import { lifetimeOf } from "../model/lab";
import { TlsMode } from "../model/tls";
import { outputsOf, type Registry } from "../registry";
import { serverOf } from "../core/registry-name";
import { createStackId } from "../state/stack-id";
import { deliverSettings } from "./config-files";
import { deliverUsers } from "./files";
import { labelledOnce, stackLabels } from "./labels";
import { notesFor } from "./notes";
import { anyAddress, publishPorts } from "./published-ports";
import { createCaches, mirrorsOf } from "./pull-through-caches";
import { createRedis } from "./redis";
import { createServer, createVolume } from "./server";

/** What of this target a description is checked by. */
export const component: ComponentTarget<SharedDescription> = {
  target: Target.Docker,
  component: "DockerRegistry",
  settings: {},
  provider: {},
  rules: dockerRules,
};

/** A registry on a Docker host: distribution v3 in a container of its own, its images on a volume or in a bucket. */
export class DockerRegistry extends pulumi.ComponentResource implements Registry {
  /** Target that was chosen: `docker`. */
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
  /** What the platform charges for a month, in US dollars: nothing for your own Docker host. */
  public readonly monthlyCost: pulumi.Output<number>;
  /** What a person should know about this registry. */
  public readonly notes: pulumi.Output<string[]>;
  /** Network that the registry and its Redis share. */
  public accessor network: Network;
  /** Image that runs. */
  public accessor image: RemoteImage;
  /** Volume that holds the images; undefined with a bucket. */
  public accessor volume: Volume | undefined;
  /** Container that serves the registry. */
  public accessor container: Container;
  /** Containers of the caches, in their order. */
  public accessor caches: Container[];

  constructor(name: string, args: DockerRegistryArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    const checked = described(component, name, args);
    // Without the args, which hold secrets in plaintext: what a component is given is stored in the state as it is.
    super("wharf:index:DockerRegistry", name, lifetimeOf(checked), withInputs(checked, opts));
    publishPorts(name, checked, this.getProvider("docker:index/container:Container"));
    const child: pulumi.CustomResourceOptions = { parent: this };
    const description = { ...checked, stackId: createStackId(name, child) };
    const { namePrefix, endpoint, tls } = description;
    const labels = stackLabels(description);
    const containerName = `${namePrefix}-registry`;
    const reachedAs = endpoint.hosts.length > 0 ? endpoint.hosts : ["localhost", "127.0.0.1"];
    const bound = anyAddress.has(endpoint.address) ? [] : [endpoint.address];
    const certified = [...reachedAs, ...bound, "localhost", containerName, "127.0.0.1", "::1"];

    this.network = new Network(
      `${name}-network`,
      { name: namePrefix, labels },
      labelledOnce({ ...child, deleteBeforeReplace: true }),
    );
    this.image = new RemoteImage(
      `${name}-image`,
      // Other stacks of this engine may run the same image; `wharf down` removes a lab's where none does.
      { name: description.images.registry, keepLocally: true },
      child,
    );
    this.volume = createVolume(name, description, child);
    const isDirectory = imagesDirectory(description.storage) !== undefined;
    const certificate = createCertificate(name, certified, description, child);
    const users = createUsers(name, description, child);
    const redis = createRedis(`${name}-redis`, this.network, description, child);
    const access = deliverUsers(`${name}-users`, this.image, users, description, child);
    const settings = deliverSettings(
      `${name}-settings`,
      {
        image: this.image,
        hosts: certified,
        certificate,
        redis,
        volume: isDirectory ? undefined : this.volume,
        objectName: `${namePrefix}-settings`,
        containerName,
        network: this.network,
        users: access,
        anonymous: false,
      },
      description,
      child,
    );

    this.container = createServer(
      `${name}-container`,
      {
        containerName,
        image: this.image,
        network: this.network,
        volume: this.volume,
        isDirectory,
        settings,
        users: access,
        redis,
        port: endpoint.port,
      },
      description,
      child,
    );
    this.caches = createCaches(
      `${name}-cache`,
      { image: this.image, network: this.network, certificate, users: access, hosts: certified },
      description,
      child,
    );

    const speaksTls = tls.mode !== TlsMode.Off;
    const reached = knownHosts(description, reachedAs);
    const host = reached.apply(([first = "localhost"]) =>
      registryName(first, endpoint.port, speaksTls),
    );
    const scheme = speaksTls ? "https" : "http";
    // Every output waits for the containers: who reads it may push and pull.
    const containers = [this.container, ...this.caches].map(({ id }) => id);
    const ready = <T>(value: pulumi.Input<T>) =>
      pulumi.all([value, ...containers]).apply(([text]) => text as T) as pulumi.Output<T>;
    const repositories = host.apply((at) =>
      Object.fromEntries(description.repositories.map(({ name }) => [name, `${at}/${name}`])),
    );
    const [first] = description.repositories;
    const example = first && pulumi.interpolate`${host}/${first.name}`;
    const user = description.users[0]?.name;
    this.target = description.target;
    this.endpoint = ready(pulumi.interpolate`${scheme}://${host}`);
    this.server = serverOf(this.endpoint);
    this.hosts = ready(
      reached.apply((known) =>
        [...new Set([...known, "localhost", "127.0.0.1"])].map((each) =>
          registryName(each, endpoint.port, speaksTls),
        ),
      ),
    );
    this.repositories = ready(repositories);
    this.repositoryIds = pulumi.output<Record<string, string>>({});
    this.login = ready(
      pulumi.interpolate`docker login ${host}${user === undefined ? "" : ` --username ${user}`}`,
    );
    this.push = ready(
      example === undefined || description.distribution.readOnly
        ? ""
        : pulumi.interpolate`docker tag IMAGE ${example}:1.0.0 && docker push ${example}:1.0.0`,
    );
    this.pull = ready(
      pulumi.interpolate`docker pull ${example ?? pulumi.interpolate`${host}/IMAGE`}:1.0.0`,
    );
    const { caCertificate = "" } = tls.mode === TlsMode.Acme ? tls : {};
    this.caCertificate = ready(
      certificate?.caCertificate ??
        pulumi.output(resolved(description, caCertificate, (known) => known)),
    );
    this.credentials = pulumi.secret(ready(users.credentials));
    this.tokenSigningKey = pulumi.secret(ready(users.tokenSigningKey));
    this.certificateExpiresAt = ready(certificate?.expiresAt ?? "");
    this.builds = ready(
      pulumi
        .all([host, repositories, this.caCertificate])
        .apply(([at, addresses, ca]) =>
          pipelineFiles(description.builds, at, addresses, ca !== ""),
        ),
    );
    this.workflows = ready(
      pulumi
        .all([host, repositories, this.caCertificate, audienceOf(description)])
        .apply(([at, addresses, caCertificate, audience]) =>
          registryWorkflows(
            description.identities,
            { host: at, audience, caCertificate },
            addresses,
          ),
        ),
    );
    this.mirrors = ready(
      pulumi
        .all([reached, certificate?.caCertificate ?? ""])
        .apply(([[first = "localhost"], ca]) =>
          mirrorsOf(
            description,
            (port) => `${scheme}://${registryName(first, port, speaksTls)}`,
            ca,
          ),
        ),
    );
    this.expiresAt = ready(description.expiresAt ?? "");
    this.monthlyCost = ready(estimateBy(description, selfHostedCosts).monthlyDollars);
    this.notes = ready(
      pulumi
        .all([reached, certificate?.expiresAt ?? ""])
        .apply(([[first = "localhost"], end]) => [
          ...notesFor(description, first),
          ...renewalNote(end, renewalOf(description)),
        ]),
    );
    reached.apply(([first = "localhost"]) =>
      tellPreview(this, description, notesFor(description, first)),
    );
    this.registerOutputs(outputsOf(this));
  }
}
