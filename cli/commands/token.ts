import { isBlock } from "../../components/core/fields";
import { nothingChanged } from "../../components/core/problems";
import { selfHosted, type Target } from "../../components/model/environment";
import { refusal, type Failure } from "../failure";
import { signedToken } from "../registry/signed-token";
import { describedBy } from "../stack/description";
import { readOpenOutputs, registryHost, type StackOutputs } from "../stack/outputs";
import { command, describingFile, openStack } from "../stack/stack";
import { createdTokens, noteToken } from "../tokens/created-tokens";
import { endOf, newTokenId, stillRevoked } from "../tokens/token-id";
import { tokenAccess } from "../tokens/token-request";
import { distanceTo } from "../ui/expiry";
import { Session, type CommonOptions } from "../ui/session";
import { terminalTable } from "../ui/table";
import { up } from "./up";

/** Options of `wharf token create`. */
interface CreateOptions extends CommonOptions {
  user: string;
  /** Names, or patterns of them. */
  repository: string[];
  /** Defaults to pull. */
  actions?: string[];
  /** Seconds. Defaults to an hour. */
  ttl?: number;
}

/**
 * `wharf token create`: prints a token, and nothing else on standard output, so that `docker login --password-stdin` takes it by a
 * pipe. It is signed here, with the stack's key: the registry is not asked.
 * @throws Failure where the stack has no such key, or the user may not do what the token is for
 */
export async function create(options: CreateOptions): Promise<void> {
  const {
    stack,
    user,
    repository: repositories,
    actions = ["pull"],
    ttl: seconds = 3600,
  } = options;
  const session = new Session(options, { asks: true });
  const open = await openStack(stack, session.progress);
  const outputs = await readOpenOutputs(open);
  if (!outputs.tokenSigningKey) throw noKey(stack, outputs);
  const { args } = describedBy(open.file.config);
  if (args === undefined) {
    throw refusal(
      `The description of stack ${stack} is wrong. This lists the problems: ${command("preview", stack)}`,
    );
  }
  const access = tokenAccess({ user, repositories, actions }, args);
  const expiresAt = new Date(Date.now() + seconds * 1000);
  const id = newTokenId(expiresAt);
  const token = signedToken(outputs.tokenSigningKey, { user, access, seconds, id });
  const about = {
    ...{ id, user, repositories, actions: access.flatMap((rule) => rule.actions) },
    expiresAt: expiresAt.toISOString(),
  };
  noteToken(stack, about);
  session.print(token);
  session.answer({ token, host: registryHost(outputs), ...about });
  if (options.json) return;
  session.progress.line(
    [
      `Token ${id} of user ${user}: ${about.actions.join(", ")} in ${repositories.join(", ")}; it expires ${distanceTo(about.expiresAt)}.`,
      `Log in:  ... | docker login ${registryHost(outputs)} --username ${user} --password-stdin`,
      `Revoke:  ${command(`token revoke ${id}`, stack)}`,
    ].join("\n"),
  );
}

/**
 * `wharf token revoke`: writes the id to the stack's description, and offers the `up` that tells the registry. Ids of tokens that have
 * expired are removed there.
 * @throws Failure where it is not the id of a token
 */
export async function revoke(id: string, options: CommonOptions): Promise<void> {
  const { stack } = options;
  const session = new Session(options);
  const file = describingFile(stack);
  const end = endOf(id);
  if (end === undefined) {
    throw refusal(
      `${id} is not the id of a token, such as 20270131T1200Z-4b7d2f19. ${nothingChanged} ${command("token list", stack)} shows those that this checkout created; in a token itself it is the claim jti.`,
    );
  }
  if (end.getTime() <= Date.now()) {
    session.print(`Token ${id} expired ${distanceTo(end.toISOString())}. ${nothingChanged}`);
    return session.answer({ stack, revoked: [] });
  }
  session.mustBeAnswerable();
  const own = file.config.own["wharf:auth"];
  const revoked = [...new Set([...stillRevoked(revokedIn(own)), id])];
  file.assign("wharf:auth", { ...(isBlock(own) ? own : {}), revokedTokens: revoked });
  session.progress.line(
    `Pulumi.${stack}.yaml now lists ${id} in wharf:auth.revokedTokens. The registry refuses it after this up:`,
  );
  return up(options);
}

/** `wharf token list`: the tokens of a stack that have not expired, as far as this checkout knows of them. */
export function list(options: CommonOptions): void {
  const { stack } = options;
  const session = new Session(options, { asks: true });
  const revoked = stillRevoked(revokedIn(describingFile(stack).config.value("wharf:auth")));
  const created = createdTokens(stack).map((token) => ({
    ...token,
    revoked: revoked.includes(token.id),
  }));
  const elsewhere = revoked
    .filter((id) => !created.some((token) => token.id === id))
    .map((id) => ({ id, expiresAt: endOf(id)?.toISOString(), revoked: true }));
  session.print(
    created.length + elsewhere.length === 0
      ? `No token of stack ${stack} is known here that has not expired.`
      : terminalTable(
          ["id", "user", "may", "expires", "", "repositories"],
          [
            ...created.map(({ id, user, actions, expiresAt, revoked: no, repositories }) => [
              ...[id, user, actions.join(", "), distanceTo(expiresAt)],
              ...[no ? "revoked" : "valid", repositories.join(", ")],
            ]),
            ...elsewhere.map(({ id, expiresAt }) => [
              ...[id, "", "", expiresAt === undefined ? "" : distanceTo(expiresAt)],
              ...["revoked", ""],
            ]),
          ],
        ),
  );
  session.answer([...created, ...elsewhere]);
}

function revokedIn(auth: unknown): string[] {
  const ids = isBlock(auth) ? auth.revokedTokens : undefined;
  return Array.isArray(ids) ? ids.map(String) : [];
}

function noKey(stack: string, { target, login }: StackOutputs): Failure {
  if (!selfHosted.includes(target as Target)) {
    return refusal(
      `Stack ${stack} has the target ${target}, whose platform gives out short-lived credentials itself: ${login}`,
    );
  }
  return refusal(
    `The registry of stack ${stack} does not accept tokens: they need wharf:auth.mode roles. Set it, then deploy it:\n  pulumi config set --path wharf:auth.mode roles --stack ${stack}\n  ${command("up", stack)}`,
  );
}
