import { z } from "zod";
import { imageListing, type ListedImage } from "../../components/retention/listing";
import { refusal } from "../failure";

/** A time as AWS's command line prints it: ISO 8601 by version 2, seconds since 1970 by version 1. */
const awsTime = z.union([
  z.string(),
  z.number().transform((seconds) => new Date(seconds * 1000).toISOString()),
]);

/** What `aws ecr describe-images --output json` prints, as far as it is read here (ECR API, ImageDetail). */
const ecrListing = z
  .object({
    imageDetails: z.array(
      z.object({
        repositoryName: z.string(),
        imageDigest: z.string(),
        imageTags: z.array(z.string()).optional(),
        imagePushedAt: awsTime,
        lastRecordedPullTime: awsTime.optional(),
        imageSizeInBytes: z.int().optional(),
        imageManifestMediaType: z.string().optional(),
      }),
    ),
  })
  .transform(({ imageDetails }) =>
    imageDetails.map((image) => ({
      repository: image.repositoryName,
      digest: image.imageDigest,
      tags: image.imageTags ?? [],
      pushedAt: image.imagePushedAt,
      lastPulledAt: image.lastRecordedPullTime ?? null,
      sizeBytes: image.imageSizeInBytes,
      mediaType: image.imageManifestMediaType,
    })),
  );

/** What `gcloud artifacts docker images list --include-tags --format json` prints, as far as it is read here. */
const artifactRegistryListing = z
  .array(
    z.object({
      package: z.string(),
      version: z.string(),
      tags: z.union([z.array(z.string()), z.string()]).optional(),
      createTime: z.string(),
      metadata: z.object({ imageSizeBytes: z.string().optional() }).optional(),
    }),
  )
  .transform((images) =>
    images.map((image) => ({
      // LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE: without host, project and repository.
      repository: image.package.split("/").slice(3).join("/"),
      digest: image.version,
      tags: typeof image.tags === "string" ? image.tags.split(/,\s*/) : (image.tags ?? []),
      pushedAt: image.createTime,
      sizeBytes:
        image.metadata?.imageSizeBytes === undefined
          ? undefined
          : Number(image.metadata.imageSizeBytes),
    })),
  );

/** What `az acr manifest list-metadata` prints of one repository, which it does not name. */
const acrListing = z.array(
  z.object({
    digest: z.string(),
    tags: z.array(z.string()).nullish(),
    createdTime: z.string(),
    imageSize: z.int().optional(),
    mediaType: z.string().optional(),
  }),
);

/**
 * The images in a listing: Wharf's own form, or what the platforms' own commands print.
 * @param text JSON
 * @param repository repository that the images are in, where the listing does not say it
 * @throws Failure where it is none of them
 */
export function readImageListing(text: string, repository: string | undefined): ListedImage[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refusal(`The listing is not JSON: ${(error as Error).message}.`);
  }
  const own = imageListing.safeParse(json);
  if (own.success) return own.data;
  for (const form of [ecrListing, artifactRegistryListing]) {
    const parsed = form.safeParse(json);
    if (parsed.success) return imageListing.parse(parsed.data);
  }
  const acr = acrListing.safeParse(json);
  if (!acr.success) {
    throw refusal(
      `The listing is not in a known form:\n${z.prettifyError(own.error)}\nWhat "aws ecr describe-images", "gcloud artifacts docker images list --include-tags --format json" and "az acr manifest list-metadata" print is accepted as well.`,
    );
  }
  if (repository === undefined) {
    throw refusal("The listing does not name its repository. Add --repository <name>.");
  }
  return imageListing.parse(
    acr.data.map((image) => ({
      repository,
      digest: image.digest,
      tags: image.tags ?? [],
      pushedAt: image.createdTime,
      sizeBytes: image.imageSize,
      mediaType: image.mediaType,
    })),
  );
}
