import type { Row } from "./row";

/** Hosts, ports and addresses, and what an environment does not allow. */
export const endpointRows: Row[] = [
  {
    name: "port 0",
    config: { endpoint: { port: 0 } },
    report: `
  wharf:endpoint.port   0 is not a port (1 to 65535)
                        pulumi config set --path 'wharf:endpoint.port' 5000
`,
  },
  {
    name: "a port above 65535",
    config: { endpoint: { port: 70000 } },
    report: `
  wharf:endpoint.port   70000 is not a port (1 to 65535)
                        pulumi config set --path 'wharf:endpoint.port' 5000
`,
  },
  {
    name: "a host with a space",
    config: { endpoint: { hosts: ["my registry"] } },
    report: `
  wharf:endpoint.hosts[0]   "my registry" is not a DNS name or IP address; leave out scheme, port and path
`,
  },
  {
    name: "a URL for a host",
    config: { endpoint: { hosts: ["https://registry.example.com"] } },
    report: `
  wharf:endpoint.hosts[0]   "https://registry.example.com" is not a DNS name or IP address; leave out scheme, port and path
`,
  },
  {
    name: "an IP address with a number too large",
    config: { endpoint: { hosts: ["10.1.2.300"] } },
    report: `
  wharf:endpoint.hosts[0]   "10.1.2.300" is not a DNS name or IP address; leave out scheme, port and path
`,
  },
  {
    name: "an address that is a name",
    config: { endpoint: { address: "localhost" } },
    report: `
  wharf:endpoint.address   "localhost" is not an IP address
`,
  },
  {
    name: "a lab that other machines reach",
    config: { endpoint: { address: "0.0.0.0" } },
    report: `
  wharf:endpoint.address   0.0.0.0 is reached from other machines; a lab listens on localhost only (127.0.0.1)
                           pulumi config set wharf:environment dev
`,
  },
  {
    name: "no host outside a lab",
    config: { environment: "prod" },
    report: `
  wharf:endpoint.hosts   is empty; outside a lab name at least one DNS name or IP address by which clients reach the registry
                         pulumi config set --path 'wharf:endpoint.hosts[0]' registry.example.com
`,
  },
  {
    name: "TLS off outside a lab",
    config: {
      environment: "dev",
      endpoint: { hosts: ["registry.example.com"] },
      tls: { mode: "off" },
    },
    report: `
  wharf:tls.mode   "off" sends passwords unencrypted; it is allowed only in a lab on a loopback address
                   pulumi config set --path 'wharf:tls.mode' self-signed
`,
  },
  {
    name: "deletion by force in prod",
    config: {
      environment: "prod",
      endpoint: { hosts: ["registry.example.com"] },
      deletion: "force",
    },
    report: `
  wharf:deletion   "force" would delete images with the stack; prod allows protect or retain
                   pulumi config set wharf:deletion protect
`,
  },
];
