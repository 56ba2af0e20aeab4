import { BlockList } from "node:net";
import { certificateProblems } from "./provided-certificate";
import { addressOf } from "./defaults";
import { keyOf, setCommand } from "./messages";
import type { Problem } from "./problems";
import { Deletion, Environment, type Key, type Parsed } from "./schema";
import { TlsMode } from "./tls";

/** A rule that looks at more than one field. */
export interface Rule {
  /** Keys that must have been understood for the rule to make sense. */
  needs: Key[];
  find(description: Parsed): Problem[];
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");
const isLoopback = (address: string) =>
  loopback.check(address, address.includes(":") ? "ipv6" : "ipv4");

/** Problems of names that stand twice in the list at `key`. */
function duplicates(key: Key, named: { name: string }[]): Problem[] {
  return named.flatMap(({ name }, index) => {
    const first = named.findIndex((other) => other.name === name);
    return first === index
      ? []
      : [
          {
            key: keyOf([key, index, "name"]),
            message: `"${name}" stands twice, first in ${keyOf([key, first])}`,
          },
        ];
  });
}

/** Rules across fields that hold on every target. */
export const rules: Rule[] = [
  { needs: ["repositories"], find: (d) => duplicates("repositories", d.repositories) },
  { needs: ["users"], find: (d) => duplicates("users", d.users) },
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
  {
    needs: ["environment", "deletion"],
    find: (d) =>
      d.environment === Environment.Prod && d.deletion === Deletion.Force
        ? [
            {
              key: "wharf:deletion",
              message: `"force" would delete images with the stack; prod allows protect or retain`,
              fix: setCommand(["deletion"], Deletion.Protect),
            },
          ]
        : [],
  },
  {
    needs: ["tls"],
    find: ({ tls }) =>
      (["validityDays", "caValidityDays"] as const)
        .filter((field) => tls.renewBeforeDays >= tls[field])
        .map((field) => ({
          key: "wharf:tls.renewBeforeDays",
          message: `${tls.renewBeforeDays} is not below tls.${field}, ${tls[field]}: every up would renew the certificate`,
          fix: setCommand(["tls", "renewBeforeDays"], Math.floor(tls[field] / 3)),
        })),
  },
  { needs: ["tls", "endpoint"], find: (d) => certificateProblems(d.tls, d.endpoint.hosts) },
];
