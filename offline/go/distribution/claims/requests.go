package claims

import (
	"net/http"
	"regexp"

	"github.com/opencontainers/go-digest"
)

var (
	contentPath = regexp.MustCompile(`/v2/.+/(?:blobs|manifests)/([a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]+)$`)
	uploadPath  = regexp.MustCompile(`/v2/.+/blobs/uploads/[^/]*$`)
)

// Requests gives every request a session, which holds the blob or manifest that it names by digest. One that may end in a client's
// knowing that content is there touches it: a HEAD, an upload, a mount. A GET only holds it, since who wants to know asks by HEAD.
func Requests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, session := Begin(r.Context())
		defer session.End()
		path := r.URL.Path
		if parts := contentPath.FindStringSubmatch(path); parts != nil {
			session.hold(r.Method == http.MethodHead || r.Method == http.MethodPut, parts[1])
		} else if uploadPath.MatchString(path) && r.Method != http.MethodPatch {
			// Distribution reads them from the body of a form as well.
			session.hold(true, r.FormValue("digest"))
			session.hold(true, r.FormValue("mount"))
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (session *Session) hold(touches bool, named string) {
	if parsed, err := digest.Parse(named); err == nil {
		session.Hold(touches, Digest(parsed)...)
	}
}
