// Package registry is what the programs that read and write whole registries share: a client of regclient, and what it is asked.
package registry

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/regclient/regclient"
	"github.com/regclient/regclient/config"
	"github.com/regclient/regclient/scheme"
	"github.com/regclient/regclient/scheme/reg"
	"github.com/regclient/regclient/types/errs"
	"github.com/regclient/regclient/types/ref"
)

// retries is how often a request is sent again after 429, 5xx or a broken connection. A Retry-After of the registry says when, else
// the pause doubles from 0.2 s to 30 s.
const retries = 10

// Registry is a registry that images are read from or written to, as a request names it.
type Registry struct {
	// Host is host:port as in an image's name.
	Host string `json:"host"`
	// Plain says that it speaks HTTP without TLS. Of a loopback address it is found out.
	Plain bool `json:"plain"`
	// CA is the PEM of a CA that its certificate may have besides the system's.
	CA string `json:"ca"`
	// User and Password log in. Without a user, the login is that of Docker's config.
	User     string `json:"user"`
	Password string `json:"password"`
	// DockerConfig is the file of logins; that of $DOCKER_CONFIG or ~/.docker where it is empty.
	DockerConfig string `json:"dockerConfig"`
}

// At names a repository, or with a tag or digest a manifest of it.
func (r Registry) At(repository, tag, digest string) ref.Ref {
	host, _ := ref.NewHost(r.Host)
	host.Repository, host.Tag, host.Digest = repository, tag, digest
	host.Reference = host.CommonName()
	return host
}

// settings are the registry's in regclient's words.
func (r Registry) settings(parallel int) (config.Host, error) {
	host := *config.HostNewName(r.Host)
	if r.User == "" {
		known, err := config.DockerLoad()
		if r.DockerConfig != "" {
			known, err = config.DockerLoadFile(r.DockerConfig)
		}
		if err != nil {
			return host, err
		}
		if i := slices.IndexFunc(known, func(one config.Host) bool { return one.Name == host.Name }); i >= 0 {
			host = known[i]
		}
	} else {
		host.User, host.Pass = r.User, r.Password
	}
	if r.Plain || r.onLoopbackWithoutTLS() {
		host.TLS = config.TLSDisabled
	}
	host.RegCert = r.CA
	host.ReqConcurrent = int64(parallel)
	// A token of its own for each repository: one for all of them grows with each.
	host.RepoAuth = true
	return host, nil
}

// onLoopbackWithoutTLS tells of an address of this machine whether HTTPS gets an answer in plain HTTP, as Docker finds out as well.
func (r Registry) onLoopbackWithoutTLS() bool {
	name := r.Host
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		name = host
	}
	address := net.ParseIP(strings.Trim(name, "[]"))
	if name != "localhost" && (address == nil || !address.IsLoopback()) {
		return false
	}
	// Nothing is sent and nothing believed by this: it only says which of two protocols is spoken.
	dialer := &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}, NetDialer: &net.Dialer{Timeout: 5 * time.Second}}
	server := r.Host
	if name == r.Host {
		server = net.JoinHostPort(name, "443")
	}
	connection, err := dialer.Dial("tcp", server)
	if err == nil {
		_ = connection.Close()
		return false
	}
	var header tls.RecordHeaderError
	return errors.As(err, &header)
}

// Connect makes a client of registries and asks each whether it answers. Where one does not, the failure says which by its place
// among them, and for what reason.
func Connect(ctx context.Context, parallel int, registries ...Registry) (*regclient.RegClient, int, *Failure) {
	// regclient copies this transport for each registry; its two idle connections would be made again and again.
	if transport, ok := http.DefaultTransport.(*http.Transport); ok {
		transport.MaxIdleConnsPerHost = 2 * parallel
	}
	hosts := []config.Host{}
	for i, one := range registries {
		host, err := one.settings(parallel)
		if err != nil {
			return nil, i, &Failure{Kind: "login", Text: err.Error()}
		}
		hosts = append(hosts, host)
		name, err := ref.NewHost(one.Host)
		if err == nil {
			// A wrong address is not asked ten times.
			_, err = client([]config.Host{host}, 2).Ping(ctx, name)
		}
		if err != nil {
			return nil, i, Failed(err)
		}
	}
	return client(hosts, retries), 0, nil
}

