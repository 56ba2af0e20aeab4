import { createHmac } from "node:crypto";
import { hostname } from "node:os";
import { rootCertificates } from "node:tls";
import { Agent, request, RetryAgent } from "undici";
import { describedWebhook, webhookOfEnvironment } from "./address";

/** How long a server may take to answer, in milliseconds, and how often it is asked again. */
const answerMs = 10_000;
const maxRetries = 3;

/** How a command ended. */
export interface Outcome {
  /** The command, as `backup`. */
  task: string;
  /** Stack that it was about; undefined where it was about none, or about a registry by its host. */
  stack?: string;
  exitCode: number;
  /** What was said of its failure; undefined where it said so in its own output. */
  message?: string;
}

/** What a webhook is told, without the keys that say nothing. */
function eventOf({ task, stack, exitCode, message }: Outcome) {
  const outcome = exitCode === 0 ? "succeeded" : "failed";
  const summary = [
    `wharf ${task} ${outcome} on ${hostname()}`,
    ...(stack === undefined ? [] : [`for stack ${stack}`]),
    ...(exitCode === 0 ? [] : [`with exit code ${exitCode}`]),
  ].join(" ");
  return {
    ...{ version: 1, task, outcome, exitCode, host: hostname() },
    ...(stack !== undefined && { stack }),
    at: new Date().toISOString(),
    ...(message !== undefined && { message }),
    text: message === undefined ? summary : `${summary}: ${message}`,
  };
}

/**
 * Tells a webhook how a command of a timer ended, that of WHARF_NOTIFICATIONS_URL or else of the stack's `wharf:notifications`, as one
 * JSON object by POST, whose field `text` is what chat servers show; where there is a secret it is signed by HMAC-SHA-256 in the header
 * `X-Wharf-Signature`. Redirects are not followed. What goes wrong with that is printed, and changes no exit code.
 */
export async function notify(outcome: Outcome): Promise<void> {
  let agent: Agent | undefined;
  try {
    const { stack, exitCode } = outcome;
    const succeeded = exitCode === 0;
    const webhook =
      webhookOfEnvironment() ??
      (stack === undefined ? undefined : await describedWebhook(stack, succeeded));
    if (webhook === undefined || (succeeded && !webhook.onSuccess)) return;
    const { url, secret, caCertificate } = webhook;
    const body = JSON.stringify(eventOf(outcome));
    const signature = secret && createHmac("sha256", secret).update(body).digest("hex");
    agent = new Agent({
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
      ...(caCertificate !== undefined && {
        connect: { ca: [...rootCertificates, caCertificate] },
      }),
    });
    const answer = await request(url, {
      method: "POST",
      body,
      headers: {
        "Content-Type": "application/json",
        ...(signature && { "X-Wharf-Signature": `sha256=${signature}` }),
      },
      dispatcher: new RetryAgent(agent, {
        maxRetries,
        methods: ["POST"],
        statusCodes: [429, 500, 502, 503, 504],
      }),
    });
    await answer.body.dump();
    if (answer.statusCode >= 300) throw new Error(`the server answered ${answer.statusCode}`);
  } catch (error) {
    process.stderr.write(`This run was not told to the webhook: ${(error as Error).message}\n`);
  } finally {
    await agent?.close();
  }
}
