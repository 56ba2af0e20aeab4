import * as pulumi from "@pulumi/pulumi";
import { Container } from "@pulumi/docker/container";
import { Network } from "@pulumi/docker/network";
import { RemoteImage } from "@pulumi/docker/remoteImage";
import type { Volume } from "@pulumi/docker/volume";
import { createCertificate } from "../certificates";
import { hostInUrl } from "../description/defaults";
import { TlsMode } from "../description/tls";
import { debugPort, registryPort } from "../distribution/config";
import { volumeMountPath } from "../distribution/storage";
import { createUsers } from "../distribution/users";
import type { Registry, RegistryArgs } from "../registry";
import { deliverUsers, usersDirectory } from "./access";
import { hardened, healthcheck, madeFrom } from "./container";
import { stackLabels } from "./labels";
import { notesFor } from "./notes";
import { createRedis } from "./redis";
import { deliverSettings, settingsDirectory } from "./settings";
import { createVolume } from "./storage";

/** Addresses that stand for every address of a host, so for none that a client could name. */
const anyAddress = new Set(["0.0.0.0", "::"]);

/** A registry on a Docker host: distribution v3 in a container of its own, its images on a volume or in a bucket. */
export class DockerRegistry extends pulumi.ComponentResource implements Registry {
  /** Target that was chosen: `docker`. */
  public readonly target: string;
  /** URL of the registry. */
  public readonly endpoint: pulumi.Output<string>;
  /** Every `host:port` by which a client may name the registry. */
  public readonly hosts: pulumi.Output<string[]>;
  /** Repository name to the address that an image name starts with. */
  public readonly repositories: pulumi.Output<Record<string, string>>;
  /** Command that logs a Docker client in. */
  public readonly login: pulumi.Output<string>;
  /** Commands that tag and push an image; empty where the registry accepts no push. */
  public readonly push: pulumi.Output<string>;
  /** Command that pulls an image. */
  public readonly pull: pulumi.Output<string>;
  /** CA that clients must trust, PEM; empty where there is none to hand out. */
  public readonly caCertificate: pulumi.Output<string>;
  /** Passwords by user name, a secret. */
  public readonly credentials: pulumi.Output<Record<string, string>>;
  /** When the server's certificate ends, ISO 8601; empty without TLS. */
  public readonly certificateExpiresAt: pulumi.Output<string>;
  /** Name of a build to the command that starts it by hand. */
  public readonly builds: pulumi.Output<Record<string, string>>;
  /** Name of a keyless identity to the pipeline file by which it logs in, pushes and pulls. */
  public readonly workflows: pulumi.Output<Record<string, string>>;
  /** Path of a client's settings file to what it holds, so that the client pulls through the caches. */
  public readonly mirrors: pulumi.Output<Record<string, string>>;
  /** When the lab goes, ISO 8601; empty where the stack stays. */
  public readonly expiresAt: pulumi.Output<string>;
  /** What the platform charges for an idle month, in US dollars: a Docker host of one's own bills nothing. */
  public readonly monthlyCost: pulumi.Output<number>;
  /** What a person should know about this registry. */
  public readonly notes: pulumi.Output<string[]>;
  /** Network that the registry and its Redis share. */
  public readonly network: Network;
  /** Image that runs. */
  public readonly image: RemoteImage;
  /** Volume that holds the images; undefined where a bucket does. */
  public readonly volume?: Volume;
  /** Container that serves the registry. */
  public readonly container: Container;

