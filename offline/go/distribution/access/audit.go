package access

import (
	"cmp"
	"net/http"
	"os"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	"github.com/sirupsen/logrus"
)

// requests counts what came of requests to the registry API. Its labels hold no names, so that nobody can make it grow.
var requests = promauto.NewCounterVec(prometheus.CounterOpts{
	Name: "wharf_registry_requests_total",
	Help: "Requests to the registry API, by how the client logged in and by the answer.",
}, []string{"login", "result"})

// Audit writes who did what: one line for each request that the controller saw, whatever level the other lines of the log have.
type Audit struct{ log *logrus.Logger }

// NewAudit writes in the form of the other lines of the log.
func NewAudit() *Audit {
	standard := logrus.StandardLogger()
	return &Audit{&logrus.Logger{
		Out: os.Stderr, Formatter: standard.Formatter, Hooks: make(logrus.LevelHooks), Level: logrus.InfoLevel,
	}}
}

// Record writes the line of a request and counts it.
func (audit *Audit) Record(r *http.Request, exchange *Exchange) {
	if !exchange.Address.IsValid() && exchange.refused == nil {
		return
	}
	login := "none"
	if exchange.Principal != nil {
		login = exchange.Principal.how
	}
	// A handler that only writes a body answers 200.
	status := cmp.Or(exchange.status, http.StatusOK)
	result := "allowed"
	switch status {
	case http.StatusUnauthorized:
		result = "unauthenticated"
		// Clients begin without credentials, so that only wrong ones tell of somebody who guesses.
		if exchange.claimed != "" {
			result = "wrong credentials"
		}
	case http.StatusForbidden:
		result = "denied"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		result = "refused"
	}
	requests.WithLabelValues(login, result).Inc()
	fields := logrus.Fields{
		"user": exchange.claimed, "login": login, "address": exchange.Address.String(), "method": r.Method, "status": status,
	}
	for field, value := range map[string]string{
		"repository": exchange.repository, "reference": exchange.reference, "actions": strings.Join(exchange.actions, ","),
	} {
		if value != "" {
			fields[field] = value
		}
	}
	if exchange.refused != nil {
		fields["reason"] = exchange.refused.Message
	}
	audit.log.WithFields(fields).Info("audit")
}
