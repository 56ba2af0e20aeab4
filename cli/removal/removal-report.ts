import { dollars } from "../../components/cost/lines";
import { selfHosted, type Target } from "../../components/model/environment";
import { outputsAmong, plainOutputs } from "../stack/outputs";
import {
  askedEngine,
  describeContents,
  holdsNothing,
  registryContents,
  type Contents,
  type UnknownContents,
} from "../registry/registry-contents";
import type { OpenStack } from "../stack/stack";
import {
  imageHolders,
  lifetimeIn,
  outputsIn,
  platformResources,
  targetIn,
  type State,
} from "../stack/state";
import { readOpenState } from "../stack/state-reading";

/** What is deleted with a stack. */
export interface Toll {
  environment?: string;
  target?: string;
  expiresAt?: string;
  /** Resources on the platform, counted by the last word of their type. */
  resources: Record<string, number>;
  /** Names of the repositories that were described. */
  repositories: string[];
  /** Images in the registry, or why nobody can say. */
  contents: Contents | UnknownContents;
  /** Whether images are deleted with the stack: something that holds them is. */
  imagesGo: boolean;
  /** US dollars that the platform bills for a month; 0 where it bills nothing. */
  monthlyCost: number;
}

/** What would be deleted with a stack, by its state, and by what its registry answers. */
export async function tollOf(open: OpenStack, state: State): Promise<Toll> {
  const outputs = outputsIn(state);
  const standing = platformResources(state);
  const resources: Record<string, number> = {};
  for (const { type } of standing) {
    const kind = type.slice(type.lastIndexOf(":") + 1);
    resources[kind] = (resources[kind] ?? 0) + 1;
  }
  return {
    ...lifetimeIn(state),
    target: targetIn(state),
    resources,
    repositories: Object.keys((outputs.repositories as Record<string, string> | undefined) ?? {}),
    contents:
      standing.length === 0 ? { images: 0, repositories: 0 } : await contentsOf(open, state),
    imagesGo: imageHolders(state).length > 0,
    monthlyCost: typeof outputs.monthlyCost === "number" ? outputs.monthlyCost : 0,
  };
}

/** What the registry holds, asked with the credentials of the state, of which one that Wharf runs needs some. */
async function contentsOf(
  { name, file, workspace }: OpenStack,
  state: State,
): Promise<Contents | UnknownContents> {
  const isOwn = selfHosted.includes(targetIn(state) as Target);
  const outputs = outputsAmong(isOwn ? await readOpenState({ name, workspace }) : state);
  if (outputs.endpoint === undefined) {
    return { unknown: "its address and users are not known: its last up did not finish" };
  }
  return registryContents(plainOutputs(outputs, name), {
    engine: askedEngine(file.config),
    measures: true,
  });
}

/** Whether images would be lost, as far as can be told: what is unknown counts as lost. */
export function losesImages({ imagesGo, contents }: Toll): boolean {
  return imagesGo && !holdsNothing(contents);
}

/** What is deleted, as lines for a person. */
export function tollLines(stack: string, toll: Toll): string {
  const { environment, target, resources, repositories, monthlyCost } = toll;
  const count = Object.values(resources).reduce((sum, one) => sum + one, 0);
  const kinds = Object.entries(resources)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([kind, number]) => `${number} ${kind}`);
  const rows: [string, string][] = [
    ["Resources", count === 0 ? "none" : `${count}: ${kinds.join(", ")}`],
    ["Repositories", repositories.length === 0 ? "none described" : repositories.join(", ")],
    [
      "Images",
      `${describeContents(toll.contents)}, which ${toll.imagesGo ? "are deleted with it" : "stay"}`,
    ],
    ...(monthlyCost > 0
      ? [["Saves", `${dollars(monthlyCost)} a month`] satisfies [string, string]]
      : []),
  ];
  const facts = [environment, target && `target ${target}`].filter(Boolean).join(", ");
  return [
    `Stack ${stack}${facts === "" ? "" : ` (${facts})`}:`,
    ...rows.map(([label, text]) => `  ${label.padEnd(14)}${text}`),
  ].join("\n");
}
