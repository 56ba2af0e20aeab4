/**
 * How clients other than this host's Docker come to trust the registry's CA. Sources: docs.docker.com (certs.d),
 * containerd's docs/hosts.md, containers-certs.d(5), docs.k3s.io (Private Registry Configuration), update-ca-certificates(8).
 * @param hosts every `host:port` by which clients name the registry
 * @param outputsCommand command that prints the stack's outputs as JSON
 */
export function otherClients(hosts: string[], outputsCommand: string): string {
  const host = hosts[0] ?? "";
  return `Elsewhere, with the CA in a file ca.crt:
  ${outputsCommand} | node -p 'JSON.parse(fs.readFileSync(0)).caCertificate' > ca.crt

  Docker on another host   /etc/docker/certs.d/${host}/ca.crt
  Podman, Skopeo, Buildah  /etc/containers/certs.d/${host}/ca.crt
  containerd               /etc/containerd/certs.d/${host}/ca.crt, and beside it hosts.toml:
                             server = "https://${host}"
                             [host."https://${host}"]
                               ca = "/etc/containerd/certs.d/${host}/ca.crt"
                           config.toml must name the directory: config_path = "/etc/containerd/certs.d"
  k3s                      /etc/rancher/k3s/registries.yaml, then restart k3s:
                             configs:
                               "${host}":
                                 tls:
                                   ca_file: /etc/rancher/k3s/ca.crt
  The whole system         Debian, Ubuntu: /usr/local/share/ca-certificates/wharf.crt, then update-ca-certificates
                           Fedora, RHEL: /etc/pki/ca-trust/source/anchors/wharf.crt, then update-ca-trust`;
}
