package claims

import (
	"context"
	"sync"
)

// Session holds what one request uses until it is answered.
type Session struct {
	mutex    sync.Mutex
	releases []func()
}

type sessionKey struct{}

// Begin gives a context a session.
func Begin(ctx context.Context) (context.Context, *Session) {
	session := &Session{}
	return context.WithValue(ctx, sessionKey{}, session), session
}

// End releases all that the session holds.
func (session *Session) End() {
	session.mutex.Lock()
	defer session.mutex.Unlock()
	for _, release := range session.releases {
		release()
	}
	session.releases = nil
}

// Use holds keys until the request that a context belongs to is answered. Outside of a request it does nothing.
func Use(ctx context.Context, touches bool, keys ...string) {
	if session, ok := ctx.Value(sessionKey{}).(*Session); ok {
		session.Hold(touches, keys...)
	}
}

// Hold claims keys for the session.
func (session *Session) Hold(touches bool, keys ...string) {
	for _, key := range keys {
		release := Registry.Hold(key, touches)
		session.mutex.Lock()
		session.releases = append(session.releases, release)
		session.mutex.Unlock()
	}
}

// Tag is the key of a tag.
func Tag(repository, tag string) string {
	return repository + ":" + tag
}
