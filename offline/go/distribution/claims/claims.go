// Package claims says what of a registry somebody uses at the moment, or used not long ago, so that nothing is deleted under them.
package claims

import (
	"sync"
	"time"
)

// Claims are on keys: digests of blobs and manifests, and tags as `repository:tag`.
//
// Who is about to tell a client that something exists holds it first and looks afterwards. Who deletes looks for claims and deletes in
// one step, while nobody can begin to hold. So what a client was told to exist stays for as long as claims are respected, and what is
// being deleted is not told to exist.
type Claims struct {
	mutex    sync.Mutex
	free     *sync.Cond
	held     map[string]*claim
	deleting map[string]bool
}

type claim struct {
	holders int
	touched time.Time
}

// Registry are the claims on what this process serves.
var Registry = New()

// New makes claims on nothing.
func New() *Claims {
	claims := &Claims{held: map[string]*claim{}, deleting: map[string]bool{}}
	claims.free = sync.NewCond(&claims.mutex)
	return claims
}

// Hold claims a key until released. It waits while the key is being deleted. With touches the claim counts as made at its release for
// those who ask what was used since some time.
func (claims *Claims) Hold(key string, touches bool) (release func()) {
	claims.mutex.Lock()
	defer claims.mutex.Unlock()
	for claims.deleting[key] {
		claims.free.Wait()
	}
	one := claims.held[key]
	if one == nil {
		one = &claim{}
		claims.held[key] = one
	}
	one.holders++
	return func() {
		claims.mutex.Lock()
		defer claims.mutex.Unlock()
		one.holders--
		if touches {
			one.touched = time.Now()
		}
		if one.holders == 0 && one.touched.IsZero() {
			delete(claims.held, key)
		}
	}
}

// Delete calls remove where nobody holds one of the keys or touched it after a time, and tells whether it did. Nobody begins to hold
// one of them meanwhile.
func (claims *Claims) Delete(keys []string, since time.Time, remove func() error) (bool, error) {
	if !claims.begin(keys, since) {
		return false, nil
	}
	defer claims.end(keys)
	return true, remove()
}

func (claims *Claims) begin(keys []string, since time.Time) bool {
	claims.mutex.Lock()
	defer claims.mutex.Unlock()
	for _, key := range keys {
		if one := claims.held[key]; one != nil && (one.holders > 0 || one.touched.After(since)) {
			return false
		}
	}
	for _, key := range keys {
		claims.deleting[key] = true
	}
	return true
}

func (claims *Claims) end(keys []string) {
	claims.mutex.Lock()
	defer claims.mutex.Unlock()
	for _, key := range keys {
		delete(claims.deleting, key)
	}
	claims.free.Broadcast()
}

// Forget drops what was touched before a time and is not held.
func (claims *Claims) Forget(before time.Time) {
	claims.mutex.Lock()
	defer claims.mutex.Unlock()
	for key, one := range claims.held {
		if one.holders == 0 && one.touched.Before(before) {
			delete(claims.held, key)
		}
	}
}
