/** Most filters in a rule of the registry's scanning configuration (service model of ECR's API). */
export const filterLimit = 100;

/** A repository as far as scanning looks at it. */
export interface ScannedRepository {
  name: string;
  onPush: boolean;
}

/** A name that stands for all repositories that a cache creates, none of which is known yet. */
export function belowCache(cache: string): string {
  return `${cache}/any`;
}

/**
 * Filters of the repositories that are scanned on push: `*` where all are, `shop/*` where all below `shop/` are, else the name.
 * ECR has no exact filter: a name matches every other that contains it ("Filter wildcards" of its user guide).
 */
export function scanFilters(repositories: readonly ScannedRepository[]): string[] {
  if (repositories.every(({ onPush }) => onPush)) return repositories.length === 0 ? [] : ["*"];
  const unscanned = new Set(
    repositories.filter(({ onPush }) => !onPush).map(({ name }) => pathOf(name)),
  );
  return [
    ...new Set(
      repositories
        .filter(({ onPush }) => onPush)
        .map(({ name }) => {
          const path = pathOf(name);
          return path !== "" && !unscanned.has(path) ? `${path}/*` : asFilter(name);
        }),
    ),
  ].sort();
}

/** The first part of a name that has several; empty for a name of one part. */
function pathOf(name: string): string {
  const slash = name.indexOf("/");
  return slash < 0 ? "" : name.slice(0, slash);
}

/** A name in the grammar of filters, which has no two adjacent separators. */
function asFilter(name: string): string {
  return name.replace(/[._-]{2,}/g, "*");
}
