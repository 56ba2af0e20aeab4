package access

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/distribution/distribution/v3/registry/api/errcode"
)

const (
	// SessionPath is where a client gets a session. It is below /v2/, which every proxy forwards, and is not the path of a repository.
	SessionPath = "/v2/token"
	// sessionFor is how long a session holds; clients get another one by themselves.
	sessionFor = 5 * time.Minute
)

// Sessions are the bearer tokens of a registry that allows pulls without a login. Clients send a password only where they are asked for
// one, and pull without one only where they are not. Asked for a bearer token they do both: they get it with their password or without.
// A session is the credentials, encrypted, so that whatever changes in the policy holds for it at once.
type Sessions struct{ seal cipher.AEAD }

// session is what a bearer token holds.
type session struct {
	Name     string    `json:"name,omitempty"`
	Password string    `json:"password,omitempty"`
	Ends     time.Time `json:"ends"`
}

// NewSessions takes the secret that the replicas of a registry share; without one, sessions are known to this process only.
func NewSessions(secret string) (*Sessions, error) {
	if secret == "" {
		secret = rand.Text()
	}
	key := sha256.Sum256([]byte("wharf registry session\x00" + secret))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	return &Sessions{seal}, err
}

func (sessions *Sessions) encode(one session) (string, error) {
	text, err := json.Marshal(one)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(sessions.seal.Seal(nil, nil, text, nil)), nil
}

// decode returns the credentials of a bearer token.
func (sessions *Sessions) decode(token string, now time.Time) (session, error) {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return session{}, err
	}
	text, err := sessions.seal.Open(nil, nil, sealed, nil)
	if err != nil {
		return session{}, err
	}
	var one session
	if err := json.Unmarshal(text, &one); err != nil {
		return session{}, err
	}
	if hasEnded(one.Ends, now) {
		return session{}, errors.New("the session has ended")
	}
	return one, nil
}

// ServeSession gives a session to a client with the right password or none.
func (controller *Controller) ServeSession(w http.ResponseWriter, r *http.Request) {
	exchange := ExchangeOf(r.Context())
	if r.Method != http.MethodGet {
		_ = errcode.ServeJSON(w, errcode.ErrorCodeUnsupported)
		return
	}
	_, err := controller.identify(r, exchange)
	if err != nil {
		tell(exchange, err)
		if _, ok := err.(refusal); !ok {
			challenge{realm: controller.Realm}.SetHeaders(r, w)
		}
		_ = errcode.ServeJSON(w, errcode.ErrorCodeUnauthorized)
		return
	}
	name, password, _ := r.BasicAuth()
	now := controller.now()
	token, err := controller.sessions.encode(session{name, password, now.Add(sessionFor)})
	if err != nil {
		_ = errcode.ServeJSON(w, errcode.ErrorCodeUnknown)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"token": token, "access_token": token,
		"expires_in": int(sessionFor.Seconds()), "issued_at": now.UTC().Format(time.RFC3339),
	})
}
