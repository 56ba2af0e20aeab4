import { version } from "@pulumi/gcp/package.json";
import type { EchoPackage } from "../simulated/type";
import { artifactregistry } from "./artifactregistry";
import { build } from "./build";
import { functions } from "./functions";
import inputs from "./inputs.json";
import { iam } from "./iam";
import { platform } from "./platform";
import { settings } from "./settings";

/** The stand-in for the official gcp plugin, for the types that Wharf's GCP target uses. It echoes, and calls no Google Cloud. */
export const gcp: EchoPackage = {
  name: "gcp",
  version,
  cloud: "Google Cloud",
  types: { ...artifactregistry, ...iam, ...platform, ...build },
  inputs: inputs as EchoPackage["inputs"],
  functions,
  settings,
};
