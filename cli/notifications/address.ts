import { existsSync, readFileSync } from "node:fs";
import { isBlock } from "../../components/core/fields";
import { isWebhook, notificationsSettings } from "../../components/model/notifications";
import { run } from "../../offline/commands";
import { checkout, stackFilePath } from "../checkout";
import type { StackConfig } from "../stack/stack-config";
import { createProgress, passing } from "../ui/progress";

const variable = "WHARF_NOTIFICATIONS_URL";
const secretVariable = "WHARF_NOTIFICATIONS_SECRET";
const successVariable = "WHARF_NOTIFICATIONS_ON_SUCCESS";

/** Who is told, and of what. */
export interface Webhook {
  url: string;
  /** Key that signs each request; none where left out. */
  secret?: string;
  /** CA of its server, PEM, where no public CA signed its certificate. */
  caCertificate?: string;
  /** Whether it hears of success as well. */
  onSuccess: boolean;
}

function told(name: string): string | undefined {
  const { [name]: value, [`${name}_FILE`]: file } = process.env;
  const text = value ?? (file === undefined ? undefined : readFileSync(file, "utf8").trim());
  return text === "" ? undefined : text;
}

/**
 * The webhook of the environment; undefined where no variable names one.
 * @throws Error for what is not an address that a failure may be told, without the address
 */
export function webhookOfEnvironment(): Webhook | undefined {
  const url = told(variable);
  if (url === undefined) return undefined;
  if (!URL.canParse(url)) throw new Error(`${variable} is not a URL`);
  if (!isWebhook(url)) {
    const { protocol } = new URL(url);
    throw new Error(`${variable} begins with ${protocol}//; only https:// keeps it secret`);
  }
  const { [successVariable]: onSuccess = "false" } = process.env;
  if (!["true", "false"].includes(onSuccess)) {
    throw new Error(`${successVariable} is neither true nor false`);
  }
  return { url, secret: told(secretVariable), onSuccess: onSuccess === "true" };
}

/**
 * The webhook of a stack's `wharf:notifications`; undefined where its description has none, and for a run that succeeded where it hears
 * only of failures. The engine is asked for it where it is encrypted.
 * @throws Error where it cannot be decrypted or is not one, without what it holds
 */
export async function describedWebhook(
  stack: string,
  succeeded: boolean,
): Promise<Webhook | undefined> {
  if (!existsSync(stackFilePath(stack))) return undefined;
  const { StackFile } = await import("../stack/stack-file");
  const { isCipher } = await import("../stack/stack-config");
  const { config } = new StackFile(stack);
  const written = config.value("wharf:notifications");
  if (!isBlock(written) || Object.keys(written).length === 0) return undefined;
  const isOpen = !isCipher(written);
  if (succeeded && isOpen && written.onSuccess !== true) return undefined;
  const isEncrypted = !isOpen || Object.values(written).some(isCipher);
  const value = isEncrypted ? await decrypted(stack, config) : written;
  const parsed = notificationsSettings.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = ["wharf:notifications", ...(issue?.path ?? [])].join(".");
    throw new Error(`${key} ${issue?.message ?? "is wrong"}`);
  }
  return succeeded && !parsed.data.onSuccess ? undefined : parsed.data;
}

/** What the stack's file encrypts of the block, over what all stacks share. */
async function decrypted(stack: string, config: StackConfig): Promise<unknown> {
  const { openToView } = await import("../stack/viewed-stack");
  const viewed = await openToView(stack, passing(createProgress(process.stderr)));
  try {
    const { workspace } = viewed.stack;
    let text = "";
    await run(
      "pulumi",
      [
        ...["config", "get", "wharf:notifications", "--json", "--non-interactive"],
        ...["--stack", stack, "--config-file", viewed.configFile],
      ],
      { cwd: checkout, env: workspace.envVars, onLine: (line) => (text += `${line}\n`) },
    );
    const { value } = JSON.parse(text) as { value: string };
    return config.overShared("notifications", JSON.parse(value));
  } finally {
    viewed.close();
  }
}
