import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { Agent, request, RetryAgent } from "undici";

/** The commands that timers run, whose failure nobody sees. */
const unattended = ["backup", "collect", "drill", "reap", "renew"];

const variable = "WHARF_NOTIFICATIONS_URL";
const secretVariable = "WHARF_NOTIFICATIONS_SECRET";

/** How long a server may take to answer, in milliseconds, and how often it is asked again. */
const answerMs = 10_000;
const maxRetries = 3;

/** How a command ended. */
export interface Outcome {
  /** The command, as `backup`. */
  task: string | undefined;
  exitCode: number;
  /** What was said of its failure; undefined where it said so in its own output. */
  message?: string;
}

function told(name: string): string | undefined {
  const { [name]: value, [`${name}_FILE`]: file } = process.env;
  return value ?? (file === undefined ? undefined : readFileSync(file, "utf8").trim());
}

/** @throws Error for what is not an address that a failure may be told */
function addressOf(text: string): URL {
  if (!URL.canParse(text)) throw new Error(`${variable} is not a URL`);
  const url = new URL(text);
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol === "https:" || (url.protocol === "http:" && isHere)) return url;
  throw new Error(`${variable} begins with ${url.protocol}//; only https:// keeps it secret`);
}

/**
 * Tells the webhook of WHARF_NOTIFICATIONS_URL that a command of a timer failed, as one JSON object by POST, whose field `text` is what
 * chat servers show; with WHARF_NOTIFICATIONS_SECRET it is signed by HMAC-SHA-256 in the header `X-Wharf-Signature`. Redirects are not
 * followed. What goes wrong with that is printed, and changes no exit code.
 */
export async function notify({ task, exitCode, message }: Outcome): Promise<void> {
  if (task === undefined || !unattended.includes(task) || exitCode === 0) return;
  let agent: Agent | undefined;
  try {
    const text = told(variable);
    if (text === undefined || text === "") return;
    const url = addressOf(text);
    const secret = told(secretVariable);
    const summary = `wharf ${task} failed on ${hostname()} with exit code ${exitCode}`;
    const event = {
      ...{ version: 1, task, outcome: "failed", exitCode, host: hostname() },
      at: new Date().toISOString(),
      ...(message !== undefined && { message }),
      text: message === undefined ? summary : `${summary}: ${message}`,
    };
    const body = JSON.stringify(event);
    const signature = secret && createHmac("sha256", secret).update(body).digest("hex");
    agent = new Agent({ headersTimeout: answerMs, bodyTimeout: answerMs });
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
    process.stderr.write(`The failure was not told to the webhook: ${(error as Error).message}\n`);
  } finally {
    await agent?.close();
  }
}
