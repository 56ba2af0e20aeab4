package content

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/distribution/distribution/v3/registry/api/errcode"
	"github.com/distribution/reference"
	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

var referrersPath = regexp.MustCompile(`^(/.*)?/v2/(.+)/referrers/([^/]+)$`)

// ReferrersAPI answers who refers to a digest, from the index under its tag. It asks next for that index with the client's own
// credentials, so that who may pull it may see it, and nobody else.
func ReferrersAPI(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		parts := referrersPath.FindStringSubmatch(r.URL.Path)
		if parts == nil {
			next.ServeHTTP(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			_ = errcode.ServeJSON(w, errcode.ErrorCodeUnsupported)
			return
		}
		name, err := reference.WithName(parts[2])
		if err != nil {
			_ = errcode.ServeJSON(w, errcode.ErrorCodeNameInvalid.WithDetail(err))
			return
		}
		subject, err := digest.Parse(parts[3])
		if err != nil {
			_ = errcode.ServeJSON(w, errcode.ErrorCodeDigestInvalid.WithDetail(err))
			return
		}
		held := answer{header: http.Header{}}
		next.ServeHTTP(&held, indexRequest(r, parts[1], name.Name(), subject))
		index := v1.Index{MediaType: v1.MediaTypeImageIndex, Manifests: []v1.Descriptor{}}
		index.SchemaVersion = 2
		switch held.status {
		case http.StatusOK:
			var stored v1.Index
			if json.Unmarshal(held.body.Bytes(), &stored) == nil && stored.Manifests != nil {
				index.Manifests = stored.Manifests
			}
		case http.StatusNotFound:
		default:
			held.copyTo(w)
			return
		}
		serveReferrers(w, r, index)
	})
}

// indexRequest is the client's request, for the index of a digest.
func indexRequest(r *http.Request, prefix, name string, subject digest.Digest) *http.Request {
	request := r.Clone(r.Context())
	request.Method = http.MethodGet
	request.URL.Path = prefix + "/v2/" + name + "/manifests/" + FallbackTag(subject)
	request.URL.RawPath, request.URL.RawQuery = "", ""
	request.RequestURI = request.URL.Path
	request.Form, request.PostForm = nil, nil
	request.Body, request.ContentLength = http.NoBody, 0
	for _, name := range []string{"If-None-Match", "Range", "Content-Type"} {
		request.Header.Del(name)
	}
	request.Header.Set("Accept", v1.MediaTypeImageIndex)
	return request
}

func serveReferrers(w http.ResponseWriter, r *http.Request, index v1.Index) {
	if wanted := r.URL.Query().Get("artifactType"); wanted != "" {
		index.Manifests = slices.DeleteFunc(index.Manifests, func(one v1.Descriptor) bool { return one.ArtifactType != wanted })
		w.Header().Set("OCI-Filters-Applied", "artifactType")
	}
	body, err := json.Marshal(index)
	if err != nil {
		_ = errcode.ServeJSON(w, errcode.ErrorCodeUnknown)
		return
	}
	w.Header().Set("Content-Type", v1.MediaTypeImageIndex)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.Header().Set("Docker-Distribution-API-Version", "registry/2.0")
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body)
	}
}

// answer holds what a handler answers.
type answer struct {
	status int
	header http.Header
	body   bytes.Buffer
}

func (held *answer) Header() http.Header { return held.header }

func (held *answer) WriteHeader(status int) {
	if held.status == 0 {
		held.status = status
	}
}

func (held *answer) Write(part []byte) (int, error) {
	held.WriteHeader(http.StatusOK)
	return held.body.Write(part)
}

func (held *answer) copyTo(w http.ResponseWriter) {
	maps.Copy(w.Header(), held.header)
	w.WriteHeader(held.status)
	_, _ = w.Write(held.body.Bytes())
}
