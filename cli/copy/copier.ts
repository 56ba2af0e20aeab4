import { z } from "zod";
import { AskedProgram } from "../asked-program";

/** A registry as the copier is told of it. */
export interface CopiedRegistry {
  /** `host:port`, as in an image's name. */
  host: string;
  /** Whether it speaks HTTP without TLS. The copier finds that out of an address of this machine. */
  plain: boolean;
  /** CA of its certificate, PEM; empty where the system's, or those in /etc/docker/certs.d, do. */
  ca: string;
  /** Name and password. Without a name the login is that of Docker's config. */
  user?: string;
  password?: string;
  /** File with Docker's logins; that of DOCKER_CONFIG or ~/.docker where not given. */
  dockerConfig?: string;
}

/** A repository of the source, and its name in the target. */
export interface RepositoryPair {
  from: string;
  to: string;
}

const failure = z.object({
  /** Which of the two registries it is of. */
  side: z.enum(["from", "to"]).optional(),
  repository: z.string().optional(),
  tag: z.string().optional(),
  kind: z.enum(["login", "denied", "missing", "readonly", "limited", "unreachable", "other"]),
  /** What the registry says, or the connection to it. */
  text: z.string(),
});

/** What went wrong, by the copier. */
export type CopyFailure = z.output<typeof failure>;

const tag = z.object({
  /** Name in the source. */
  from: z.string(),
  to: z.string(),
  tag: z.string(),
  digest: z.string(),
  /** What the target has under the tag. */
  state: z.enum(["missing", "same", "other"]),
  /** Whether it is the tag of a signature, an attestation or a list of referrers. */
  signature: z.boolean().default(false),
  /** Whether it is a list of referrers, which is added to. */
  referrers: z.boolean().default(false),
  /** What became of it, at the end. */
  outcome: z.enum(["copied", "same", "kept", "failed"]).optional(),
});

/** A tag of the source. */
export type CopiedTag = z.output<typeof tag>;

const sums = z.object({
  manifests: z.number(),
  /** Layers and configurations. */
  blobs: z.number(),
  bytes: z.number(),
  /** Blobs that the target took over from another of its repositories. */
  mounted: z.number(),
  /** Blobs that the target had, though not their image. */
  existing: z.number(),
});

/** What was sent, or is to be sent. */
export type Sums = z.output<typeof sums>;

const event = z.object({
  event: z.enum(["failed", "repositories", "looking", "plan", "progress", "done"]),
  names: z.array(z.string()).default([]),
  failures: z.array(failure).default([]),
  tags: z.array(tag).default([]),
  expected: sums.optional(),
  done: z.number().default(0),
  of: z.number().default(0),
  sent: sums.optional(),
  /** Bytes sent by repository of the source. */
  bytes: z.record(z.string(), z.number()).default({}),
});

/** A line of the copier's. */
export type CopierEvent = z.output<typeof event>;

/** The program that copies, `offline/go/copier`. */
export type Copier = AskedProgram<CopierEvent>;

/** @param program its path */
export function startCopier(program: string): Copier {
  const again = "what was copied is not sent again";
  return new AskedProgram(program, event, { name: "The copier", again });
}
