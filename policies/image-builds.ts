import { known } from "./known";
import type { Resource } from "./rule";

/** An image that a program builds. */
export interface BuiltImage {
  /** As whoever runs it may name it, with its tag. */
  name: string;
  /** Name of the resource that builds it. */
  by: string;
  /** The output of that resource that names it by its digest; undefined where it is pushed nowhere, and has none. */
  digest?: string;
}

interface Builder {
  /** The names that it gives an image. */
  names(props: Resource["props"]): (string | undefined)[];
  /** The output that holds the image's digest. */
  digest(props: Resource["props"]): string | undefined;
}

/** What builds an image or pushes it, by type. */
const builders: Record<string, Builder> = {
  "docker:index/image:Image": {
    names: ({ imageName }) => [imageName as string],
    digest: ({ skipPush }) => (skipPush === true ? undefined : "repoDigest"),
  },
  "docker:index/remoteImage:RemoteImage": {
    names: ({ name, build }) => (build ? [name as string] : []),
    digest: () => undefined,
  },
  "docker:index/registryImage:RegistryImage": {
    names: ({ name }) => [name as string],
    digest: () => "sha256Digest",
  },
  "docker-build:index:Image": {
    names: ({ tags }) => (tags ?? []) as string[],
    digest: ({ push }) => (push === true ? "ref" : undefined),
  },
};

export const imageBuildTypes = Object.keys(builders);

/** The images that a resource builds, as far as they are known. */
export function builtImages({ type, name: by, props }: Resource): BuiltImage[] {
  const builder = builders[type];
  if (builder === undefined) return [];
  const [digest] = known(() => [builder.digest(props)]);
  const names = known(() => builder.names(props));
  return names.flatMap((name) => (name ? [{ name, by, digest }] : []));
}
