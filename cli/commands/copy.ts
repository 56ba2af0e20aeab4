import { DescriptionError, type Problem } from "../../components/core/problems";
import { copierProgram } from "../../offline/programs";
import { startCopier, type Copier, type CopierEvent } from "../copy/copier";
import {
  type Existing,
  failureLines,
  planProblems,
  progressLine,
  repositoriesOf,
  summary,
} from "../copy/report";
import { areNames, chosen, described, paired, patternProblems } from "../copy/repositories";
import { sidesOf, type Side } from "../copy/sides";
import { ExitCode, Failure } from "../failure";
import { Session } from "../ui/session";

/** Options of `wharf copy`. */
export interface CopyOptions {
  /** Names or patterns of repositories; all where not given. */
  repository?: string[];
  /** What to do with tags that the target has with another digest; refused where not given. */
  existing?: Existing;
  /** Requests that each registry gets at the same time. */
  parallel: number;
  /** Tells what would be sent, and sends nothing. */
  dryRun?: boolean;
  json?: boolean;
}

/**
 * `wharf copy`: copies images from one registry to another, with their digests, all platforms of an index, signatures and other
 * referrers. What the target has is not sent again, so that a copy that was stopped goes on where it was.
 * @throws DescriptionError with all that is wrong, before anything is sent
 */
export async function copy(from: string, to: string, options: CopyOptions): Promise<void> {
  const session = new Session({ ...options, stack: "" });
  const { progress } = session;
  const patterns = options.repository ?? [];
  const sides = await sidesOf(from, to, progress);
  refuse([...("problems" in sides ? sides.problems : []), ...patternProblems(patterns)]);
  if ("problems" in sides) return;
  const copier = startCopier(await copierProgram(progress));
  try {
    await copyBetween(sides, copier, patterns, session, options);
  } finally {
    progress.clear();
    copier.close();
  }
}

function refuse(problems: Problem[]): void {
  if (problems.length > 0) throw new DescriptionError("This copy", problems);
}

async function copyBetween(
  { from, to }: { from: Side; to: Side },
  copier: Copier,
  patterns: string[],
  session: Session,
  { dryRun: dry = false, existing, parallel }: CopyOptions,
): Promise<void> {
  const { progress } = session;
  const own = from.stack && described(from.stack);
  progress.start("copy", `asking ${from.registry.host} and ${to.registry.host}`);
  const open = { from: from.registry, to: to.registry, parallel, list: own === undefined };
  const listed = await copier.ask(open, "repositories");
  if (listed.event === "failed") throw unreached(listed, from, to);
  const [unlisted] = listed.failures;
  if (unlisted !== undefined && !areNames(patterns)) {
    throw new Failure(
      `${from.name} does not list its repositories: ${unlisted.text}\nName each one: --repository shop/api --repository shop/web`,
    );
  }
  const inPrefix = listed.names.filter((name) => name.startsWith(from.prefix));
  const names = own ?? inPrefix.map((name) => name.slice(from.prefix.length));
  const choice = chosen(patterns, names, { source: from, complete: unlisted === undefined });
  const { pairs, problems } = paired(choice.names, from, to);
  refuse([...choice.problems, ...problems]);

  // ECR would create a repository for a push that never comes.
  const probe = !dry || !/\.dkr\.ecr\./.test(to.registry.host);
  const plan = await copier.ask({ repositories: pairs, probe }, "plan", ({ done }) =>
    progress.update(`${done} images looked at`),
  );
  refuse(planProblems(plan, to, existing));
  const expected = plan.expected ?? noSums;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  const done = dry
    ? plan
    : await copier.ask({ keep: existing === "keep" }, "done", (event) =>
        progress.update(progressLine(event, expected)),
      );
  const sent = done.sent ?? noSums;
  const repositories = repositoriesOf(done, existing);
  session.print(
    repositories.length === 0
      ? `${from.name} holds no images to copy. Nothing was sent.`
      : summary(repositories, dry ? expected : sent, { dry, seconds: seconds() }),
  );
  const { failures } = done;
  if (failures.length > 0) {
    process.exitCode = ExitCode.Failed;
    const count = failures.length === 1 ? "1 image" : `${failures.length} images`;
    session.print(
      [
        `\n${count} ${dry ? "cannot be" : failures.length === 1 ? "was not" : "were not"} copied whole:`,
        ...failureLines(failures),
        ...(dry
          ? []
          : ["Run the same command again when that is fixed: what was sent is not sent again."]),
      ].join("\n"),
    );
  }
  session.answer({
    from: from.registry.host,
    to: to.registry.host,
    dryRun: dry,
    repositories,
    ...(dry ? { expected } : { sent }),
    failures,
  });
}

const noSums = { manifests: 0, blobs: 0, bytes: 0, mounted: 0, existing: 0 };

/** The failure of a copy whose registries do not both answer. */
function unreached({ failures }: CopierEvent, from: Side, to: Side): Failure {
  const [{ kind, side, text } = { kind: "other", side: "to", text: "" }] = failures;
  const { name, registry, stack } = side === "from" ? from : to;
  const login =
    stack === undefined ? `docker login ${registry.host}` : `npx wharf login --stack ${stack.name}`;
  const why = {
    login: "its login cannot be read",
    denied: "it does not take the login",
    missing: "no registry answers there",
    readonly: "it does not answer as a registry does",
    limited: "it limits requests",
    unreachable: "it cannot be reached",
    other: "it does not answer as a registry does",
  }[kind];
  const next =
    ["denied", "login"].includes(kind) && stack === undefined ? `\nLog in first: ${login}` : "";
  const what = name === registry.host ? name : `${name} (${registry.host})`;
  return new Failure(`${what}: ${why}: ${text}${next}\nNothing was sent.`);
}
