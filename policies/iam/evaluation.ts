import { list, type Principal, type Statement } from "../policy-document";
import { conditionsHold } from "./conditions";
import { matches, matchesArn, partsOf, type IamContext } from "./patterns";

/** Who asks for what. */
export interface IamRequest {
  /** Such as `ecr:PutImage`, in any letter case. */
  action: string;
  /** ARN of what it is asked of; a policy of the resource itself need not name it. */
  resource: string;
  /** ARN, or the name of a service or an issuer; undefined where the document is an identity's own. */
  principal?: string;
  context: IamContext;
}

/**
 * What one document answers, by the logic of docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html: what a
 * statement denies is denied, what one allows is allowed, and everything else is not.
 */
export function decide(
  statements: readonly Statement[],
  request: IamRequest,
): "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied" {
  const effects = statements.filter((one) => applies(one, request)).map(({ Effect }) => Effect);
  if (effects.includes("Deny")) return "ExplicitlyDenied";
  return effects.includes("Allow") ? "Allowed" : "ImplicitlyDenied";
}

/** Whether a statement is for a request. */
function applies(statement: Statement, request: IamRequest): boolean {
  return (
    isAction(statement, request) &&
    isResource(statement, request) &&
    isPrincipal(statement, request) &&
    conditionsHold(statement, request.context)
  );
}

/** Actions, as patterns in any letter case. */
export function isAction(
  { Action, NotAction }: Statement,
  request: Pick<IamRequest, "action">,
): boolean {
  const of = (patterns: string | string[] | undefined) =>
    list(patterns).some((pattern) =>
      matches(pattern.toLowerCase(), request.action.toLowerCase(), new Map()),
    );
  return Action === undefined ? NotAction !== undefined && !of(NotAction) : of(Action);
}

function isResource(
  { Resource, NotResource }: Statement,
  { resource, context }: IamRequest,
): boolean {
  const of = (pattern: string) => pattern === "*" || matchesArn(pattern, resource, context);
  if (Resource !== undefined) return list(Resource).some((pattern) => of(pattern) === true);
  // A variable that the request does not have leaves open what is excepted.
  return list(NotResource).every((pattern) => of(pattern) === false);
}

function isPrincipal({ Principal, NotPrincipal }: Statement, { principal }: IamRequest): boolean {
  if (principal === undefined) return true;
  if (Principal !== undefined) return isNamed(Principal, principal);
  return NotPrincipal === undefined || !isNamed(NotPrincipal, principal);
}

function isNamed(named: Principal, principal: string): boolean {
  if (typeof named === "string") return named === "*";
  return Object.entries(named).some(([kind, names]) =>
    list(names).some((name) => {
      if (name === principal) return true;
      if (kind !== "AWS" && kind !== "*") return false;
      return name === "*" || accountOf(name) === partsOf(principal)[4];
    }),
  );
}

/** The account that a principal is, with all its identities: by its number, or as its root. */
function accountOf(name: string): string | undefined {
  if (/^\d{12}$/.test(name)) return name;
  return /^arn:[^:]+:iam::(\d{12}):root$/.exec(name)?.[1];
}
