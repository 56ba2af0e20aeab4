import { removeCommand, shown } from "../core/messages";
import type { Rule } from "../core/rule";
import type { SharedDescription } from "../model/description";

/** The major version of distribution whose config.yml Wharf writes. */
const understood = 3;

/** How a registry's program is asked for its version, which it tells without a config.yml. */
export const askVersion = { entrypoint: "registry", argument: "--version" } as const;

const differs = `its config.yml differs from that of version ${understood}, which Wharf writes: a key that it does not know is ignored without an error message`;

/**
 * Why a program cannot run with Wharf's config.yml, by what it says of its version, as in
 * `registry github.com/distribution/distribution/v3 v3.1.2`; undefined for version 3, and for what says nothing of it.
 */
export function versionFault(said: string): string | undefined {
  const [, package_ = "", version = "", major] =
    /^\S*registry (\S*distribution\S*) v?((\d+)\.\d[\w.+-]*)/m.exec(said) ?? [];
  if (major === undefined || Number(major) === understood) return undefined;
  return `Its program is distribution ${version} (${package_}); ${differs}. Name an image of distribution ${understood}.`;
}

/** The version in the tag of an official image, as far as the tag is one: `2` and `2.8.3`, not a date or a branch. */
function officialVersion(reference: string): string | undefined {
  const named = reference.replace(/@.*$/, "");
  return /(?:^|\/)(?:registry|distribution\/distribution):v?(\d{1,2}(?:\.\d+){0,2})$/.exec(
    named,
  )?.[1];
}

/** Refuses an official image whose tag says another version: what its program says is found out only where it is run. */
export const imageVersionRule: Rule<SharedDescription> = {
  needs: ["images"],
  find: ({ images }) => {
    const version = officialVersion(images.registry);
    if (version === undefined || Number.parseInt(version, 10) === understood) return [];
    return [
      {
        key: "wharf:images.registry",
        message: `${shown(images.registry)} is distribution ${version}; ${differs}. Name an image of distribution ${understood}`,
        fix: removeCommand(["images", "registry"]),
      },
    ];
  },
};
