import type { Problem } from "../../components/core/problems";
import { matchesPattern } from "../../components/model/tag-patterns";
import { terminalTable } from "../ui/table";
import type { CopiedTag, CopierEvent, CopyFailure, Sums } from "./copier";
import { mostTold } from "./repositories";
import type { Side } from "./sides";

/** What to do with a tag that the target has with another digest. */
export type Existing = "move" | "keep";

/** A number of bytes as people read it, decimal as Docker shows sizes. */
export function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}

/** How far a copy is. */
export function progressLine({ done, of, sent }: CopierEvent, expected: Sums | undefined): string {
  return `${done} of ${of} images, ${size(sent?.bytes ?? 0)} of ${size(expected?.bytes ?? 0)} sent`;
}

/** Problems of one kind: the first ones, and how many more there are. */
function atMost(problems: Problem[]): Problem[] {
  const more = problems.length - mostTold;
  const [first] = problems;
  if (more <= 0 || first === undefined) return problems;
  return [
    ...problems.slice(0, mostTold),
    { key: "…", message: `and ${more} more like these`, fix: first.fix },
  ];
}

const toRegistry: Partial<Record<CopyFailure["kind"], string>> = {
  denied: "this login may not push there",
  missing: "the target has no such repository, and does not create it on push",
  readonly: "the target is read-only",
};

/** Why a plan cannot be carried out: what the target does not take, and tags that it has with another digest. */
export function planProblems(
  { failures, tags }: CopierEvent,
  to: Side,
  existing: Existing | undefined,
): Problem[] {
  const refused = failures
    .filter(({ side }) => side === "to")
    .map(({ kind, repository = "", text }) => ({
      key: repository,
      message: `${toRegistry[kind] ?? "the target does not take a push"}: ${text}`,
    }));
  const moving = tags.filter(({ referrers, state }) => state === "other" && !referrers);
  const conflicts = existing === "keep" ? [] : moving.flatMap((tag) => conflict(tag, to, existing));
  return [...atMost(refused), ...atMost(conflicts)];
}

/** The problem of a tag that the target has with another digest, where it cannot be moved or nobody said to. */
function conflict(
  { from, tag, to: name }: CopiedTag,
  to: Side,
  existing: Existing | undefined,
): Problem[] {
  const key = `${from}:${tag}`;
  const immutable = isImmutable(to, from, tag);
  if (existing === "move" && !immutable) return [];
  return [
    {
      key,
      message: `${immutable ? "is immutable" : "exists"} in ${to.name} with another digest${name === from ? "" : `, as ${name}:${tag}`}`,
      fix: immutable
        ? "--existing keep leaves such tags as they are in the target"
        : "--existing move moves such tags to the image of the source, --existing keep leaves them",
    },
  ];
}

/** Whether the description of a stack makes a tag immutable. */
function isImmutable({ stack }: Side, repository: string, tag: string): boolean {
  const found = stack?.description?.repositories.find(({ name }) => name === repository);
  const { enabled = false, except = [] } = found?.immutableTags ?? {};
  return enabled && !except.some((pattern) => matchesPattern(pattern, tag));
}

/** A repository of a summary, its images counted by what became of them. */
export interface CopiedRepository {
  /** Name in the source. */
  from: string;
  /** Name in the target. */
  to: string;
  images: number;
  /** Signatures, attestations and lists of referrers, counted in none of the other numbers. */
  signatures: number;
  /** Copied, or to be copied. */
  copied: number;
  /** Already there with the same digest. */
  same: number;
  /** Left as they are in the target, with another digest. */
  kept: number;
  failed: number;
  /** Bytes of layers that were sent. */
  bytes: number;
}

/** The repositories of a plan, or of what a copy has done. */
export function repositoriesOf(
  { bytes, failures, tags }: CopierEvent,
  existing: Existing | undefined,
): CopiedRepository[] {
  const found = new Map<string, CopiedRepository>();
  const broken = new Set(failures.map(({ repository, tag }) => `${repository}:${tag}`));
  for (const tag of tags) {
    const { from, to } = tag;
    const none = { images: 0, signatures: 0, copied: 0, same: 0, kept: 0, failed: 0 };
    const row = found.get(from) ?? { from, to, ...none, bytes: bytes[from] ?? 0 };
    found.set(from, row);
    if (tag.signature) {
      row.signatures++;
      continue;
    }
    row.images++;
    row[tag.outcome ?? expectedOutcome(tag, broken, existing)]++;
  }
  return [...found.values()];
}

function expectedOutcome(
  { from, state, tag }: CopiedTag,
  broken: Set<string>,
  existing: Existing | undefined,
): NonNullable<CopiedTag["outcome"]> {
  if (broken.has(`${from}:${tag}`)) return "failed";
  if (state === "same") return "same";
  return state === "other" && existing === "keep" ? "kept" : "copied";
}

/** The summary, or with `dry` what would be done. */
export function summary(
  repositories: CopiedRepository[],
  sent: Sums,
  { dry, seconds }: { dry: boolean; seconds: number },
): string {
  const rows = repositories.map((one) => [
    one.from === one.to ? one.from : `${one.from} → ${one.to}`,
    ...[one.images, one.signatures, one.copied, one.same, one.kept, one.failed].map(String),
    dry ? "" : size(one.bytes),
  ]);
  const table = terminalTable(
    [
      "Repository",
      "Images",
      "Signatures",
      dry ? "To copy" : "Copied",
      "Same",
      "Kept",
      "Failed",
      "Sent",
    ],
    rows,
  );
  const { blobs, bytes, existing, manifests, mounted } = sent;
  const layers = `${blobs} ${blobs === 1 ? "layer or configuration" : "layers and configurations"} (${size(bytes)})`;
  if (dry) {
    return `${table}\n\nUp to ${layers} and ${manifests} manifests would be sent. Nothing was sent.`;
  }
  const saved = [
    mounted === 0 ? "" : `${mounted} were mounted from another repository of the target`,
    existing === 0 ? "" : `${existing} were there already`,
  ].filter((part) => part !== "");
  return `${table}\n\nSent ${layers} and ${manifests} manifests in ${seconds.toFixed(1)} s${saved.length === 0 ? "" : `; ${saved.join(", ")}`}.`;
}

const reasons: Partial<Record<CopyFailure["kind"], string>> = {
  denied: "the login may not do this",
  missing: "not found",
  limited: "the registry limits requests, and did not let this one through in ten tries",
  unreachable: "the connection failed",
};

/** What failed, a line each. */
export function failureLines(failures: CopyFailure[]): string[] {
  return failures.map(({ kind, repository, tag, text }) => {
    const where = tag === undefined ? repository : `${repository}:${tag}`;
    const reason = reasons[kind];
    return `  ${where}  ${reason === undefined ? "" : `${reason}: `}${text}`;
  });
}
