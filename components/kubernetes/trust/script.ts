import { caFile } from "./hosts";

/** Where the DaemonSet's pods find the script and what it writes. */
export const trustDirectory = "/trust";
/** Where they find the node's directory. */
export const nodeDirectory = "/certs.d";
/** Name of the script. */
export const trustScriptFile = "trust.sh";

/**
 * Writes the hosts.toml and the CA of every host into the node's directory, in the words that every POSIX shell has. Called with
 * `keep` it writes, sees every ten seconds that all is still there and nothing else of the stack is, and removes what it wrote when
 * it is told to end; called with `check` it says what is missing, and fails then.
 *
 * The first line of each file names the stack and the pod: a comment to containerd, and no part of the PEM block to those that
 * read the CA. Another's file is never touched. A pod that takes over writes its own line, so that the one before it, which ends
 * later, leaves the files. A pod that was killed leaves its own lines: the newest pod removes them.
 *
 * @param directory the node's directory as the node names it, for messages
 */
export function trustScript(stack: string, directory: string): string {
  return `set -u
mark='# Kept by Wharf for the stack ${stack}; pod'
own="$mark $POD_UID"

first() { head -n 1 "$1"; }
ours() { case "$(first "$1")" in "$mark "*) return 0;; esac; return 1; }
body() { tail -n +2 "$1"; }
on_node() { echo "${directory}\${1#${nodeDirectory}} on the node $NODE_NAME"; }
taken() { [ -e "$1" ] && ! ours "$1" && echo "$(on_node "$1") is another's: remove it, or leave this name to it"; }
same() {
  [ -f "$2" ] && [ "$(cat "$1")" = "$(body "$2")" ] || { echo "$(on_node "$2") is not there yet"; return 1; }
}
each() {
  number=0 failed=0
  while read -r host; do
    toml="${nodeDirectory}/$host/hosts.toml" ca="${nodeDirectory}/$host/${caFile}"
    if taken "$toml" || taken "$ca"; then
      failed=1
    else
      [ ! -f ${trustDirectory}/ca.crt ] || "$1" ${trustDirectory}/ca.crt "$ca" || failed=1
      "$1" ${trustDirectory}/hosts-$number.toml "$toml" || failed=1
    fi
    number=$((number + 1))
  done < ${trustDirectory}/hosts
  return $failed
}

# A reader sees the file before or the file after, whole.
write() {
  mkdir -p "$(dirname "$2")" && { echo "$own"; cat "$1"; } > "$2.wharf" && mv "$2.wharf" "$2" && same "$1" "$2"
}
# What is gone or spoilt is written again; what a newer pod has written is its own.
repair() {
  [ -e "$2" ] && [ "$(first "$2")" != "$own" ] || same "$1" "$2" >/dev/null || write "$1" "$2"
}
listed() {
  [ "\${2##*/}" != ${caFile} ] || [ -f ${trustDirectory}/ca.crt ] || return 1
  while read -r host; do [ "$host" != "$1" ] || return 0; done < ${trustDirectory}/hosts
  return 1
}
remove() {
  rm -f "$1" "$1.wharf"
  rmdir "$(dirname "$1")" 2>/dev/null
}
files() {
  for file in ${nodeDirectory}/*/hosts.toml ${nodeDirectory}/*/${caFile}; do [ ! -f "$file" ] || echo "$file"; done
}
strangers() {
  files | while read -r file; do listed "$(basename "$(dirname "$file")")" "$file" || ! ours "$file" || echo "$file"; done
}
# No newer pod has written its own line into a file that both of them list.
newest() {
  files | while read -r file; do
    ! listed "$(basename "$(dirname "$file")")" "$file" || ! ours "$file" || [ "$(first "$file")" = "$own" ] || exit 1
  done
}
forget() {
  ! newest || strangers | while read -r file; do remove "$file"; done
}
end() {
  files | while read -r file; do [ "$(first "$file")" != "$own" ] || remove "$file"; done
  exit 0
}

case "$1" in
  check) each same;;
  keep)
    trap end TERM INT
    each write && echo "The node $NODE_NAME trusts $(tr '\\n' ' ' < ${trustDirectory}/hosts)"
    while :; do forget; sleep 10 & wait $!; each repair; done;;
esac
`;
}
