package collection

import (
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// cluster is an API server that answers a list of pods page by page, and how a pod asks it.
func cluster(t *testing.T, pages ...string) KeepRunning {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/pods" || r.Header.Get("Authorization") != "Bearer of-the-registry" {
			http.Error(w, "forbidden", http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte(pages[len(r.URL.Query().Get("continue"))]))
	}))
	t.Cleanup(server.Close)
	at, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(at.Host)
	t.Setenv("KUBERNETES_SERVICE_HOST", host)
	t.Setenv("KUBERNETES_SERVICE_PORT", port)
	directory := t.TempDir()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	for name, contents := range map[string][]byte{"token": []byte("of-the-registry\n"), "ca.crt": authority} {
		if err := os.WriteFile(filepath.Join(directory, name), contents, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return KeepRunning{TokenDirectory: directory}
}

func TestRunningDigestsAreThoseOfEveryPageAndContainer(t *testing.T) {
	digest := func(letter string) string { return "sha256:" + strings.Repeat(letter, 64) }
	keep := cluster(t,
		`{"metadata": {"continue": "x"}, "items": [{
			"spec": {"containers": [{"image": "registry:5000/a@`+digest("a")+`"}], "initContainers": [{"image": "registry:5000/b:1"}]},
			"status": {"initContainerStatuses": [{"imageID": "docker-pullable://registry:5000/b@`+digest("b")+`"}]}
		}]}`,
		`{"metadata": {}, "items": [{
			"spec": {"containers": [{"image": "registry:5000/a@`+digest("a")+`"}]},
			"status": {"containerStatuses": [{"imageID": "sha256:`+strings.Repeat("c", 64)+`"}], "ephemeralContainerStatuses": [{"imageID": "e@`+digest("e")+`"}]}
		}]}`)
	found, err := keep.digests(t.Context())
	if err != nil || !slices.Equal(found, []string{digest("a"), digest("b"), digest("e")}) {
		t.Fatalf("found %v, %v", found, err)
	}
}

func TestNothingIsDeletedWhereNobodySaysWhatRuns(t *testing.T) {
	for name, change := range map[string]func(KeepRunning){
		"another token": func(keep KeepRunning) {
			_ = os.WriteFile(filepath.Join(keep.TokenDirectory, "token"), []byte("of-another"), 0o600)
		},
		"no token":     func(keep KeepRunning) { _ = os.Remove(filepath.Join(keep.TokenDirectory, "token")) },
		"no cluster":   func(KeepRunning) { t.Setenv("KUBERNETES_SERVICE_HOST", "") },
		"another host": func(KeepRunning) { t.Setenv("KUBERNETES_SERVICE_HOST", "localhost.invalid") },
	} {
		keep := cluster(t, `{"items": []}`)
		change(keep)
		one := &run{retention: &Retention{KeepRunning: &keep}}
		if err := one.collect(t.Context(), time.Now()); err == nil || !strings.Contains(err.Error(), "which images run") {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := cluster(t, `{"items": [`)
	if _, err := broken.digests(t.Context()); err == nil {
		t.Error("half a list is taken for a whole one")
	}
}
