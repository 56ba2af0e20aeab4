package collection

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
	"github.com/sirupsen/logrus"
)

// heard is what a webhook was told, and by which signature.
type heard struct {
	event
	signature string
	body      []byte
}

// hook is a server that turns the first requests away.
func hook(t *testing.T, refusals int, answer int) (notify Notify, all chan heard) {
	all = make(chan heard, 8)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if refusals--; refusals >= 0 {
			w.WriteHeader(answer)
			return
		}
		one := heard{signature: r.Header.Get("X-Wharf-Signature"), body: body}
		if err := json.Unmarshal(body, &one.event); err != nil {
			t.Error(err)
		}
		all <- one
	}))
	t.Cleanup(server.Close)
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	return Notify{URL: server.URL + "/hook/hidden", Stack: "prod", CACertificate: string(authority), pauses: make([]time.Duration, 3)}, all
}

func TestAWebhookHearsOfARunOfTheScheduleThatItsThresholdStops(t *testing.T) {
	notify, all := hook(t, 3, http.StatusServiceUnavailable)
	held := open(t, inmemory.New())
	held.push("shop/api", "one", "v1")
	held.push("shop/api", "two", "keep")
	limited := *rules
	limited.MostPercent = 0
	notify.Secret = "of the webhook"
	limited.Notify = &notify
	service := NewService("")
	service.started = time.Now().Add(-24 * time.Hour)
	service.store, service.retention = &held.store, &limited
	service.pulls = &pulls{store: held.store, repositories: map[string]*pulled{}}
	if _, err := service.Start(context.WithoutCancel(t.Context()), Request{By: schedule}); err != nil {
		t.Fatal(err)
	}
	told := <-all
	if told.Outcome != "failed" || told.Stack != "prod" || told.Task != "collect" || !strings.Contains(told.Message, "too much would be deleted") {
		t.Fatalf("%+v", told)
	}
	mac := hmac.New(sha256.New, []byte("of the webhook"))
	mac.Write(told.body)
	if told.signature != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		t.Fatal(told.signature)
	}
}

func TestAWebhookHearsOfSuccessOnlyWhereItAsks(t *testing.T) {
	notify, all := hook(t, 0, 0)
	done := &Report{By: schedule}
	notify.tell(t.Context(), done)
	notify.OnSuccess = true
	notify.tell(t.Context(), &Report{By: "admin", Problem: "of a person, who reads it"})
	notify.tell(t.Context(), done)
	if len(all) != 1 {
		t.Fatalf("told %d times", len(all))
	}
	if told := <-all; told.Outcome != "succeeded" {
		t.Fatalf("%+v", told)
	}
}

func TestTheAddressOfAWebhookIsInNoLog(t *testing.T) {
	var log bytes.Buffer
	logrus.SetOutput(&log)
	defer logrus.SetOutput(os.Stderr)
	notify, all := hook(t, 8, http.StatusForbidden)
	failed := &Report{By: schedule, Problem: "the store is gone"}
	notify.tell(t.Context(), failed)
	notify.URL = "https://127.0.0.1:1/hook/hidden"
	notify.tell(t.Context(), failed)
	if len(all) != 0 || strings.Count(log.String(), "was not told") != 2 || !strings.Contains(log.String(), "the server answered 403") || strings.Contains(log.String(), "hidden") {
		t.Fatal(log.String())
	}
}
