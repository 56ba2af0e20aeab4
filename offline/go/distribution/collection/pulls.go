package collection

import (
	"context"
	"sync"
	"time"
)

const (
	// writeEvery is how often what was pulled is written into the store, and the most that a kill can lose.
	writeEvery = 10 * time.Second
	// precision is how exactly the last pull is known: one that comes sooner after the last that is written is not written.
	precision = time.Hour
	// forgetAfter is when the pulls of an image that is gone are dropped.
	forgetAfter = 24 * time.Hour
)

// pulls knows when images were last pulled. It keeps that in the store, in one note for each repository.
type pulls struct {
	store store
	// since is when the registry began to take notes: nobody knows of pulls before.
	since time.Time

	mutex        sync.Mutex
	repositories map[string]*pulled
}

// pulled is one repository: when each digest was last pulled.
type pulled struct {
	// Since is when notes of this repository begin, where that is later than for all.
	Since time.Time            `json:"since,omitzero"`
	Last  map[string]time.Time `json:"last"`

	loaded, changed bool
}

// begin reads since when notes are taken; from now on, where there are none.
func (all *pulls) begin(ctx context.Context, now time.Time) error {
	known, err := all.store.readNote(ctx, sinceNote, &all.since)
	if err != nil || known {
		return err
	}
	all.since = now.UTC()
	return all.store.writeNote(ctx, sinceNote, all.since)
}

// pull notes that an image was pulled.
func (all *pulls) pull(repository, digest string, now time.Time) {
	all.mutex.Lock()
	defer all.mutex.Unlock()
	one := all.of(repository)
	if last, ok := one.Last[digest]; ok && now.Sub(last) < precision {
		return
	}
	one.Last[digest] = now.UTC().Truncate(time.Second)
	one.changed = true
}

func (all *pulls) of(repository string) *pulled {
	one := all.repositories[repository]
	if one == nil {
		one = &pulled{Last: map[string]time.Time{}}
		all.repositories[repository] = one
	}
	return one
}

// load reads the note of a repository the first time. Where it cannot be understood, nobody knows of pulls before now.
func (all *pulls) load(ctx context.Context, repository string) error {
	all.mutex.Lock()
	loaded := all.of(repository).loaded
	all.mutex.Unlock()
	if loaded {
		return nil
	}
	var note pulled
	known, err := all.store.readNote(ctx, pullsNote(repository), &note)
	if err != nil {
		return err
	}
	if !known {
		_, err := all.store.driver.Stat(ctx, pullsNote(repository))
		if err != nil && !isNotFound(err) {
			return err
		}
		note = pulled{}
		if err == nil {
			note.Since = time.Now().UTC()
		}
	}
	all.mutex.Lock()
	defer all.mutex.Unlock()
	one := all.of(repository)
	for digest, at := range note.Last {
		if at.After(one.Last[digest]) {
			one.Last[digest] = at
		}
	}
	one.Since, one.loaded = note.Since, true
	return nil
}

// fill adds to images when they were last pulled, and forgets those that are long gone.
func (all *pulls) fill(ctx context.Context, found *holding, now time.Time) error {
	if err := all.load(ctx, found.name); err != nil {
		return err
	}
	all.mutex.Lock()
	defer all.mutex.Unlock()
	one := all.of(found.name)
	since := all.since
	if one.Since.After(since) {
		since = one.Since
	}
	there := map[string]bool{}
	for _, image := range found.images {
		there[image.Digest] = true
		last, pulled := one.Last[image.Digest]
		if !pulled && image.PushedAt.Before(since) {
			// It may have been pulled at any time before notes were taken.
			last = since
		}
		image.LastPulledAt = &last
	}
	for digest, at := range one.Last {
		if !there[digest] && now.Sub(at) > forgetAfter {
			delete(one.Last, digest)
			one.changed = true
		}
	}
	return nil
}

// write keeps what changed.
func (all *pulls) write(ctx context.Context) error {
	all.mutex.Lock()
	var changed []string
	for repository, one := range all.repositories {
		if one.changed {
			changed = append(changed, repository)
		}
	}
	all.mutex.Unlock()
	for _, repository := range changed {
		if err := all.load(ctx, repository); err != nil {
			return err
		}
		if err := all.writeOne(ctx, repository); err != nil {
			return err
		}
	}
	return nil
}

func (all *pulls) writeOne(ctx context.Context, repository string) error {
	all.mutex.Lock()
	one := all.of(repository)
	copied := pulled{Since: one.Since, Last: make(map[string]time.Time, len(one.Last))}
	for digest, at := range one.Last {
		copied.Last[digest] = at
	}
	one.changed = false
	all.mutex.Unlock()
	err := all.store.writeNote(ctx, pullsNote(repository), copied)
	if err != nil {
		all.mutex.Lock()
		one.changed = true
		all.mutex.Unlock()
	}
	return err
}
