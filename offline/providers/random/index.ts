import { version } from "@pulumi/random/package.json";
import type { Package } from "../resource";
import { password } from "./password";
import { string } from "./string";

/** The stand-in for the official random plugin. It takes no configuration. */
export const random: Package = {
  name: "random",
  version,
  resources: {
    "random:index/randomPassword:RandomPassword": password,
    "random:index/randomString:RandomString": string,
  },
  configure: () => {},
};
