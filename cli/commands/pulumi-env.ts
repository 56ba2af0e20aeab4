import { delimiter } from "node:path";
import { quoted } from "../../components/core/shell";
import { languageHosts } from "../../offline/engine/language-hosts";
import { ownBackend } from "../stack/backend";
import { engineFor, noteUse } from "../stack/stack";
import { Session, type CommonOptions } from "../ui/session";
import { StackFile } from "../stack/stack-file";

interface PulumiEnvOptions extends CommonOptions {
  /** Has the engine run programs in other languages too, where Wharf has built it without their hosts. */
  languages?: boolean;
}

/** `wharf pulumi-env`: shell lines under which plain `pulumi` works on the same stacks with the same engine. */
export async function pulumiEnv(options: PulumiEnvOptions): Promise<void> {
  const session = new Session(options, { asks: true });
  const file = new StackFile(options.stack);
  // Which stacks the passphrase will open there is not known; those of the checkout are seen in its state.
  if (ownBackend() !== undefined) noteUse("*");
  // Whether plain `pulumi` will deploy is not known here; a stand-in for a cloud refuses that itself.
  const { engine, environment } = await engineFor(file, session.progress, { preview: true });
  const hosts = options.languages ? await languageHosts(engine, session.progress) : undefined;
  const directories = [hosts, engine.binDirectory].filter((directory) => directory !== undefined);
  const PATH = [hosts, environment.PATH].filter(Boolean).join(delimiter);
  const variables = { ...environment, PATH, PULUMI_STACK: options.stack };
  session.print(
    Object.entries(variables)
      .map(([name, value]) =>
        name === "PATH"
          ? `export PATH=${directories.map(quoted).join(delimiter)}:"$PATH"`
          : `export ${name}=${quoted(value)}`,
      )
      .join("\n"),
  );
  session.answer(variables);
}
