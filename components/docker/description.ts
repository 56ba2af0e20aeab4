import { Environment } from "../description/choices";
import { addressOf } from "../description/defaults";
import { isLoopback } from "../description/endpoint";
import { keyOf, removeCommand, setCommand } from "../description/messages";
import { certificateProblems } from "../description/provided-certificate";
import type { Rule } from "../description/rules";
import { TlsMode } from "../description/tls";
import { cachePortProblems } from "./caches/rules";

/** Rules across keys that hold on this target alone. */
export const dockerRules: Rule[] = [
  {
    needs: ["tls", "endpoint"],
    find: ({ tls, endpoint: { hosts } }) =>
      certificateProblems(tls, hosts.length === 0 ? ["localhost"] : hosts),
  },
  {
    needs: ["environment", "endpoint"],
    find: (d) =>
      d.environment === Environment.Lab && !isLoopback(addressOf(d))
        ? [
            {
              key: "wharf:endpoint.address",
              message: `${addressOf(d)} is reached from other machines; a lab answers on loopback alone (127.0.0.1)`,
              fix: "pulumi config set wharf:environment dev",
            },
          ]
        : [],
  },
  {
    needs: ["environment", "endpoint"],
    find: (d) =>
      d.environment !== Environment.Lab && d.endpoint.hosts.length === 0
        ? [
            {
              key: "wharf:endpoint.hosts",
              message: `is empty; outside a lab name at least one DNS name or IP address by which clients reach the registry`,
              fix: setCommand(["endpoint", "hosts", 0], "registry.example.com"),
            },
          ]
        : [],
  },
  {
    needs: ["environment", "endpoint", "tls"],
    find: (d) =>
      d.tls.mode === TlsMode.Off && !(d.environment === Environment.Lab && isLoopback(addressOf(d)))
        ? [
            {
              key: "wharf:tls.mode",
              message: `"off" sends passwords in clear; it is allowed only in a lab on a loopback address`,
              fix: setCommand(["tls", "mode"], TlsMode.SelfSigned),
            },
          ]
        : [],
  },
  { needs: ["caches", "endpoint"], find: cachePortProblems },
  {
    needs: ["labels"],
    find: ({ labels }) =>
      Object.keys(labels)
        .filter((label) => label.startsWith("io.wharf.") || label.startsWith("com.docker."))
        .map((label) => ({
          key: keyOf(["labels", label]),
          message: "io.wharf. and com.docker. are for Wharf's and Docker's own labels",
          fix: removeCommand(["labels", label]),
        })),
  },
];
