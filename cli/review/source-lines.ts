import { isMap, isPair, isSeq, LineCounter, parseDocument, type Node, type Pair } from "yaml";
import { project } from "../checkout";

type Path = (string | number)[];

/** Parts of a description that have names which resources carry: by their key, the fields that hold one. */
const named: Record<string, readonly string[]> = {
  repositories: ["name"],
  builds: ["name", "repository"],
  identities: ["name"],
  clusters: ["name"],
  pullThroughCaches: ["name", "upstream"],
  users: ["name"],
};

/** Keys that a resource of a type comes from where nothing of the description has its name. */
const keyOfType: readonly (readonly [type: RegExp, path: Path])[] = [
  [/:kms\/|keyvault|:kms:/, ["encryption"]],
  [/vpcEndpoint|securityGroup/i, ["aws", "network"]],
  [/privateEndpoint|privateDns|privatedns/i, ["azure", "privateEndpoints"]],
  [/registryScanning/i, ["aws", "scanning"]],
  [/codebuild|cloudbuild|:Task$/i, ["builds"]],
  [/:tls|Certificate/, ["tls"]],
  [/docker:index\/network|:Ingress$|:Service$/, ["endpoint"]],
  [/Volume|PersistentVolumeClaim/, ["storage"]],
];

/** Lines of a stack's file by what is in them. */
export class SourceLines {
  private readonly counter = new LineCounter();
  private readonly config: unknown;
  private readonly values: Record<string, unknown>;

  /** @param text what Pulumi.<stack>.yaml holds */
  constructor(text: string) {
    const document = parseDocument(text, { lineCounter: this.counter });
    this.config = document.get("config", true);
    this.values = (document.toJS() as { config?: Record<string, unknown> } | null)?.config ?? {};
  }

  /** The value of a config key such as `wharf:environment`; undefined where the file does not set it. */
  value(key: string): unknown {
    return this.values[key];
  }

  /** Line of a key as the user writes it, `wharf:users[2].name`, or of the nearest part above it that the file has. */
  ofKey(key: string): number {
    const [, own = "", rest = ""] = /^([\w-]+:[^.[\]]+)(.*)$/.exec(key) ?? [];
    const parts = rest.match(/[^.[\]"]+/g) ?? [];
    return this.line([own, ...parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part))]);
  }

  /**
   * Line that a resource comes from: that of the repository, build or the like whose name it carries, the longest name first, else
   * that of the key that its type is for, else the first.
   */
  ofResource(name: string, type: string): number {
    const carried = plain(name);
    const holders = Object.entries(named).flatMap(([key, fields]) => {
      const entries = this.values[`${project}:${key}`];
      if (!Array.isArray(entries)) return [];
      return entries.flatMap((entry: Record<string, unknown>, index) =>
        fields
          .map((field) => plain(String(entry?.[field] ?? "")))
          .filter((text) => text !== "" && `-${carried}-`.includes(`-${text}-`))
          .map((text) => ({ path: [`${project}:${key}`, index] as Path, length: text.length })),
      );
    });
    const [holder] = holders.toSorted((one, other) => other.length - one.length);
    if (holder !== undefined) return this.line(holder.path);
    const [key = "target", ...rest] = keyOfType.find(([pattern]) => pattern.test(type))?.[1] ?? [];
    const own = `${project}:${key}`;
    return this.line(own in this.values ? [own, ...rest] : [`${project}:target`]);
  }

  /** Line of the deepest part of a path that the file has; 1 where it has none. */
  private line(path: Path): number {
    let at = 0;
    let node: unknown = this.config;
    for (const part of path) {
      const found = step(node, part);
      if (found === undefined) break;
      at = found.start;
      node = found.node;
    }
    return at === 0 ? 1 : this.counter.linePos(at).line;
  }
}

/** A part of a mapping or of a list, and where its text starts. */
function step(node: unknown, part: string | number): { start: number; node: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(
      (item): item is Pair<Node, Node> => isPair(item) && String(item.key) === String(part),
    );
    return pair && { start: pair.key.range?.[0] ?? 0, node: pair.value };
  }
  if (!isSeq(node)) return undefined;
  const entry = node.items[Number(part)] as Node | undefined;
  return entry && { start: entry.range?.[0] ?? 0, node: entry };
}

/** A name as resources carry it: a word of letters and digits after the other. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}
