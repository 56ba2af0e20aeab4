import { quoted } from "../../components/core/shell";
import { ownBackend } from "../stack/backend";
import { engineFor, noteUse } from "../stack/stack";
import { Session, type CommonOptions } from "../ui/session";
import { StackFile } from "../stack/stack-file";

/** `wharf pulumi-env`: shell lines under which plain `pulumi` works on the same stacks with the same engine. */
export async function pulumiEnv(options: CommonOptions): Promise<void> {
  const session = new Session(options, { asks: true });
  const file = new StackFile(options.stack);
  // Which stacks the passphrase will open there is not known; those of the checkout are seen in its state.
  if (ownBackend() !== undefined) noteUse("*");
  // Whether plain `pulumi` will deploy is not known here; a stand-in for a cloud refuses that itself.
  const { engine, environment } = await engineFor(file, session.progress, { preview: true });
  const variables = { ...environment, PULUMI_STACK: options.stack };
  session.print(
    Object.entries(variables)
      .map(([name, value]) =>
        name === "PATH"
          ? `export PATH=${quoted(engine.binDirectory)}:"$PATH"`
          : `export ${name}=${quoted(value)}`,
      )
      .join("\n"),
  );
  session.answer(variables);
}
