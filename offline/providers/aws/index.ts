import { version } from "@pulumi/aws/package.json";
import type { EchoPackage } from "../simulated/type";
import { build } from "./build";
import { ecr } from "./ecr";
import { functions } from "./functions";
import inputs from "./inputs.json";
import { iam } from "./iam";
import { platform } from "./platform";
import { settings } from "./settings";

/** The stand-in for the official aws plugin, for the types that Wharf's AWS target uses. It echoes, and calls no AWS. */
export const aws: EchoPackage = {
  name: "aws",
  version,
  cloud: "AWS",
  types: { ...ecr, ...iam, ...platform, ...build },
  inputs: inputs as EchoPackage["inputs"],
  functions,
  settings,
};
