#!/bin/sh
# A private registry as tutorials make one: a self-signed RSA certificate, an htpasswd file and `docker run`.
# tutorial.sh create|destroy DIRECTORY IMAGE PORT
set -eu
directory=$2
image=$3
port=$4

create() {
  mkdir -p "$directory/certs" "$directory/auth" "$directory/data"
  openssl req -newkey rsa:4096 -nodes -sha256 -x509 -days 3650 -subj /CN=localhost \
    -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1' \
    -keyout "$directory/certs/domain.key" -out "$directory/certs/domain.crt"
  for user in admin developer readonly; do
    openssl rand -base64 24 >"$directory/$user.password"
    htpasswd -inB "$user" <"$directory/$user.password" >>"$directory/auth/htpasswd"
  done
  # The official image brings this file along; one that was built from Go modules does not.
  cat >"$directory/config.yml" <<CONFIG
version: 0.1
storage:
  filesystem:
    rootdirectory: /var/lib/registry
auth:
  htpasswd:
    realm: Registry
    path: /auth/htpasswd
http:
  addr: :5000
  tls:
    certificate: /certs/domain.crt
    key: /certs/domain.key
CONFIG
  docker run --detach --restart always --name tutorial-registry --user 0:0 \
    --publish "127.0.0.1:$port:5000" --env OTEL_TRACES_EXPORTER=none \
    --volume "$directory/certs:/certs" --volume "$directory/auth:/auth" \
    --volume "$directory/data:/var/lib/registry" \
    --volume "$directory/config.yml:/etc/distribution/config.yml" \
    "$image" serve /etc/distribution/config.yml
}

destroy() {
  docker rm --force tutorial-registry
  rm -r "$directory"
}

"$1"
