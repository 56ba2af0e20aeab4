import { Environment, selfHosted, type Target } from "../../components/model/environment";
import { lostState } from "../../components/state/stack-id";
import { ownBackend } from "./backend";
import { command } from "../checkout";
import { Failure } from "../failure";
import { ownPassphrase } from "./passphrase";

/**
 * What tells that a platform has something of the name: "already exists" of AWS, Google Cloud and Kubernetes, "already existing" of
 * Azure's provider, a name "is already in use" of ACR and Docker; an address that is in use is none.
 */
const alreadyThere = /already ?exist|\bname \S+ is already in use/i;

/**
 * What to say of a prod stack whose state, or the passphrase to it, is only on this disk: whoever loses that can neither change the
 * registry nor remove it. Empty for any other stack, and where both are kept elsewhere.
 */
export function onlyHere(stack: string, environment: Environment | undefined): string {
  const here = [
    ...(ownBackend() === undefined ? ["state"] : []),
    ...(ownPassphrase() ? [] : ["passphrase"]),
  ];
  if (environment !== Environment.Prod || here.length === 0) return "";
  return [
    `Stack ${stack} is prod, and its ${here.join(" and ")} would be only in .wharf of this checkout. Without it nobody can change or remove the stack. Keep both where your team does:`,
    ...(here.includes("state")
      ? [
          "  export PULUMI_BACKEND_URL=s3://<bucket>   # or gs://, azblob://, https://api.pulumi.com",
        ]
      : []),
    ...(here.includes("passphrase")
      ? ["  export PULUMI_CONFIG_PASSPHRASE_FILE=<file out of the team's password store>"]
      : []),
    `How an existing stack moves there: README.md, "Where the state is".`,
  ].join("\n");
}

/**
 * A failure of the engine, with what is to be done where it is that something exists which the state does not know of: the clouds
 * tell so only when it is made.
 */
export function withLostState(error: unknown, stack: string, target?: Target): unknown {
  if (!(error instanceof Failure) || !alreadyThere.test(error.message)) return error;
  const way =
    target === undefined || selfHosted.includes(target)
      ? "import it into the state: pulumi import"
      : `take it into the stack: ${command("adopt", stack)}`;
  return new Failure(
    `${error.message}\nWhat already exists is not in the state of this stack: ${lostState("it")}; else give it another name, or ${way}.`,
    error.exitCode,
  );
}
