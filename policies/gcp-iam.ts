import { list, parsed } from "./policy-document";

interface IamProperties {
  member?: string;
  members?: string[];
  policyData?: string;
}

/** Whom a member, a binding or a whole policy of Google Cloud's IAM grants to. */
export function allowedMembers({ member, members, policyData }: IamProperties): string[] {
  const { bindings = [] } = parsed(policyData) as { bindings?: { members?: string[] }[] };
  return [...list(member), ...list(members), ...bindings.flatMap((one) => list(one.members))];
}
