import { version } from "@pulumi/azure-native/package.json";
import type { EchoPackage } from "../simulated/type";
import { authorization } from "./authorization";
import { containerregistry } from "./containerregistry";
import { functions } from "./functions";
import inputs from "./inputs.json";
import { network } from "./network";
import { platform } from "./platform";
import { settings } from "./settings";

/** The stand-in for the official azure-native plugin, for the types that Wharf's Azure target uses. It echoes, and calls no Azure. */
export const azureNative: EchoPackage = {
  name: "azure-native",
  version,
  cloud: "Azure",
  types: { ...containerregistry, ...authorization, ...network, ...platform },
  deletesFirst: true,
  inputs: inputs as EchoPackage["inputs"],
  functions,
  settings,
};
