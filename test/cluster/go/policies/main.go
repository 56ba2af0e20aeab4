// Enforces the NetworkPolicies of a cluster on the pods of one node, as a network plugin does: the policy controller of
// kube-router, without its router and its proxy. It needs iptables and ipset on the PATH.
package main

import (
	"context"
	"flag"
	"os/signal"
	"sync"
	"syscall"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"github.com/cloudnativelabs/kube-router/v2/pkg/utils"
	"github.com/coreos/go-iptables/iptables"
	core "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

// fatal ends the program where something of its start fails.
func fatal(err error) {
	if err != nil {
		klog.Fatal(err)
	}
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "file by which the API server is reached")
	node := flag.String("node", "", "name of the node")
	services := flag.String("services", "", "range of the Services' addresses")
	flag.Parse()

	connection, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	fatal(err)
	client, err := kubernetes.NewForConfig(connection)
	fatal(err)
	commands, err := iptables.NewWithProtocol(iptables.ProtocolIPv4)
	fatal(err)
	sets, err := utils.NewIPSet(false)
	fatal(err)

	config := options.NewKubeRouterConfig()
	config.HostnameOverride = *node
	config.ClusterIPCIDRs = []string{*services}
	config.EnableIPv4 = true

	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	controller, err := netpol.NewNetworkPolicyController(client, config, pods, policies, namespaces, &sync.Mutex{},
		map[core.IPFamily]utils.IPTablesHandler{core.IPv4Protocol: commands},
		map[core.IPFamily]utils.IPSetHandler{core.IPv4Protocol: sets})
	fatal(err)
	for informer, handler := range map[cache.SharedIndexInformer]cache.ResourceEventHandler{
		pods: controller.PodEventHandler, namespaces: controller.NamespaceEventHandler,
		policies: controller.NetworkPolicyEventHandler,
	} {
		_, err = informer.AddEventHandler(handler)
		fatal(err)
	}

	end, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	factory.Start(end.Done())
	factory.WaitForCacheSync(end.Done())
	// The controller tells how it is; nobody asks.
	health := make(chan *healthcheck.ControllerHeartbeat)
	go func() {
		for range health {
		}
	}()
	var running sync.WaitGroup
	running.Add(1)
	go controller.Run(health, end.Done(), &running)
	running.Wait()
}
