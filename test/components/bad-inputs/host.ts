import type { Row } from "./row";

/** Good descriptions that the machine cannot carry out. */
export const hostRows: Row[] = [
  {
    name: "an address that is none",
    config: {},
    dockerHost: () => "somewhere",
    report: `
  docker:host   "somewhere" is not the address of a Docker engine, such as unix:///var/run/docker.sock or tcp://10.1.2.3:2376
                unset DOCKER_HOST
`,
  },
  {
    name: "a directory for the images that does not exist",
    config: ({ freePort }) => ({
      endpoint: { port: freePort },
      storage: { kind: "volume", path: "/nonexistent/images", sizeGiB: 0.5 },
    }),
    report: `
  wharf:storage.path   "/nonexistent/images" is not a directory of this host
                       sudo install -d -o 10001 -g 10001 '/nonexistent/images'
`,
  },
  {
    name: "podman's socket",
    config: ({ freePort }) => ({ endpoint: { port: freePort } }),
    dockerHost: ({ podmanHost }) => podmanHost,
    report: ({ podmanHost }) => `
  docker:host   podman 4.3.1 runs at ${podmanHost}; it cannot put files into a volume before a container runs, so the registry would find no settings. Use Docker Engine, rootless if you like
                unset DOCKER_HOST; pulumi config set docker:host unix:///var/run/docker.sock
`,
  },
  {
    name: "no Docker engine",
    config: {},
    dockerHost: () => "unix:///nonexistent/docker.sock",
    report: `
  docker:host   no Docker engine answers at unix:///nonexistent/docker.sock
                sudo service docker start
`,
  },
  {
    name: "no Docker engine on another host",
    config: {},
    dockerHost: ({ freePort }) => `tcp://127.0.0.1:${freePort}`,
    report: ({ freePort }) => `
  docker:host   no Docker engine answers at tcp://127.0.0.1:${freePort}
`,
  },
  {
    name: "a host of prod that anybody on the network may reach",
    config: { environment: "prod", endpoint: { hosts: ["registry.example.com"] } },
    dockerHost: () => "tcp://192.0.2.1:2375",
    report: `
  docker:host   tcp://192.0.2.1:2375 without TLS lets everybody on the network act as root on that host, and read the registry's key and passwords
                pulumi config set docker:certPath DIRECTORY   # of ca.pem, cert.pem and key.pem
`,
  },
  {
    name: "an engine that this user may not use",
    config: {},
    dockerHost: ({ forbiddenHost }) => forbiddenHost,
    // Root opens any socket as long as it has these two.
    through: ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"],
    report: ({ forbiddenHost }) => `
  docker:host   this user is not permitted to use the Docker engine at ${forbiddenHost}
                sudo usermod -aG docker "$USER" && newgrp docker
`,
  },
  {
    name: "a port that another program listens on",
    config: ({ takenPort }) => ({ endpoint: { port: takenPort } }),
    report: ({ takenPort }) => `
  wharf:endpoint.port   ${takenPort} on 127.0.0.1 is in use by another program
                        pulumi config set --path 'wharf:endpoint.port' ${takenPort + 1}
`,
  },
  {
    name: "a port of a cache that another program listens on",
    config: ({ freePort, takenPort }) => ({
      endpoint: { port: freePort },
      pullThroughCaches: [{ upstream: "quay", port: takenPort }],
    }),
    report: ({ takenPort }) => `
  wharf:pullThroughCaches[0].port   ${takenPort} on 127.0.0.1 is in use by another program
                                    pulumi config set --path 'wharf:pullThroughCaches[0].port' ${takenPort + 1}
`,
  },
  {
    name: "a port that another container publishes",
    config: ({ publishedPort }) => ({ endpoint: { port: publishedPort } }),
    report: ({ publishedPort }) => `
  wharf:endpoint.port   ${publishedPort} on 127.0.0.1 is in use by container squatter
                        pulumi config set --path 'wharf:endpoint.port' ${publishedPort + 1}
`,
  },
  {
    name: "a full disk",
    config: ({ freePort }) => ({
      endpoint: { port: freePort },
      storage: { kind: "volume", sizeGiB: 0.5 },
    }),
    dockerHost: ({ full }) => full.dockerHost,
    report: ({ full }) => `
  wharf:storage.sizeGiB   1 GiB are needed and ${full.directory} has 0.0 GiB free
                          docker system df
`,
  },
  {
    name: "a disk smaller than the images are expected to be",
    config: ({ freePort }) => ({ endpoint: { port: freePort } }),
    dockerHost: ({ small }) => small.dockerHost,
    report: ({ small }) => `
  wharf:storage.sizeGiB   5 GiB are needed and ${small.directory} has 2.0 GiB free
                          docker system df
`,
  },
];