  constructor(name: string, args: RegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    // Without the args, which hold secrets in clear: what a component is given stands in the state as it is.
    super("wharf:index:DockerRegistry", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };
    const { stack, endpoint, tls } = args;
    const labels = stackLabels(args);
    const containerName = `wharf-${stack}-registry`;
    const reachedAs = endpoint.hosts.length > 0 ? endpoint.hosts : ["localhost", "127.0.0.1"];
    const bound = anyAddress.has(endpoint.address) ? [] : [endpoint.address];
    const certified = [...reachedAs, ...bound, "localhost", containerName, "127.0.0.1", "::1"];

    this.network = new Network(
      `${name}-network`,
      { name: `wharf-${stack}`, labels },
      { ...child, deleteBeforeReplace: true },
    );
    this.image = new RemoteImage(
      `${name}-image`,
      // Other stacks of this engine may run the same image; `wharf down` removes a lab's where none does.
      { name: args.images.registry, keepLocally: true },
      child,
    );
    this.volume = createVolume(name, args, child);
    const certificate = createCertificate(name, certified, args, child);
    const users = createUsers(name, args.users, child);
    const redis = createRedis(`${name}-redis`, this.network, args, child);
    const settings = deliverSettings(
      `${name}-settings`,
      { image: this.image, volume: this.volume, hosts: certified, certificate, redis },
      args,
      child,
    );
    const access = deliverUsers(`${name}-users`, this.image, users, args, child);

    const tmpfs = { "/tmp": "size=16m,mode=1777" };
    const health = healthcheck(
      args.environment,
      "wget",
      "-O",
      "/dev/null",
      `http://127.0.0.1:${debugPort}/debug/health`,
    );
    this.container = new Container(
      `${name}-container`,
      {
        ...hardened,
        name: containerName,
        image: this.image.imageId,
        entrypoints: ["registry"],
        command: ["serve", `${settingsDirectory}/config.yml`],
        // distribution would send traces to a collector on localhost, and complain at each that none is there.
        envs: ["OTEL_TRACES_EXPORTER=none"],
        // Docker's own deadline comes after distribution's, so that a push under way ends well.
        destroyGraceSeconds: args.engine.http.drainTimeoutSeconds + 5,
        stopTimeout: args.engine.http.drainTimeoutSeconds + 5,
        memory: args.resources.memoryMiB,
        memorySwap: args.resources.memoryMiB,
        // The provider reads whole processors back with a decimal, and would see a difference without.
        cpus: Number.isInteger(args.resources.cpus)
          ? args.resources.cpus.toFixed(1)
          : String(args.resources.cpus),
        // Health and metrics stay off the host: what reads them joins the stack's network.
        ports: [{ internal: registryPort, external: endpoint.port, ip: endpoint.address }],
        networksAdvanced: [{ name: this.network.name }],
        volumes: [
          { volumeName: settings.volume.name, containerPath: settingsDirectory, readOnly: true },
          ...(access === undefined
            ? []
            : [{ volumeName: access.volume.name, containerPath: usersDirectory, readOnly: true }]),
          ...(this.volume === undefined
            ? []
            : [{ volumeName: this.volume.name, containerPath: volumeMountPath }]),
        ],
        tmpfs,
        healthcheck: health,
        // The registry reads its settings once: another digest is another container. Users are not in it.
        labels: [...labels, madeFrom(settings.digest, { healthcheck: health, tmpfs })],
      },
      {
        ...child,
        deleteBeforeReplace: true,
        dependsOn: [
          settings.delivery,
          ...(access === undefined ? [] : [access.delivery]),
          ...(redis === undefined ? [] : [redis.container]),
        ],
      },
    );

    const host = `${hostInUrl(reachedAs[0] ?? "localhost")}:${endpoint.port}`;
    // Every output waits for the container: who reads it may push.
    const ready = <T>(value: pulumi.Input<T>) =>
      pulumi.all([value, this.container.id]).apply(([text]) => text as T) as pulumi.Output<T>;
    const repositories = Object.fromEntries(
      args.repositories.map((repository) => [repository.name, `${host}/${repository.name}`]),
    );
    const example = Object.values(repositories)[0];
    const user = args.users[0]?.name;
    this.target = args.target;
    this.endpoint = ready(`${tls.mode === TlsMode.Off ? "http" : "https"}://${host}`);
    this.hosts = ready(
      [...new Set([...reachedAs, "localhost", "127.0.0.1"])].map(
        (reached) => `${hostInUrl(reached)}:${endpoint.port}`,
      ),
    );
    this.repositories = ready(repositories);
    this.login = ready(`docker login ${host}${user === undefined ? "" : ` --username ${user}`}`);
    this.push = ready(
      example === undefined || args.engine.readOnly
        ? ""
        : `docker tag IMAGE ${example}:1.0.0 && docker push ${example}:1.0.0`,
    );
    this.pull = ready(`docker pull ${example ?? `${host}/IMAGE`}:1.0.0`);
    this.caCertificate = ready(certificate?.caCertificate ?? "");
    this.credentials = pulumi.secret(ready(users.credentials));
    this.certificateExpiresAt = ready(certificate?.expiresAt ?? "");
    this.builds = ready<Record<string, string>>({});
    this.workflows = ready<Record<string, string>>({});
    this.mirrors = ready<Record<string, string>>({});
    this.expiresAt = ready(args.expiresAt ?? "");
    this.monthlyCost = ready(0);
    this.notes = ready(notesFor(args));
    this.registerOutputs({
      target: this.target,
      endpoint: this.endpoint,
      hosts: this.hosts,
      repositories: this.repositories,
      login: this.login,
      push: this.push,
      pull: this.pull,
      caCertificate: this.caCertificate,
      credentials: this.credentials,
      certificateExpiresAt: this.certificateExpiresAt,
      builds: this.builds,
      workflows: this.workflows,
      mirrors: this.mirrors,
      expiresAt: this.expiresAt,
      monthlyCost: this.monthlyCost,
      notes: this.notes,
    });
  }
}
