import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { propertyDiff, typeOf } from "../provider";
import { Unknown, type Values } from "../values";
import { compareObjects, isIgnored } from "./diff";
import { checkObject, named, normalized, readType, type Autonaming, type Type } from "./inputs";
import type { Log } from "./log";
import { annotation, at, textAt, withMetadata } from "./objects";
import type { Session } from "./session";
import { readCheckpoint, readObject, writeObject } from "./state";
import { waitForOf } from "./wait-for";
import { job } from "./workloads";

/** What every request is answered with. */
export interface Serving {
  session: Session;
  log: Log;
  /** Aborts when the user interrupts. */
  signal: AbortSignal;
}

/** What a request's resource type says. @throws {Error} where only the official plugin has it */
export function typeFor(request: { getUrn(): string }, inputs: Values): Type {
  const type = typeOf(request.getUrn());
  const [, groupVersion = ""] = type.split(":");
  if (!groupVersion.includes("/") || groupVersion.startsWith("helm.sh/")) {
    throw new Error(
      `The built-in stand-in for the kubernetes plugin has no resource of type ${type}. ` +
        `Install the official plugin: pulumi plugin install resource kubernetes`,
    );
  }
  return readType(type, textAt(inputs, "kind"));
}

/** Completes the inputs with a name and a namespace, writes them as the API server does, and refuses what cannot be right. */
export async function check(
  { session, log }: Serving,
  request: proto.CheckRequest,
): Promise<proto.CheckResponse> {
  const given = readObject(request.getNews());
  const type = typeFor(request, given);
  const failures = checkObject(given, type);
  const response = new proto.CheckResponse().setFailuresList(
    failures.map(({ property, reason }) =>
      new proto.CheckFailure().setProperty(property).setReason(reason),
    ),
  );
  if (failures.length > 0) return response.setInputs(request.getNews());
  waitForOf(given);
  const olds = readObject(request.getOlds());
  const inputs = { ...given, apiVersion: type.apiVersion, kind: type.kind };
  const complete = type.isPatch ? inputs : named(inputs, olds, ...naming(request));
  await session.warnOnce(log);
  const placed = await placedIn(session, complete);
  return response.setInputs(writeObject(normalized(placed), request.getNews()));
}

function naming(request: proto.CheckRequest): [string, Autonaming] {
  const autonaming = request.getAutonaming();
  const { DISABLE } = proto.CheckRequest.AutonamingOptions.Mode;
  const disabled = autonaming?.getMode() === DISABLE;
  const seed = request.getRandomseed_asU8();
  const resourceName = request.getUrn().split("::").pop() ?? "";
  return [resourceName, { proposed: autonaming?.getProposedName(), disabled, seed }];
}

// What is not served yet, such as a kind whose definition comes with this very run, is taken to live in a namespace.
async function placedIn(session: Session, inputs: Values): Promise<Values> {
  const metadata = at(inputs, "metadata");
  if (!session.namespace || metadata === Unknown || at(metadata, "namespace") !== undefined) {
    return inputs;
  }
  const isReachable = (await session.unreachable()) === undefined;
  const served =
    isReachable &&
    (await (
      await session.reached()
    ).discovery.find(textAt(inputs, "apiVersion"), textAt(inputs, "kind")));
  return served && !served.namespaced
    ? inputs
    : withMetadata(inputs, { namespace: session.namespace });
}

/** Compares what the program asks for with the object as it was last seen. */
export async function diff(
  serving: Serving,
  request: proto.DiffRequest,
): Promise<proto.DiffResponse> {
  const checkpoint = readCheckpoint(request.getOlds());
  const inputs = readObject(request.getNews());
  const { isPatch } = typeFor(request, inputs);
  const { settings } = serving.session;
  const changes = compareObjects(checkpoint, inputs, isPatch, settings);
  const ignored = request.getIgnorechangesList();
  const entries = [...changes.byPath].filter(([path]) => !isIgnored(path, ignored));
  const replaces = entries.filter(([, change]) => change.replaces).map(([path]) => path);
  if (await mustRunAgain(serving, checkpoint.live, inputs)) {
    replaces.push('metadata.annotations["pulumi.com/replaceUnready"]');
  }
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(entries.length + replaces.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList(entries.map(([path]) => path))
    .setReplacesList(replaces)
    .setDeletebeforereplace(replaces.length > 0 && changes.mustDeleteFirst)
    .setHasdetaileddiff(true);
  for (const [path, change] of entries) {
    response.getDetaileddiffMap().set(path, propertyDiff(change));
  }
  return response;
}

// A Job that has not succeeded is replaced where the program says so, although nothing in it changed.
async function mustRunAgain({ session }: Serving, live: Values, inputs: Values): Promise<boolean> {
  if (annotation(inputs, "pulumi.com/replaceUnready") !== "true") return false;
  if (textAt(inputs, "kind") !== "Job" || (await session.unreachable()) !== undefined) return false;
  const found = await (await session.reached()).find(live);
  return found !== undefined && job(found, []).state !== "ready";
}
