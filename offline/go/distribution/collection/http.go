package collection

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/distribution/distribution/v3/registry/api/errcode"
	"github.com/felixge/httpsnoop"
	"github.com/sirupsen/logrus"

	"wharf.invalid/distribution/access"
)

// Where administrators ask for a run and its report, and for the images. It is below /v2/, which every proxy forwards, and no repository
// can have such a name.
const (
	RunsPath   = "/v2/_wharf/collection"
	ImagesPath = "/v2/_wharf/images"
)

// maintenance is the user as whom Wharf's own commands look at everything; what it pulls nobody used.
const maintenance = "wharf"

var manifestPath = regexp.MustCompile(`/v2/(.+)/manifests/[^/]+$`)

// Pulls notes which images are pulled, while next serves.
func (service *Service) Pulls(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/v2/") {
			service.takeOver(r.Context())
		}
		parts := manifestPath.FindStringSubmatch(r.URL.Path)
		if parts == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		answered := httpsnoop.CaptureMetrics(next, w, r)
		exchange := access.ExchangeOf(r.Context())
		if exchange == nil || exchange.Principal == nil || exchange.Principal.Name == maintenance {
			return
		}
		if named := w.Header().Get("Docker-Content-Digest"); named != "" && answered.Code == http.StatusOK {
			service.pulls.pull(parts[1], named, time.Now())
		}
	})
}

func (service *Service) takeOver(ctx context.Context) {
	if err := service.own(ctx, service.pulls.store.driver); err != nil {
		logrus.WithError(err).Error("the collection cannot take the store over")
	}
}

// Status is what a registry says of its collections. Last is the run that ended last, also where that was with the process before, and
// Planned the dry run that this process ended last, which says nothing of how collections go.
type Status struct {
	// Rules is what is wrong with them; empty where they are valid.
	Rules    string     `json:"rules"`
	Schedule string     `json:"schedule"`
	Next     *time.Time `json:"next"`
	Running  *string    `json:"running"`
	Last     *Report    `json:"last"`
	Planned  *Report    `json:"planned"`
}

// ServeRuns answers administrators: GET says what runs and what the last run did, POST starts one.
func (service *Service) ServeRuns(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		answer(w, http.StatusOK, service.status())
	case http.MethodPost:
		request := Request{By: access.ExchangeOf(r.Context()).Principal.Name}
		decoder := json.NewDecoder(io.LimitReader(r.Body, 16<<20))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&request); err != nil && !errors.Is(err, io.EOF) {
			refuse(w, http.StatusBadRequest, errcode.ErrorCodeUnsupported, "the request cannot be read: "+err.Error())
			return
		}
		// The run goes on when its client is gone.
		id, err := service.Start(context.WithoutCancel(r.Context()), request)
		switch {
		case errors.Is(err, errRunning):
			refuse(w, http.StatusConflict, errcode.ErrorCodeDenied, err.Error())
		case err != nil:
			refuse(w, http.StatusServiceUnavailable, errcode.ErrorCodeUnavailable, err.Error())
		default:
			answer(w, http.StatusAccepted, map[string]string{"id": id})
		}
	default:
		_ = errcode.ServeJSON(w, errcode.ErrorCodeUnsupported)
	}
}

func (service *Service) status() Status {
	service.mutex.Lock()
	defer service.mutex.Unlock()
	status := Status{Rules: service.fault, Last: service.last, Planned: service.planned}
	if service.stopped != nil {
		status.Last = service.stopped
	}
	if service.retention != nil {
		status.Schedule = service.retention.Schedule
	}
	if !service.next.IsZero() {
		status.Next = &service.next
	}
	if service.running != nil {
		status.Running = &service.running.ID
	}
	return status
}

// listed is an image as a listing of `wharf retention` has it.
type listed struct {
	*Image
	LastPulledAt json.RawMessage `json:"lastPulledAt,omitempty"`
}

// ServeImages answers administrators with every image that the registry holds, those without a tag as well.
func (service *Service) ServeImages(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		_ = errcode.ServeJSON(w, errcode.ErrorCodeUnsupported)
		return
	}
	service.mutex.Lock()
	held := service.store
	service.mutex.Unlock()
	if held == nil {
		refuse(w, http.StatusServiceUnavailable, errcode.ErrorCodeUnavailable, errNotReady.Error())
		return
	}
	all := []listed{}
	names, err := held.repositories(r.Context())
	for _, name := range names {
		var found *holding
		if found, err = held.read(r.Context(), name); err != nil {
			break
		}
		if err = service.pulls.fill(r.Context(), found, time.Now()); err != nil {
			break
		}
		for _, image := range found.images {
			one := listed{Image: image}
			if last := image.LastPulledAt; last.IsZero() {
				one.LastPulledAt = json.RawMessage("null")
			} else {
				one.LastPulledAt, _ = json.Marshal(last.UTC())
			}
			all = append(all, one)
		}
	}
	if err != nil {
		refuse(w, http.StatusInternalServerError, errcode.ErrorCodeUnknown, err.Error())
		return
	}
	answer(w, http.StatusOK, all)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, code errcode.ErrorCode, message string) {
	answer(w, status, errcode.Errors{code.WithMessage(message)})
}

// Paths serves the collection's own paths to those whom allowed lets in, and leaves all others to next.
func (service *Service) Paths(prefix string, allowed func(http.ResponseWriter, *http.Request) bool, next http.Handler) http.Handler {
	prefix = strings.TrimSuffix(prefix, "/")
	own := map[string]http.HandlerFunc{prefix + RunsPath: service.ServeRuns, prefix + ImagesPath: service.ServeImages}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve, ok := own[r.URL.Path]
		if !ok {
			next.ServeHTTP(w, r)
			return
		}
		if allowed(w, r) {
			service.takeOver(r.Context())
			serve(w, r)
		}
	})
}
