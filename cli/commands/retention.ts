import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { withRepositoryDefaults } from "../../components/model/defaults";
import { Target } from "../../components/model/environment";
import type { ListedImage, Verdict } from "../../components/retention/listing";
import { shortDigest } from "../../components/retention/listing";
import { previewRetention } from "../../components/retention/preview";
import { retentionOf, retentionSettings } from "../../components/model/retention";
import { noteCertificate } from "../certificates/certificate-end";
import { partOf } from "../stack/description";
import { refusal } from "../failure";
import { collectorListing } from "../collection/collector";
import { readImageListing } from "../registry/image-listing";
import { askedEngine, registryListing } from "../registry/registry-contents";
import { readOpenOutputs } from "../stack/outputs";
import { Session, type CommonOptions } from "../ui/session";
import { command, describingFile, openStack } from "../stack/stack";
import { terminalTable } from "../ui/table";

/** Options of `wharf retention`. */
export interface RetentionOptions extends CommonOptions {
  /** File that lists images; `-` reads standard input. Not given: the images of the stack's own registry. */
  listing?: string;
  /** Repository that the listing is of, where it does not say it. */
  repository?: string;
  /** File with a block of retention rules, in place of the stack's. */
  rules?: string;
}

/** `wharf retention`: which images the rules would delete or archive, by which rule and why. Changes nothing. */
export async function retention(options: RetentionOptions): Promise<void> {
  const session = new Session(options, { asks: true });
  const file = describingFile(options.stack);
  const parsed = partOf(file.config, [
    ...(["target", "environment", "repositories", "retention"] as const),
    ...(["immutableTags", "scan"] as const),
  ]);
  if (parsed === undefined) {
    throw refusal(
      `The description of stack ${options.stack} is wrong. This lists the problems: ${command("preview", options.stack)}`,
    );
  }
  const { target, environment, retention: common } = parsed;
  const repositories = parsed.repositories.map((one) => withRepositoryDefaults(one, parsed));
  const given = options.rules === undefined ? undefined : readRules(options.rules);
  const rulesOf = (repository: string) =>
    given === undefined
      ? (repositories.find(({ name }) => name === repository)?.retention ??
        retentionOf(environment, common))
      : retentionOf(environment, given);
  const { images, isWhole } =
    options.listing === undefined
      ? await ownImages(target, options, session)
      : {
          images: readImageListing(
            readFileSync(options.listing === "-" ? 0 : options.listing, "utf8"),
            options.repository,
          ),
          isWhole: true,
        };
  const verdicts = previewRetention(images, rulesOf, target, new Date(), {
    premium: false,
    softDelete: false,
    immutableTags: (repository) =>
      repositories.find(({ name }) => name === repository)?.immutableTags.enabled ?? false,
  });
  session.print(report(verdicts, images));
  if (!isWhole) {
    session.print(
      "Images without a tag are not listed: the registry cannot list them. It does not know either when an image was pushed, so its age is counted from when it was built.",
    );
  }
  session.answer(verdicts);
}

function readRules(path: string) {
  const parsed = retentionSettings.safeParse(parse(readFileSync(path, "utf8")));
  if (parsed.success) return parsed.data;
  throw refusal(`${path} has no retention rules:\n${z.prettifyError(parsed.error)}`);
}

/** What the registry of a stack holds. */
interface OwnImages {
  images: ListedImage[];
  /** Whether those without a tag are among them, with the times of their pushes and pulls. */
  isWhole: boolean;
}

/** The images of the registry that the stack runs. */
async function ownImages(
  target: Target,
  { stack }: RetentionOptions,
  session: Session,
): Promise<OwnImages> {
  const commands: Partial<Record<Target, string>> = {
    aws: "aws ecr describe-images --repository-name NAME",
    gcp: "gcloud artifacts docker images list ADDRESS --include-tags --format json",
    azure: "az acr manifest list-metadata --registry REGISTRY --name NAME",
  };
  const listed = commands[target];
  if (listed !== undefined) {
    throw refusal(
      `Give the images to look at: ${listed} | ${command("retention --listing -", stack)}`,
    );
  }
  const outputs = await readOpenOutputs(await openStack(stack, session.progress));
  session.noteExpiry(outputs.expiresAt);
  await noteCertificate(session, outputs);
  const engine = askedEngine(describingFile(stack).config);
  const collected =
    (outputs.tokenSigningKey ?? "") === "" ? undefined : await collectorListing(outputs, engine);
  return {
    images: collected ?? (await registryListing(outputs, engine)),
    isWhole: collected !== undefined,
  };
}

function report(verdicts: Verdict[], images: ListedImage[]): string {
  if (verdicts.length === 0) return "There are no images.";
  const rows = verdicts.map(({ repository, digest, tags, outcome, why }) => [
    repository,
    tags.join(", ") || shortDigest(digest),
    outcome,
    why,
  ]);
  const leaving = verdicts.filter(({ outcome }) => outcome !== "keep");
  const bytes = leaving
    .map(({ digest }) => images.find((image) => image.digest === digest)?.sizeBytes ?? 0)
    .reduce((sum, size) => sum + size, 0);
  const count = (outcome: Verdict["outcome"]) =>
    verdicts.filter((verdict) => verdict.outcome === outcome).length;
  return [
    terminalTable(["repository", "image", "", "why"], rows),
    "",
    `${count("keep")} stay, ${count("delete")} would be deleted, ${count("archive")} archived${bytes === 0 ? "" : ` (${(bytes / 1e6).toFixed(1)} MB)`}. Nothing was changed.`,
  ].join("\n");
}
