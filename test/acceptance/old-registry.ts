import { programsImage } from "../cluster/images";
import { busybox } from "../cluster/programs";
import { announce } from "../support/announce";

/** What distribution 2 answers to `registry --version`. */
const says = "registry github.com/docker/distribution v2.8.3";

/**
 * The archive of an image whose program says that it is distribution 2, and does nothing else: nobody publishes the real one as a
 * module that builds.
 */
export async function oldRegistry(reference: string): Promise<Buffer> {
  return programsImage(
    reference,
    { busybox: await busybox(announce) },
    {
      entries: [
        { path: "bin/sh", link: "busybox" },
        {
          path: "bin/registry",
          contents: `#!/bin/sh\n[ "$1" != --version ] || echo "${says}"\n`,
        },
      ],
    },
  );
}
