package content

import (
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/bsm/redislock"
	"github.com/distribution/distribution/v3/registry/api/errcode"
	"github.com/gofrs/flock"
	"github.com/redis/go-redis/v9"

	"wharf.invalid/distribution/access"
)

// Locks are held by name, by one of all processes that serve the same images.
type Locks interface {
	// Lock waits until nobody else holds a name. What is done under the lock is done in held, which ends before the lock does; unlock
	// gives the lock back.
	Lock(ctx context.Context, name string) (held context.Context, unlock func(), err error)
}

// ProcessLocks are those of a registry that is one process.
type ProcessLocks struct {
	mutex sync.Mutex
	held  map[string]*heldLock
}

// heldLock is one lock. One that nobody holds takes no memory.
type heldLock struct {
	turn  chan struct{}
	users int
}

// NewProcessLocks makes locks that only this process knows.
func NewProcessLocks() *ProcessLocks {
	return &ProcessLocks{held: map[string]*heldLock{}}
}

// Lock waits for the other requests of this process.
func (all *ProcessLocks) Lock(ctx context.Context, name string) (context.Context, func(), error) {
	all.mutex.Lock()
	one := all.held[name]
	if one == nil {
		one = &heldLock{turn: make(chan struct{}, 1)}
		all.held[name] = one
	}
	one.users++
	all.mutex.Unlock()
	leave := func() {
		all.mutex.Lock()
		defer all.mutex.Unlock()
		if one.users--; one.users == 0 {
			delete(all.held, name)
		}
	}
	select {
	case one.turn <- struct{}{}:
		return ctx, func() { <-one.turn; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, nil, ctx.Err()
	}
}

// fileLocks are those of processes that share a file system, as the pods do that mount one volume: flock, which Linux gives for NFS too.
type fileLocks struct {
	directory string
	process   *ProcessLocks
}

// lockFiles is how many files there are. Several names may share one and then wait for each other; none is ever removed, which another
// process that waits for it would not see.
const lockFiles = 256

// NewFileLocks keeps lock files in a directory, which is made where it does not exist.
func NewFileLocks(directory string) Locks {
	return fileLocks{directory, NewProcessLocks()}
}

// Lock waits for the other requests of this process, and then with at most one of them for other processes.
func (all fileLocks) Lock(ctx context.Context, name string) (context.Context, func(), error) {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(name))
	file := fmt.Sprintf("%02x", hash.Sum32()%lockFiles)
	held, leave, err := all.process.Lock(ctx, file)
	if err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(all.directory, 0o700); err != nil {
		leave()
		return nil, nil, err
	}
	lock := flock.New(filepath.Join(all.directory, file))
	if err := lock.Lock(); err != nil {
		leave()
		return nil, nil, fmt.Errorf("locking %s: %w", lock.Path(), err)
	}
	return held, func() { _ = lock.Close(); leave() }, nil
}

const (
	// lockFor is when Redis frees the lock of a process that has died.
	lockFor = 30 * time.Second
	// workFor is when work under a lock is given up, so that it has ended before another process gets the lock.
	workFor = 20 * time.Second
	// waitFor is how long others are waited for.
	waitFor = time.Minute
)

// redisLocks are those of processes that share a Redis.
type redisLocks struct {
	client  *redislock.Client
	process *ProcessLocks
}

// NewRedisLocks keeps locks in Redis.
func NewRedisLocks(client redis.UniversalClient) Locks {
	return redisLocks{redislock.New(client), NewProcessLocks()}
}

// Lock waits for the other requests of this process, and then with at most one of them for other processes.
func (all redisLocks) Lock(ctx context.Context, name string) (context.Context, func(), error) {
	_, leave, err := all.process.Lock(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	waiting, stop := context.WithTimeout(ctx, waitFor)
	defer stop()
	lock, err := all.client.Obtain(waiting, "wharf:lock:"+name, lockFor, &redislock.Options{
		RetryStrategy: redislock.ExponentialBackoff(8*time.Millisecond, 256*time.Millisecond),
	})
	if err != nil {
		leave()
		if exchange := access.ExchangeOf(ctx); exchange != nil && ctx.Err() == nil {
			exchange.Fail(errcode.ErrorCodeUnavailable, "the registry's Redis does not answer at the moment, and without it no immutable tag can be set")
		}
		return nil, nil, fmt.Errorf("the lock in Redis: %w", err)
	}
	held, end := context.WithTimeout(ctx, workFor)
	return held, func() {
		end()
		// The client may be gone by now.
		release, done := context.WithTimeout(context.WithoutCancel(ctx), workFor)
		defer done()
		_ = lock.Release(release)
		leave()
	}, nil
}
