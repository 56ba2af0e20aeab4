import { containerType, isStarted } from "../docker";
import { levels, type ResourceRule } from "../rule";

export const dockerHardening: ResourceRule = {
  name: "docker-hardening",
  severity: "high",
  description: "A container on a Docker host may do no more than it needs.",
  remediation:
    'Set readOnly with tmpfs for what it writes, securityOpts to ["no-new-privileges:true"], capabilities.drops to ["ALL"], and user to one that is not root.',
  corresponds: ["CIS Docker 4.1", "CIS Docker 5.4", "CIS Docker 5.13", "CIS Docker 5.26"],
  levels: levels("advisory", "advisory", "mandatory", "mandatory"),
  general: true,
  types: [containerType],
  checks: [
    function* (resource) {
      if (isStarted(resource) && resource.props.readOnly !== true)
        yield "readOnly is not true: what breaks in can change the program.";
    },
    function* (resource) {
      if (!isStarted(resource)) return;
      const options = (resource.props.securityOpts ?? []) as string[];
      if (!options.some((one) => /^no-new-privileges(:true)?$/.test(one)))
        yield "securityOpts has no no-new-privileges:true.";
    },
    function* (resource) {
      if (!isStarted(resource)) return;
      const drops = (resource.props.capabilities?.drops ?? []) as string[];
      if (!drops.some((one) => /^(CAP_)?ALL$/i.test(one))) yield "capabilities.drops has no ALL.";
    },
    function* (resource) {
      const adds = (resource.props.capabilities?.adds ?? []) as string[];
      const more = adds.filter((one) => !/^(CAP_)?NET_BIND_SERVICE$/i.test(one));
      if (isStarted(resource) && more.length > 0) yield `capabilities.adds has ${more.join(", ")}.`;
    },
    function* (resource) {
      const options = (resource.props.securityOpts ?? []) as string[];
      for (const option of options) {
        if (
          isStarted(resource) &&
          /^((seccomp|apparmor|systempaths)[=:]unconfined|label[=:]disable)$/.test(option)
        )
          yield `securityOpts has ${option}.`;
      }
    },
    function* (resource) {
      if (!isStarted(resource)) return;
      const user = (resource.props.user ?? "") as string;
      if (/^(|0|root)(:|$)/.test(user))
        yield user === ""
          ? "user is not set: the image decides, which may be root."
          : `user is ${user}.`;
    },
  ],
};
