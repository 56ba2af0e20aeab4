package collection

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// KeepRunning says that what the pods of the registry's own cluster run is never deleted.
type KeepRunning struct {
	// TokenDirectory holds the token by which the API server is asked, and the CA of its certificate, as Kubernetes mounts them.
	TokenDirectory string `json:"tokenDirectory"`
}

const (
	// podsAtOnce is how many pods one answer of the API server holds, as kubectl asks.
	podsAtOnce = "500"
	// mostOfPods bounds one answer, in bytes: a pod may be as large as 1.5 MB, and as a rule is a thousandth of it.
	mostOfPods = 256 << 20
	podsWithin = time.Minute
)

// namedDigest ends the name of an image that is pulled or was pulled by its digest.
var namedDigest = regexp.MustCompile(`@(sha256:[0-9a-f]{64})$`)

type podContainer struct {
	Image   string `json:"image"`
	ImageID string `json:"imageID"`
}

type podList struct {
	Metadata struct {
		Continue string `json:"continue"`
	} `json:"metadata"`
	Items []struct {
		Spec struct {
			Containers          []podContainer `json:"containers"`
			InitContainers      []podContainer `json:"initContainers"`
			EphemeralContainers []podContainer `json:"ephemeralContainers"`
		} `json:"spec"`
		Status struct {
			ContainerStatuses          []podContainer `json:"containerStatuses"`
			InitContainerStatuses      []podContainer `json:"initContainerStatuses"`
			EphemeralContainerStatuses []podContainer `json:"ephemeralContainerStatuses"`
		} `json:"status"`
	} `json:"items"`
}

// digests are those of all images that pods run or are to run, of whatever registry: a digest means the same content everywhere.
func (keep KeepRunning) digests(ctx context.Context) ([]string, error) {
	host, port := os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")
	if host == "" || port == "" {
		return nil, errors.New("the registry does not run in a pod of a cluster")
	}
	token, err := os.ReadFile(filepath.Join(keep.TokenDirectory, "token"))
	if err != nil {
		return nil, err
	}
	authority, err := os.ReadFile(filepath.Join(keep.TokenDirectory, "ca.crt"))
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority) {
		return nil, errors.New("the CA of the API server is not a certificate")
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}}
	defer transport.CloseIdleConnections()
	client := &http.Client{
		Transport: transport, Timeout: podsWithin,
		// The token is for the API server, and for nobody that it names.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var found []string
	for next := ""; ; {
		query := url.Values{"limit": {podsAtOnce}}
		if next != "" {
			query.Set("continue", next)
		}
		at := "https://" + net.JoinHostPort(host, port) + "/api/v1/pods?" + query.Encode()
		list, err := podsAt(ctx, client, at, strings.TrimSpace(string(token)))
		if err != nil {
			return nil, err
		}
		for _, pod := range list.Items {
			spec, status := pod.Spec, pod.Status
			for _, one := range slices.Concat(
				spec.Containers, spec.InitContainers, spec.EphemeralContainers,
				status.ContainerStatuses, status.InitContainerStatuses, status.EphemeralContainerStatuses,
			) {
				for _, name := range []string{one.Image, one.ImageID} {
					if parts := namedDigest.FindStringSubmatch(name); parts != nil {
						found = append(found, parts[1])
					}
				}
			}
		}
		if next = list.Metadata.Continue; next == "" {
			slices.Sort(found)
			return slices.Compact(found), nil
		}
	}
}

func podsAt(ctx context.Context, client *http.Client, at, token string) (*podList, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Accept", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the API server answered %d to a list of the pods", response.StatusCode)
	}
	var list podList
	if err := json.NewDecoder(io.LimitReader(response.Body, mostOfPods)).Decode(&list); err != nil {
		return nil, fmt.Errorf("the list of the pods cannot be read: %w", err)
	}
	return &list, nil
}
