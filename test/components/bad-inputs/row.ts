import type { Issued } from "../../support/test-certificates";

/** What rows need of the machine that the test runs on. */
export interface Place {
  /** DOCKER_HOST of an engine with space. */
  dockerHost: string;
  /** DOCKER_HOST of an engine whose disk has 2 GiB, and its directory. */
  small: { dockerHost: string; directory: string };
  /** DOCKER_HOST of an engine whose disk is full, and its directory. */
  full: { dockerHost: string; directory: string };
  /** DOCKER_HOST of a socket that answers as podman's does. */
  podmanHost: string;
  /** DOCKER_HOST of a socket that nobody may open who has not root's override. */
  forbiddenHost: string;
  /** A port that a program of the test listens on. */
  takenPort: number;
  /** A port that a container publishes which is not Wharf's. */
  publishedPort: number;
  /** A port that nobody listens on. */
  freePort: number;
  /** Covers registry.example.com, valid, signed by `ca`. */
  server: Issued;
  /** Covers the same host, ends 29 days after its CA, `ca`. */
  outlasting: Issued;
  /** Covers the same host, ended on 2020-01-01. */
  expired: Issued;
  /** Covers the same host, begins on 2100-01-01. */
  future: Issued;
  /** Covers other.example.com and 10.1.2.3. */
  elsewhere: Issued;
  ca: Issued;
  otherCa: Issued;
}

/** A description that is refused. */
export interface Row {
  name: string;
  /** The stack's config, keys without the `wharf:` before them. */
  config: Config | ((place: Place) => Config);
  /** What is set with `pulumi config set --secret --path`, by path. */
  secrets?: Secrets | ((place: Place) => Secrets);
  /** How many problems the first line of the report counts; 1 by default. */
  count?: number;
  /** The report below its first line and the empty one after it. */
  report: string | ((place: Place) => string);
  /** DOCKER_HOST, where it is not the engine with space. */
  dockerHost?: (place: Place) => string;
  /** A command with its arguments that starts the CLI in turn. */
  through?: string[];
}

export type Config = Record<string, unknown>;
export type Secrets = Record<string, string>;
