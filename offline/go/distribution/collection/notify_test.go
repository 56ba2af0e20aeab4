package collection

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
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
func hook(t *testing.T, refusals int, answer int) (address string, all chan heard) {
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
	before, pauses := webhooks.Transport, notifyPauses
	webhooks.Transport, notifyPauses = server.Client().Transport, []time.Duration{0, 0, 0}
	t.Cleanup(func() { webhooks.Transport, notifyPauses = before, pauses })
	return server.URL + "/hook/hidden", all
}

func TestAWebhookHearsOfARunOfTheScheduleThatItsThresholdStops(t *testing.T) {
	address, all := hook(t, 3, http.StatusServiceUnavailable)
	held := open(t, inmemory.New())
	held.push("shop/api", "one", "v1")
	held.push("shop/api", "two", "keep")
	limited := *rules
	limited.MostPercent = 0
	limited.Notify = &Notify{URL: address, Secret: "of the webhook", Stack: "prod"}
	service := NewService("")
	service.started = time.Now().Add(-24 * time.Hour)
	service.store, service.retention = &held.store, &limited
	service.pulls = &pulls{store: held.store, repositories: map[string]*pulled{}}
	if _, err := service.Start(t.Context(), Request{By: schedule}); err != nil {
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
	address, all := hook(t, 0, 0)
	done := &Report{By: schedule}
	(&Notify{URL: address}).tell(t.Context(), done)
	(&Notify{URL: address, OnSuccess: true}).tell(t.Context(), &Report{By: "admin", Problem: "of a person, who reads it"})
	(&Notify{URL: address, OnSuccess: true}).tell(t.Context(), done)
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
	defer logrus.SetOutput(io.Discard)
	address, all := hook(t, 8, http.StatusForbidden)
	failed := &Report{By: schedule, Problem: "the store is gone"}
	(&Notify{URL: address}).tell(t.Context(), failed)
	(&Notify{URL: "https://127.0.0.1:1/hook/hidden"}).tell(t.Context(), failed)
	if len(all) != 0 || strings.Count(log.String(), "was not told") != 2 || !strings.Contains(log.String(), "the server answered 403") || strings.Contains(log.String(), "hidden") {
		t.Fatal(log.String())
	}
}
