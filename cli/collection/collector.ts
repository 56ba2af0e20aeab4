import { scheduler } from "node:timers/promises";
import { z } from "zod";
import { imageListing, type ListedImage } from "../../components/retention/listing";
import { Failure } from "../failure";
import {
  limits,
  parsed,
  RegistryFailure,
  type Answer,
  type Limits,
} from "../registry/registry-api";
import { type AskedEngine, registryApi } from "../registry/registry-contents";
import type { StackOutputs } from "../stack/outputs";
import { collectionStatus, type CollectionStatus, type Report } from "./report";

/** Where the registry's program is asked (offline/go/distribution/collection/http.go). */
const paths = { runs: "/v2/_wharf/collection", images: "/v2/_wharf/images" } as const;

/** A collection reads every manifest of the registry, and a listing holds every image. */
const patient: Limits = {
  ...limits,
  answerMs: 600_000,
  totalMs: 24 * 3_600_000,
  bodyBytes: 2 ** 28,
  totalBytes: 2 ** 32,
};

/** How often a run is asked whether it has ended, in milliseconds. */
const askEveryMs = 500;

/** What is asked of a run. */
export interface CollectionRequest {
  /** Whether it only says what would go. */
  dryRun: boolean;
  /** Digests of images that containers run. */
  running: string[];
  /** Whether it deletes whatever share of the images the rules name. */
  overLimit: boolean;
}

const refused = z.object({ errors: z.array(z.object({ message: z.string() })).min(1) });

/** What the registry says against a request, as a sentence. */
function saying({ url, body, status }: Answer): string {
  try {
    return parsed({ url, body }, refused)
      .errors.map(({ message }) => message)
      .join("; ");
  } catch {
    return `it answered ${status}`;
  }
}

/**
 * Runs a collection in the registry and waits for its end.
 * @throws Failure where the registry does not collect, or its rules are wrong
 * @throws RegistryFailure where it does not answer
 */
export async function runCollection(
  outputs: StackOutputs,
  engine: AskedEngine,
  request: CollectionRequest,
): Promise<Report> {
  const api = registryApi(outputs, engine, patient);
  try {
    const begun = await api.send("POST", paths.runs, { body: JSON.stringify(request) });
    if (begun.status === 404) throw new Failure(notCollecting);
    if (begun.status !== 202) throw new Failure(`The registry does not collect: ${saying(begun)}.`);
    const { id } = parsed(begun, z.object({ id: z.string() }));
    for (;;) {
      const { running, last, planned } = parsed(await api.get(paths.runs), collectionStatus);
      const ended = [last, planned].find((one) => one?.id === id);
      if (ended) return ended;
      if (running !== id) {
        throw new RegistryFailure(
          "The registry was started again during the collection, which is not done. Nothing is lost; run it again.",
        );
      }
      await scheduler.wait(askEveryMs);
    }
  } finally {
    await api.close();
  }
}

/**
 * What a registry says of its collections, those of its schedule as well.
 * @throws Failure where the registry does not collect
 * @throws RegistryFailure where it does not answer
 */
export async function askCollections(
  outputs: StackOutputs,
  engine: AskedEngine,
): Promise<CollectionStatus> {
  const api = registryApi(outputs, engine, limits);
  try {
    const answer = await api.send("GET", paths.runs);
    if (answer.status === 404) throw new Failure(notCollecting);
    if (answer.status !== 200) {
      throw new Failure(`The registry does not tell of its collections: ${saying(answer)}.`);
    }
    return parsed(answer, collectionStatus);
  } finally {
    await api.close();
  }
}

/** Why a stack's registry has nothing to run. */
export const notCollecting =
  "The registry of this stack deletes nothing by itself: wharf:retention was not set at its last up.";

/** Every image of a registry that collects, those without a tag as well; undefined where it does not. */
export async function collectorListing(
  outputs: StackOutputs,
  engine: AskedEngine,
): Promise<ListedImage[] | undefined> {
  const api = registryApi(outputs, engine, patient);
  try {
    const answer = await api.send("GET", paths.images);
    if (answer.status !== 200) return undefined;
    return parsed(answer, imageListing);
  } finally {
    await api.close();
  }
}
