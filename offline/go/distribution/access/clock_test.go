package access

import (
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/distribution/distribution/v3/registry/api/errcode"
	"github.com/distribution/distribution/v3/registry/auth"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"golang.org/x/crypto/bcrypt"

	"wharf.invalid/distribution/policy"
)

// The registry's clock is off: nobody gets in whom the right time would refuse for a token, and the answer names the clock.
func TestClockOff(t *testing.T) {
	right := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	controller := clockedController(t, public, right)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: private},
		(&jose.SignerOptions{}).WithHeader("kid", "operator"))
	if err != nil {
		t.Fatal(err)
	}
	signed := func(claims map[string]any) string {
		for name, value := range map[string]any{"exp": right.Add(5 * time.Minute).Unix(), "access": []any{
			map[string]any{"repositories": []string{"**"}, "actions": []string{"pull"}},
		}} {
			claims[name] = value
		}
		text, err := jwt.Signed(signer).Claims(claims).Serialize()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	token := signed(map[string]any{"iss": "wharf", "aud": "wharf", "sub": "ci", "jti": "one", "nbf": right.Unix()})
	pipeline := signed(map[string]any{"iss": "https://issuer.test", "aud": "registry", "iat": right.Unix(), "sub": "shop"})
	mixed := signed(map[string]any{"iss": "https://issuer.test", "aud": "registry", "iat": right.Unix(), "sub": "mallory"})

	const begins, issued, ended = "is valid only from 2026-11-28T12:00:00Z", "was issued at 2026-11-28T12:00:00Z", "ended at 2026-11-28T12:05:00Z"
	decade := 10 * 365 * 24 * time.Hour
	for _, row := range []struct {
		name, user, password string
		off                  time.Duration
		status               int
		says                 string
	}{
		{"a token, on time", "ci", token, 0, 200, ""},
		{"a token, slightly behind", "ci", token, -50 * time.Second, 200, ""},
		{"a token, behind", "ci", token, -2 * time.Minute, 401, begins},
		{"a token, far behind", "ci", token, -decade, 401, "registry's clock says 2016-11-30T12:00:00Z"},
		{"a token, ahead", "ci", token, 5 * time.Minute, 401, ended},
		{"a token, far ahead", "ci", token, decade, 401, "registry's clock says 2036-11-25T12:00:00Z"},
		{"a pipeline, on time", "shop", pipeline, 0, 200, ""},
		{"a pipeline, slightly behind", "shop", pipeline, -50 * time.Second, 200, ""},
		{"a pipeline, behind", "shop", pipeline, -2 * time.Minute, 401, issued},
		{"a pipeline, far behind", "shop", pipeline, -decade, 401, issued},
		{"a pipeline, slightly ahead", "shop", pipeline, 5*time.Minute + 50*time.Second, 200, ""},
		{"a pipeline, far ahead", "shop", pipeline, decade, 401, ended},
		{"another pipeline, far ahead", "shop", mixed, decade, 401, ended},
		{"another pipeline, on time", "shop", mixed, 0, 401, "authentication required"},
		{"a user before the last day", "leaving", "right", 0, 200, ""},
		{"a user, ahead", "leaving", "right", decade, 401, "user leaving has expired"},
		{"a wrong password, ahead", "leaving", "wrong", decade, 401, "authentication required"},
		{"an old password, ahead", "rotating", "right", decade, 401, "authentication required"},
		{"a password without an end, ahead", "ci", "right", decade, 200, ""},
		{"a password without an end, behind", "ci", "right", -decade, 200, ""},
		{"a wrong password, behind", "ci", "wrong", -decade, 401, "authentication required"},
	} {
		t.Run(row.name, func(t *testing.T) {
			controller.now = func() time.Time { return right.Add(row.off) }
			request := httptest.NewRequest(http.MethodGet, "/v2/", nil)
			request.SetBasicAuth(row.user, row.password)
			answer := httptest.NewRecorder()
			Exchanges(distributionOf(controller), func(*http.Request, *Exchange) {}).ServeHTTP(answer, request)
			if answer.Code != row.status || !strings.Contains(answer.Body.String(), row.says) {
				t.Errorf("%d %s, not %d with %q", answer.Code, answer.Body, row.status, row.says)
			}
			if row.status == 401 && answer.Header().Get("WWW-Authenticate") == "" {
				t.Error("the client is not asked to log in")
			}
		})
	}
}

// clockedController has users, a key of tokens, and a pipeline whose tokens the same key signs.
func clockedController(t *testing.T, key ed25519.PublicKey, right time.Time) *Controller {
	hash, err := bcrypt.GenerateFromPassword([]byte("right"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	jwk := jose.JSONWebKey{Key: key, KeyID: "operator"}
	rules := []policy.Rule{{Repositories: []string{"**"}, Actions: []string{"pull"}}}
	tomorrow := right.Add(24 * time.Hour)
	contents, err := json.Marshal(map[string]any{
		"version": 1,
		"users": []any{
			map[string]any{"name": "ci", "secrets": []any{map[string]any{"bcrypt": string(hash)}}, "rules": rules},
			map[string]any{"name": "leaving", "secrets": []any{map[string]any{"bcrypt": string(hash)}}, "expires": tomorrow, "rules": rules},
			map[string]any{"name": "rotating", "secrets": []any{map[string]any{"bcrypt": string(hash), "until": tomorrow}}, "rules": rules},
		},
		"identities": []any{map[string]any{
			"name": "shop", "issuer": "https://issuer.test", "audience": "registry",
			"jwks": jose.JSONWebKeySet{Keys: []jose.JSONWebKey{jwk}}, "claims": map[string]any{"sub": []string{"shop"}}, "rules": rules,
		}},
		"tokens": map[string]any{"keys": []any{jwk}},
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(path, contents, 0o600); err != nil {
		t.Fatal(err)
	}
	live := policy.NewLive(path)
	live.Start(t.Context())
	if live.Current() == nil {
		t.Fatal("the policy is not valid")
	}
	controller, err := NewController(Settings{Realm: "wharf"}, live)
	if err != nil {
		t.Fatal(err)
	}
	return controller
}

// distributionOf answers as distribution does with an access controller.
func distributionOf(controller *Controller) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := controller.Authorized(r)
		if asked, ok := err.(auth.Challenge); ok {
			asked.SetHeaders(r, w)
			_ = errcode.ServeJSON(w, errcode.ErrorCodeUnauthorized)
		}
	})
}
