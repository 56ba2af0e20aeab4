package access

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"runtime"
	"slices"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/sync/semaphore"
	"golang.org/x/sync/singleflight"

	"wharf.invalid/distribution/policy"
)

// rememberedPasswords is how many accepted passwords are remembered; of more, those used longest ago are checked again.
const rememberedPasswords = 4096

// passwords checks passwords. One check by bcrypt takes 70 ms of a processor, and a push makes ten requests, so an accepted password is
// remembered, as a hash with a key that only this process knows, for as long as the policy holds the same bcrypt hash.
type passwords struct {
	key []byte
	// accepted holds the bcrypt hash that a password was found to match.
	accepted *lru.Cache[[sha256.Size]byte, string]
	flights  singleflight.Group
	// checks are few at a time, so that wrong passwords cannot take all processors.
	checks *semaphore.Weighted
	// dummy is checked for users who do not exist, so that the time of an answer does not tell who does.
	dummy []byte
}

func newPasswords() (*passwords, error) {
	accepted, err := lru.New[[sha256.Size]byte, string](rememberedPasswords)
	if err != nil {
		return nil, err
	}
	key := make([]byte, sha256.Size)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	dummy, err := bcrypt.GenerateFromPassword(key, bcrypt.DefaultCost)
	if err != nil {
		return nil, err
	}
	atOnce := max(1, runtime.NumCPU()/2)
	return &passwords{
		key:      key,
		accepted: accepted,
		checks:   semaphore.NewWeighted(int64(atOnce)),
		dummy:    dummy,
	}, nil
}

// hash is what is remembered of a password.
func (all *passwords) hash(name, password string) [sha256.Size]byte {
	mac := hmac.New(sha256.New, all.key)
	mac.Write([]byte(name))
	mac.Write([]byte{0})
	mac.Write([]byte(password))
	return [sha256.Size]byte(mac.Sum(nil))
}

// isRemembered tells whether a password was accepted before, and the secret that it matched is still the user's and has not expired.
func (all *passwords) isRemembered(user *policy.User, password string, now time.Time) bool {
	if user == nil {
		return false
	}
	matched, ok := all.accepted.Get(all.hash(user.Name, password))
	return ok && slices.ContainsFunc(user.Secrets, func(secret policy.Secret) bool {
		return string(secret.Bcrypt) == matched && !hasEnded(secret.Until, now)
	})
}

// check compares a password with the user's secrets that have not expired. The same password is checked once where several requests
// bring it at a time.
func (all *passwords) check(r contextual, user *policy.User, name, password string, now time.Time) bool {
	hash := all.hash(name, password)
	result, _, _ := all.flights.Do(string(hash[:]), func() (any, error) {
		if err := all.checks.Acquire(r.Context(), 1); err != nil {
			return false, nil
		}
		defer all.checks.Release(1)
		if user == nil {
			_ = bcrypt.CompareHashAndPassword(all.dummy, []byte(password))
			return false, nil
		}
		for _, secret := range user.Secrets {
			if hasEnded(secret.Until, now) {
				continue
			}
			if bcrypt.CompareHashAndPassword(secret.Bcrypt, []byte(password)) == nil {
				all.accepted.Add(hash, string(secret.Bcrypt))
				return true, nil
			}
		}
		return false, nil
	})
	return result.(bool)
}

// hasEnded tells whether a moment has come; the zero time never does.
func hasEnded(moment, now time.Time) bool {
	return !moment.IsZero() && !now.Before(moment)
}
