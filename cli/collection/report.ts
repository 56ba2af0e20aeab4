import { z } from "zod";

const time = z.iso.datetime({ offset: true });
const count = z.int().min(0);

/** What a run of the collection did, or would do, as the registry says it (offline/go/distribution/collection/report.go); sizes in bytes. */
export const report = z.object({
  id: z.string(),
  by: z.string(),
  dryRun: z.boolean(),
  startedAt: time,
  finishedAt: time.optional(),
  /** Why it ended before its end. */
  problem: z.string().optional(),
  /** Whether the problem is the share of images that would be deleted. */
  tooMuch: z.boolean().optional(),
  readOnlySeconds: count,
  repositories: z.array(
    z.object({
      name: z.string(),
      images: count,
      expired: count,
      deleted: count,
      inUse: count,
      freedBytes: count,
      heldBack: z.string().optional(),
    }),
  ),
  expired: z.array(
    z.object({
      repository: z.string(),
      digest: z.string(),
      tags: z.array(z.string()),
      rule: z.string(),
      why: z.string(),
    }),
  ),
  blobs: count,
  deletedBlobs: count,
  freedBytes: count,
  waitingBlobs: count,
  waitingBytes: count,
  removedLinks: count,
  /** When the grace period after the start of the registry ends; nothing is deleted before. */
  waitsUntil: time.optional(),
  /** Manifests whose content is gone from the store. */
  broken: z.array(z.string()).optional(),
});

/** A report of the collection. */
export type Report = z.output<typeof report>;

/** What a registry says of its collections. */
export const collectionStatus = z.object({
  /** What is wrong with its rules; empty where they are valid. */
  rules: z.string(),
  schedule: z.string(),
  next: time.nullable(),
  running: z.string().nullable(),
  /** The run that ended last. */
  last: report.nullable(),
  /** The dry run that ended last; a registry of an earlier Wharf has it under `last`. */
  planned: report.nullish(),
});

/** What a registry says of its collections. */
export type CollectionStatus = z.output<typeof collectionStatus>;
