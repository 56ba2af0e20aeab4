import type * as pulumi from "@pulumi/pulumi";
import type { RemoteImage } from "@pulumi/docker/remoteImage";
import type { Users } from "../distribution/users";
import type { RegistryArgs } from "../registry";
import { deliverFiles, type Files } from "./files";
import { stackLabels } from "./labels";

/** Directory of the htpasswd file, apart from the settings, because it changes under a running registry. */
export const usersDirectory = "/auth";

/** Delivers the htpasswd file, which the registry reads anew whenever it changes; none with a token server. */
export function deliverUsers(
  name: string,
  image: RemoteImage,
  users: Users,
  args: RegistryArgs,
  opts: pulumi.CustomResourceOptions,
): Files | undefined {
  if (args.auth.token !== undefined) return undefined;
  return deliverFiles(
    name,
    {
      name: `wharf-${args.stack}-users`,
      directory: usersDirectory,
      image: image.imageId,
      labels: stackLabels(args),
      contents: { htpasswd: users.htpasswd },
    },
    opts,
  );
}