func client(hosts []config.Host, retries int) *regclient.RegClient {
	return regclient.New(
		regclient.WithConfigHost(hosts...),
		regclient.WithDockerCerts(),
		regclient.WithUserAgent("wharf"),
		regclient.WithRegOpts(reg.WithRetryLimit(retries), reg.WithDelay(200*time.Millisecond, 30*time.Second)),
	)
}

// Repositories lists the catalog of a registry, page by page.
func Repositories(ctx context.Context, client *regclient.RegClient, of Registry) ([]string, error) {
	found := []string{}
	last := ""
	for {
		options := []scheme.RepoOpts{}
		if last != "" {
			options = append(options, scheme.WithRepoLast(last))
		}
		list, err := client.RepoList(ctx, of.Host, options...)
		if err != nil {
			return nil, err
		}
		page, err := list.GetRepos()
		if err != nil || len(page) == 0 {
			return found, err
		}
		for _, name := range page {
			if !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
		if page[len(page)-1] == last {
			return found, nil
		}
		last = page[len(page)-1]
	}
}

// Tags lists the tags of a repository; none where the registry does not have it.
func Tags(ctx context.Context, client *regclient.RegClient, of ref.Ref) ([]string, error) {
	list, err := client.TagList(ctx, of)
	if errors.Is(err, errs.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return list.GetTags()
}

// Failure is what went wrong, as far as a program can tell it apart.
type Failure struct {
	// Side is "from" or "to".
	Side string `json:"side,omitempty"`
	// Repository and Tag say where.
	Repository string `json:"repository,omitempty"`
	Tag        string `json:"tag,omitempty"`
	// Blob is the digest of the blob or manifest that it is about.
	Blob string `json:"blob,omitempty"`
	// Kind is login, denied, missing, readonly, limited, unreachable or other.
	Kind string `json:"kind"`
	// Text is what the registry, or the connection to it, says.
	Text string `json:"text"`
}

// Failed tells of an error what a program can tell apart.
func Failed(err error) *Failure {
	kind := "other"
	var network net.Error
	switch {
	case errors.Is(err, errs.ErrHTTPUnauthorized):
		kind = "denied"
	case errors.Is(err, errs.ErrNotFound):
		kind = "missing"
	case errors.Is(err, errs.ErrHTTPRateLimit):
		kind = "limited"
	case strings.Contains(err.Error(), "[http 405]"):
		kind = "readonly"
	case errors.As(err, &network):
		kind = "unreachable"
	}
	return &Failure{Kind: kind, Text: said(err)}
}

// said is an error in the registry's own words where it sent some, in the form of the OCI distribution specification.
func said(err error) string {
	text := err.Error()
	var connection *url.Error
	if errors.As(err, &connection) {
		return connection.Err.Error()
	}
	if body := strings.Index(text, `{"errors"`); body >= 0 {
		if answer, ok := errorsOf(text[body:]); ok {
			return answer
		}
	}
	if _, answer, ok := strings.Cut(text, "request failed: "); ok {
		text = answer
	}
	return strings.TrimSpace(text)
}

// errorsOf gives the errors of a registry's answer, `CODE: message` each.
func errorsOf(body string) (string, bool) {
	var answer struct {
		Errors []struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"errors"`
	}
	// Something may follow.
	if err := json.NewDecoder(strings.NewReader(body)).Decode(&answer); err != nil || len(answer.Errors) == 0 {
		return "", false
	}
	said := []string{}
	for _, one := range answer.Errors {
		said = append(said, strings.TrimSuffix(one.Code+": "+one.Message, ": "))
	}
	return strings.Join(said, "; "), true
}
