import { DescriptionError } from "../../components/core/problems";
import { longestPause } from "../../components/model/schedule";
import { backupsOf } from "../backup/sources";
import { shownPlace } from "../backup/place";
import { askProgram } from "../backup/program";
import { whenPresented } from "../certificates/certificate-end";
import { askCollections } from "../collection/collector";
import { Failure } from "../failure";
import { askedEngine, describeContents, registryContents } from "../registry/registry-contents";
import { describedBy, type ReadDescription } from "../stack/description";
import { expiringUsers } from "../stack/expiring-users";
import { command } from "../stack/stack";
import { distanceTo, expiryLine } from "../ui/expiry";
import type { Progress } from "../ui/progress";
import { glance, type Finding, type LookedAt } from "./finding";
import { greeting } from "./greeting";

/** Seconds that a backup may be late, beyond two of its schedule's pauses; as the alert `RegistryBackupOld` has it. */
const lateSeconds = 6 * 3600;

/**
 * Looks at a registry as its users do, and at what keeps its images: whether it answers, lets its first user in, for how long its
 * certificate and its lab last, what it holds, how its last collection ended, how old the newest backup is. Changes nothing.
 */
export async function findingsOf(looked: LookedAt, progress: Progress): Promise<Finding[]> {
  const { config, outputs, stack } = looked;
  const { args } = describedBy(config);
  const answer = await greeting(looked, args);
  const lab = expiryLine(outputs.expiresAt, stack);
  return [
    ...answer.findings,
    ...(await certificate(looked)),
    ...(answer.isOpen ? await contents(looked) : []),
    ...(answer.isOpen && args?.collection !== undefined ? await collections(looked) : []),
    ...(await backups(looked, args, progress)),
    ...(lab === ""
      ? []
      : [
          { about: "Lab", verdict: isOver(outputs.expiresAt) ? "bad" : "good", text: lab } as const,
        ]),
    ...expiringUsers(config).map((text) => ({ about: "User", verdict: "note" as const, text })),
  ];
}

const isOver = (time: string) => Date.parse(time) <= Date.now();

async function certificate({ outputs, stack }: LookedAt): Promise<Finding[]> {
  const { line, until } = await whenPresented(outputs, stack);
  if (until === "") return [];
  if (line === "") {
    return [
      { about: "Certificate", verdict: "good", text: `until ${until}, ${distanceTo(until)}` },
    ];
  }
  const verdict = isOver(until) ? "bad" : "note";
  return [{ about: "Certificate", verdict, text: line }];
}

async function contents({ config, outputs }: LookedAt): Promise<Finding[]> {
  const engine = askedEngine(config);
  const held = await registryContents(outputs, { engine, bounds: glance });
  const verdict = "unknown" in held ? "note" : "good";
  return [{ about: "Images", verdict, text: describeContents(held) }];
}

async function collections({ config, outputs, stack }: LookedAt): Promise<Finding[]> {
  const about = "Collection";
  try {
    const { rules, last, next, schedule } = await askCollections(outputs, askedEngine(config));
    const due = next === null ? "" : `; next ${distanceTo(next)}`;
    const fix = command("collect --status", stack);
    if (rules !== "") return [{ about, verdict: "bad", text: `nothing is deleted: ${rules}`, fix }];
    if (last?.problem !== undefined) {
      const ended = distanceTo(last.finishedAt ?? last.startedAt);
      return [{ about, verdict: "bad", text: `failed ${ended}: ${last.problem}${due}`, fix }];
    }
    const ran =
      last === null ? "none so far" : `ended ${distanceTo(last.finishedAt ?? last.startedAt)}`;
    return [{ about, verdict: "good", text: schedule === "" ? ran : `${ran}${due}` }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ about, verdict: "bad", text: error.message }];
  }
}

/** How old the newest backup is, where the description says where backups are, and their password is here. */
async function backups(
  { stack }: LookedAt,
  args: ReadDescription["args"],
  progress: Progress,
): Promise<Finding[]> {
  const about = "Backup";
  const described = args?.backup;
  if (described === undefined) return [];
  const fix = command("backup", stack);
  const kept = backupsOf({ stack, at: described.to, option: "--from" });
  if (Array.isArray(kept)) {
    const text = `not looked at: ${kept.map(({ key, message }) => `${key} ${message}`).join("; ")}`;
    return [{ about, verdict: "note", text }];
  }
  const { place, password, of } = kept;
  try {
    const request = { action: "list" as const, storage: place, password, stack: of };
    const [newest] = (await askProgram(request, progress)).snapshots;
    const at = shownPlace(place);
    if (newest === undefined) return [{ about, verdict: "bad", text: `${at} has none`, fix }];
    const seconds = (Date.now() - Date.parse(newest.time)) / 1000;
    const within = 2 * (longestPause(described.schedule) ?? Infinity) + lateSeconds;
    const text = `the newest was made ${distanceTo(newest.time)}, ${newest.images} images`;
    return seconds > within
      ? [{ about, verdict: "bad", text: `${text}: later than its schedule`, fix }]
      : [{ about, verdict: "good", text }];
  } catch (error) {
    if (error instanceof DescriptionError) {
      return error.problems.map((one) => ({
        about,
        verdict: "bad",
        text: one.message,
        fix: one.fix,
      }));
    }
    if (!(error instanceof Failure)) throw error;
    return [{ about, verdict: "bad", text: error.message, fix }];
  }
}
