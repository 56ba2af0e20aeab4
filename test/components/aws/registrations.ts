import { register, type Registration } from "../../support/registrations";

/** Region that the stacks of these tests are in. */
export const region = "eu-central-1";
/** A role of the account, by its name. */
export const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

/** What a description registers on AWS. `secretKeys` are set as secrets. */
export const deploy = (config: Record<string, unknown>, at = region, secretKeys: string[] = []) =>
  register({ target: "aws", ...config }, { provider: { "aws:region": at }, secretKeys });

/** Resources of a type of AWS, such as `ecr/repository:Repository`. */
export const ofType = (registrations: Registration[], type: string) =>
  registrations.filter((one) => one.type === `aws:${type}`);

/** Inputs of the resources of a type. */
export const inputsOf = (registrations: Registration[], type: string) =>
  ofType(registrations, type).map(({ inputs }) => inputs);

/** A policy as its resource carries it. */
export const document = (text: unknown) => JSON.parse(String(text)) as { Statement: Statement[] };

/** A statement of a policy. */
export interface Statement {
  Sid: string;
  Effect: string;
  Principal?: unknown;
  Action: string[];
  Resource?: string | string[];
  Condition?: Record<string, Record<string, unknown>>;
}

/** The statements of all policies of a type. */
export const statements = (registrations: Registration[], type: string) =>
  inputsOf(registrations, type).flatMap(({ policy }) => document(policy).Statement);
