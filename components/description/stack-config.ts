import * as pulumi from "@pulumi/pulumi";
import * as runtimeConfig from "@pulumi/pulumi/runtime/config";
import type { Description } from "./schema";
import { asChecked } from "../component/described";
import { checkDescription } from "./check";
import { newNamesOf, renamingNotice, withNewNames } from "./renamed-keys";
import { withoutShortForms } from "./short-forms";
import { placed, sharedDescription, structured, withShared } from "./shared";
import { withSubstitutes } from "./substitutes";

const project = "wharf";

/** Whether Pulumi holds the whole key encrypted. The SDK has it, and leaves it out of its types; Config does not offer it. */
const { isConfigSecret } = runtimeConfig as unknown as { isConfigSecret(key: string): boolean };

/**
 * The description of the running stack, read from its config over what the project's stacks share in wharf.yaml, with the images
 * that this machine substitutes; Pulumi runs a program in the directory of its project. Nothing else reads `pulumi.Config`.
 * @throws DescriptionError with all problems at once.
 */
export function readDescription(): Description {
  const stack = pulumi.getStack();
  const config = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(`${project}:`))
    .map(([key, value]) => [key.slice(project.length + 1), structured(value)] as const);
  const directory = process.cwd();
  const { values: shared, renamed: renamedThere } = sharedDescription(directory);
  const written = withoutShortForms(Object.fromEntries(config));
  const { values: renamedHere, renamed, problems } = withNewNames(written);
  // What is set under both names is reported together with all other problems.
  const own = problems.length > 0 ? written : renamedHere;
  try {
    const values = withShared(shared, own);
    const secretKeys = newNamesOf(
      Object.keys(written).filter((key) => isConfigSecret(`${project}:${key}`)),
    );
    const description = checkDescription({ stack, values, secretKeys });
    const old = [...renamed, ...renamedThere];
    // Once for an `up`, whose preview runs the program as well.
    if (old.length > 0 && !pulumi.runtime.isDryRun())
      void pulumi.log.warn(renamingNotice(old, stack));
    return asChecked({ ...description, images: withSubstitutes(description, directory, stack) });
  } catch (error) {
    throw placed(error, shared, own);
  }
}
