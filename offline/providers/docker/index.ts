import { version } from "@pulumi/docker/package.json";
import type { Package } from "../resource";
import { container } from "./container";
import { configureEngine } from "./engine";
import { network } from "./network";
import { remoteImage } from "./remote-image";
import { volume } from "./volume";

/** The stand-in for the official docker plugin, over the engine's API. */
export const docker: Package = {
  name: "docker",
  version,
  resources: {
    "docker:index/container:Container": container,
    "docker:index/network:Network": network,
    "docker:index/remoteImage:RemoteImage": remoteImage,
    "docker:index/volume:Volume": volume,
  },
  configure: configureEngine,
};
