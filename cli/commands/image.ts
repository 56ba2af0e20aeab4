import { existsSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { isBlock } from "../../components/core/fields";
import { nothingChanged } from "../../components/core/problems";
import { selfHosted } from "../../components/model/environment";
import { imageArchive } from "../../offline/images/image-archive";
import { goArchitecture, wharfRegistry, registryImage } from "../../offline/images/registry-image";
import { refusal } from "../failure";
import { loadInto, nodesFor } from "../images/cluster-nodes";
import { architectures, type Architecture } from "../images/platforms";
import { destination } from "../images/destination";
import { pushImage } from "../images/pushed-image";
import { removeScratch, scratchDirectory } from "../scratch";
import { partOf } from "../stack/description";
import { command, describingFile } from "../stack/stack";
import { StackFile } from "../stack/stack-file";
import { Session, type CommonOptions } from "../ui/session";

/** Options of `wharf image publish`. */
interface PublishOptions extends CommonOptions {
  /** `HOST/NAME` or `HOST/NAME:TAG`. */
  to: string;
  /** Defaults to all that it can be built for. */
  platform?: Architecture[];
  /** File with the CA of that registry, PEM. */
  ca?: string;
}

/** Options of `wharf image load`. */
interface LoadOptions extends CommonOptions {
  /** What the nodes run on; by the kubeconfig where not given. */
  into?: string;
  /** Name of a kind or k3d cluster. */
  cluster?: string;
  /** Defaults to this machine's. */
  platform?: Architecture;
}

const [, version = ""] = wharfRegistry.reference.split(":");

/**
 * `wharf image publish`: builds the registry's image, pushes it, and has the stack run what was pushed, by its digest. Nothing is
 * deployed.
 * @throws Failure where the destination is wrong, before anything is built, and where the registry refuses the push
 */
export async function publish({ to, platform, ca, ...options }: PublishOptions): Promise<void> {
  const session = new Session(options);
  const file = selfHostedStack(options.stack);
  const at = destination(to, version);
  if (ca !== undefined && !existsSync(ca)) {
    throw refusal(`--ca: there is no file ${ca}. ${nothingChanged}`);
  }
  const images = [];
  for (const architecture of new Set(platform ?? architectures)) {
    session.progress.start("image", `for linux/${architecture}`);
    images.push(await registryImage(architecture, session.progress));
  }
  const digest = await pushImage(images, at, session.progress, ca && path.resolve(ca));
  const reference = `${at.host}/${at.name}:${at.tag}@${digest}`;
  session.progress.done("push", `${at.host}/${at.name}:${at.tag}`);
  runs(file, options.stack, reference, session);
}

/**
 * `wharf image load`: builds the registry's image, loads it into the nodes of a local cluster, and has the stack run it. Nothing is
 * deployed.
 * @throws Failure where the nodes cannot be found, before anything is built, and where loading fails
 */
export async function load({ into, cluster, platform, ...options }: LoadOptions): Promise<void> {
  const session = new Session(options);
  const file = selfHostedStack(options.stack);
  const nodes = nodesFor(into, cluster, file.config);
  const scratch = scratchDirectory("image");
  try {
    const archive = path.join(scratch, "image.tar");
    await writeArchive(archive, platform, session);
    session.progress.start("load", `into ${nodes.name}`);
    await loadInto(nodes, archive);
    session.progress.done("load", `${wharfRegistry.reference} into ${nodes.name}`);
  } finally {
    removeScratch(scratch);
  }
  runs(file, options.stack, wharfRegistry.reference, session);
}

/** `wharf image save`: builds the registry's image and writes it to a file, all at once. */
export async function save(
  file: string,
  { platform, json }: Pick<LoadOptions, "platform" | "json">,
): Promise<void> {
  const session = new Session({ stack: "", json });
  const target = path.resolve(file);
  if (!existsSync(path.dirname(target))) {
    throw refusal(`There is no directory ${path.dirname(target)}. ${nothingChanged}`);
  }
  await writeArchive(target, platform, session);
  session.progress.done("image", `${wharfRegistry.reference} in ${file}`);
  session.print(
    `Load it with: docker load --input ${file}\nor on a node:  ctr --namespace k8s.io images import ${file}`,
  );
  session.answer({ image: wharfRegistry.reference, file: target });
}

async function writeArchive(
  file: string,
  platform: Architecture | undefined,
  { progress }: Session,
): Promise<void> {
  const architecture = platform ?? goArchitecture(process.arch);
  progress.start("image", `for linux/${architecture}`);
  const part = `${file}.part`;
  try {
    await writeFile(part, await imageArchive(await registryImage(architecture, progress)));
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}

/**
 * The file of a stack that runs a registry of its own.
 * @throws Failure where there is none, or a platform runs the registry
 */
function selfHostedStack(stack: string): StackFile {
  const file = describingFile(stack);
  const target = partOf(file.config, ["target"])?.target;
  if (target === undefined || selfHosted.includes(target)) return file;
  throw refusal(
    `Stack ${stack} has the target ${target}, which runs no registry image: wharf:images is for docker and kubernetes. ${nothingChanged}`,
  );
}

/** Has a stack's description name the image. */
function runs(file: StackFile, stack: string, reference: string, session: Session): void {
  const own = file.config.own["wharf:images"];
  const before = isBlock(own) ? own : {};
  file.assign("wharf:images", { ...before, registry: reference });
  session.print(
    `Pulumi.${stack}.yaml now says wharf:images.registry: ${reference}\nDeploy it with: ${command("up", stack)}`,
  );
  session.answer({ stack, image: reference });
}
