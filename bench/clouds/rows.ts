import type { Cost } from "../process-tree";
import type { Row } from "../table";
import type { Cloud } from "./cloud";

/** What previews of one size took, a figure for each round. */
export interface CloudCosts {
  repositories: number;
  wharf: Cost[];
  floor: Cost[];
  /** Empty except on AWS, where the CDK is available. */
  cdk: Cost[];
  /** Seconds that the check of the description takes; empty where that is not told. */
  check: number[];
}

/** Number of repositories at which Wharf is held to its aims. */
const aimedAt = 1000;

const floorName = "bare Pulumi program";
const cdkName = "cdk synth";
const seconds = (costs: Cost[]) => costs.map((cost) => cost.seconds);
const memory = (costs: Cost[]) => costs.map(({ treeMiB }) => treeMiB);
const counted = (repositories: number) =>
  repositories === 1 ? "1 repository" : `${repositories.toLocaleString("en")} repositories`;

/**
 * The rows of one cloud, for numbers of repositories that ascend.
 * @param withoutCdk why there is no CDK, in a few words
 */
export function cloudRows(cloud: Cloud, sizes: CloudCosts[], withoutCdk?: string): Row[] {
  const beside = cloud === "aws" ? (["floor", "cdk"] as const) : (["floor"] as const);
  return [
    ...sizes.flatMap((size) =>
      beside.flatMap((other): Row[] => {
        const what = `${cloud}: preview of ${counted(size.repositories)}`;
        const against = other === "floor" ? floorName : cdkName;
        const held = other === "floor" && size.repositories === aimedAt;
        const figures = (of: (costs: Cost[]) => number[]) =>
          other === "cdk" && withoutCdk !== undefined
            ? withoutCdk
            : { wharf: of(size.wharf), other: of(size[other]) };
        return [
          {
            ...{ what, against, unit: "s", figures: figures(seconds) },
            ...(held ? { aim: { atMost: 1.15 } } : {}),
          },
          { what: `${what}, peak memory`, against, unit: "MiB", figures: figures(memory) },
        ];
      }),
    ),
    ...beside.flatMap((other) => growthRows(cloud, sizes, other, withoutCdk)),
    ...linearRows(cloud, sizes),
    ...checkRows(cloud, sizes),
  ];
}

/** What each repository adds, between the smallest and the largest number of them. */
function growthRows(
  cloud: Cloud,
  sizes: CloudCosts[],
  other: "floor" | "cdk",
  withoutCdk: string | undefined,
): Row[] {
  const [least, most] = [sizes[0], sizes.at(-1)];
  if (least === undefined || most === undefined || least === most) return [];
  const against = other === "floor" ? floorName : cdkName;
  const figures = (of: (costs: Cost[]) => number[], factor: number) => {
    if (other === "cdk" && withoutCdk !== undefined) return withoutCdk;
    const growth = (name: "wharf" | "floor" | "cdk") =>
      growths([least, most], ({ [name]: costs }) => of(costs).map((value) => value * factor));
    return { wharf: growth("wharf"), other: growth(other) };
  };
  const what = `${cloud}: each repository more`;
  return [
    {
      ...{ what, against, unit: "ms", figures: figures(seconds, 1000) },
      ...(other === "cdk" ? { aim: { below: 1 } } : {}),
    },
    { what: `${what}, peak memory`, against, unit: "KiB", figures: figures(memory, 1024) },
  ];
}

/** What each repository adds beyond 1,000 of them, beside what each adds up to there: the same where growth is linear. */
function linearRows(cloud: Cloud, sizes: CloudCosts[]): Row[] {
  const [least, middle, most] = [
    sizes[0],
    sizes.find(({ repositories }) => repositories === aimedAt),
    sizes.at(-1),
  ];
  if (least === undefined || middle === undefined || most === undefined) return [];
  if (least === middle || middle === most) return [];
  const each = (from: CloudCosts, to: CloudCosts, name: "wharf" | "floor") =>
    growths([from, to], ({ [name]: costs }) => seconds(costs).map((value) => value * 1000));
  return (["wharf", "floor"] as const).map((name) => ({
    what: `${cloud}: each repository beyond ${counted(aimedAt)}${name === "floor" ? ", bare Pulumi program" : ""}`,
    against: "each up to there",
    unit: "ms",
    figures: { wharf: each(middle, most, name), other: each(least, middle, name) },
    ...(name === "wharf" ? { aim: { atMost: 1.15 } } : {}),
  }));
}

/** The number of repositories whose description's check is told. */
export function checkedOf(sizes: number[]): number | undefined {
  return sizes.includes(aimedAt) ? aimedAt : sizes.at(-1);
}

/** The check of the description as a part of the preview. */
function checkRows(cloud: Cloud, sizes: CloudCosts[]): Row[] {
  const checked = checkedOf(sizes.map(({ repositories }) => repositories));
  const held = sizes.find(({ repositories }) => repositories === checked);
  if (held === undefined) return [];
  return [
    {
      what: `${cloud}: check of ${counted(held.repositories)}`,
      against: "the whole preview",
      unit: "s",
      figures: { wharf: held.check, other: seconds(held.wharf) },
      ...(held.repositories === aimedAt ? { aim: { below: 0.05 } } : {}),
    },
  ];
}

/** By how much a figure grows with each repository between two sizes, round by round. */
function growths(
  [from, to]: [CloudCosts, CloudCosts],
  of: (costs: CloudCosts) => number[],
): number[] {
  const before = of(from);
  return of(to).map(
    (value, round) => (value - (before[round] ?? NaN)) / (to.repositories - from.repositories),
  );
}
