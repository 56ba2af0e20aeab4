import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { writeNew } from "../../offline/whole-file";
import { project as wharfProject } from "../checkout";

/**
 * Version of the layout in which a directory holds the states of stacks by their projects, `.pulumi/stacks/<project>/<stack>.json`
 * (pkg/backend/diy/meta.go of Pulumi). An older one has no version, and only the engine reads it.
 */
const layout = 1;

/** Version of a state's file (CheckpointV3 in Pulumi's sdk/go/common/apitype). */
const version = 3;

/** A state's file, as far as it is read here. */
interface Checkpoint {
  version: number;
  checkpoint: { latest?: unknown };
}

const metaOf = (directory: string) => path.join(directory, ".pulumi", "meta.yaml");

/** The file of a state, of which a backend may keep a compressed form. */
const stateFile = /([^/\\]+)\.json(\.gz|\.zst)?$/;

/** Names of all stacks whose states a directory holds, of whatever project and layout. */
export function allStacksIn(directory: string): string[] {
  const stacks = path.join(directory, ".pulumi", "stacks");
  if (!existsSync(stacks)) return [];
  const files = readdirSync(stacks, { recursive: true, encoding: "utf8" });
  return files.flatMap((file) => stateFile.exec(file)?.[1] ?? []);
}

/**
 * The states of a project's stacks that a directory holds as Pulumi's file backend, read without the engine: each command of it takes an
 * eighth of a second of processor time. What is read are whole files, since the engine renames each into its place.
 */
export class StateFiles {
  private readonly place: string;

  private constructor(
    directory: string,
    private readonly project: string,
  ) {
    this.place = path.join(directory, ".pulumi", "stacks", project);
  }

  /** Those of a directory, of Wharf's own project where no other is named; undefined where it has a layout that is not known here. */
  static in(directory: string, project = wharfProject): StateFiles | undefined {
    const meta = metaOf(directory);
    const isEmpty = existsSync(directory) && !existsSync(path.dirname(meta));
    if (isEmpty) return new StateFiles(directory, project);
    if (!existsSync(meta)) return undefined;
    const found = /^version: (\d+)\s*$/.exec(readFileSync(meta, "utf8"))?.[1];
    return Number(found) === layout ? new StateFiles(directory, project) : undefined;
  }

  /** Those of a directory that may be empty still; undefined where it holds something else. */
  static begunIn(directory: string, project = wharfProject): StateFiles | undefined {
    const bookkeeping = path.dirname(metaOf(directory));
    if (existsSync(directory) && !existsSync(bookkeeping)) {
      mkdirSync(bookkeeping, { recursive: true });
      writeNew(metaOf(directory), `version: ${layout}\n`, usualMode());
    }
    return StateFiles.in(directory, project);
  }

  /** Names of the stacks, in the order of the alphabet. */
  get stacks(): string[] {
    if (!existsSync(this.place)) return [];
    return readdirSync(this.place)
      .flatMap((file) => stateFile.exec(file)?.[1] ?? [])
      .sort();
  }

  /** What `pulumi stack export` calls the deployment of a stack, its secrets encrypted; undefined where only the engine can read it. */
  deploymentOf(stack: string): { deployment: unknown } | undefined {
    const file = path.join(this.place, `${stack}.json`);
    // One that is compressed takes its place.
    if (!existsSync(file) || this.stacks.filter((one) => one === stack).length > 1)
      return undefined;
    try {
      const read = JSON.parse(readFileSync(file, "utf8")) as Checkpoint;
      if (read.version !== version) return undefined;
      return { deployment: read.checkpoint.latest ?? null };
    } catch {
      // The engine says what is wrong with it.
      return undefined;
    }
  }

  /** Adds a stack without resources; false where there is one of the name. */
  add(stack: string): boolean {
    if (this.stacks.includes(stack)) return false;
    mkdirSync(this.place, { recursive: true });
    // With no deployment at all the engine ends where a program asks for the stack's own state.
    const latest = { manifest: { time: new Date().toISOString(), magic: "", version: "" } };
    const id = `organization/${this.project}/${stack}`;
    const empty = { version, checkpoint: { stack: id, latest } };
    return writeNew(path.join(this.place, `${stack}.json`), JSON.stringify(empty), usualMode());
  }
}

/** Mode of a file that the engine writes: others who share the directory read it. */
function usualMode(): number {
  return 0o666 & ~process.umask();
}
