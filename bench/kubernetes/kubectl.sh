# The same objects by kubectl, waiting for what Wharf waits for: workloads that serve, objects that are gone.
#   kubectl.sh create|destroy MANIFEST [NAMESPACE/KIND/NAME...]
set -eu

command=$1
manifest=$2
shift 2

case $command in
  create)
    kubectl apply --filename "$manifest"
    for workload in "$@"; do
      kubectl --namespace "${workload%%/*}" rollout status "${workload#*/}" --timeout 300s
    done
    ;;
  destroy)
    kubectl delete --filename "$manifest" --wait --timeout 300s
    ;;
esac
