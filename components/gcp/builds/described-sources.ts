import { sourceOf, type Source } from "../../builds/source";

/** The source of a checked build. */
export function checkedSource({ source }: { source: string }): Source {
  const read = sourceOf(source);
  if (read === undefined) throw new Error(`${source} is no source`);
  return read;
}

/** A build's source as the rules see it: what it names, and of which build it is. */
export interface DescribedSource extends Source {
  index: number;
}

/** The sources of builds, as far as they name a place. */
export function sourcesOf({
  builds,
}: {
  builds: readonly { source: string }[];
}): DescribedSource[] {
  return builds.flatMap(({ source }, index) => {
    const read = sourceOf(source);
    return read === undefined ? [] : [{ ...read, index }];
  });
}
