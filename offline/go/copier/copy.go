package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/opencontainers/go-digest"
	"github.com/regclient/regclient"
	"github.com/regclient/regclient/types"
	"github.com/regclient/regclient/types/descriptor"
)

// refusedMounts is after how many mounts in a row that the target did not do none is tried again: ECR does none unless told to.
const refusedMounts = 3

// What became of a tag.
const (
	copied  = "copied"
	untouch = "same"
	kept    = "kept"
	broke   = "failed"
)

// sums counts what was sent.
type sums struct {
	Manifests int64 `json:"manifests"`
	// Blobs that were sent, and their bytes.
	Blobs int64 `json:"blobs"`
	Bytes int64 `json:"bytes"`
	// Mounted counts blobs that the target took over from another repository of its own.
	Mounted int64 `json:"mounted"`
	// Existing counts blobs that the target had, as after a copy that was stopped.
	Existing int64 `json:"existing"`
}

// copying sends what a plan found.
type copying struct {
	*plan
	parallel int
	keep     bool // leave tags where they are that the target has with another digest

	blobs   map[digest.Digest]*blob
	blobsMu sync.Mutex
	refused atomic.Int64 // mounts in a row

	done, manifests, sent, bytes, mounted, existing atomic.Int64
}

// blob is a blob in the target. Whoever holds its lock may send it; the others then mount it.
type blob struct {
	sync.Mutex
	in []string // repositories of the target that have it
}

// run copies every tag; one that fails does not keep the others from it.
func (c *copying) run(ctx context.Context) map[*tagged]error {
	if len(c.lacks()) > 0 {
		c.note(ctx)
	}
	failures := map[*tagged]error{}
	var mu sync.Mutex
	turns := make(chan struct{}, 2*c.parallel)
	var all sync.WaitGroup
	for _, one := range c.tags {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			if err := c.tag(ctx, one); err != nil {
				mu.Lock()
				failures[one] = err
				mu.Unlock()
			}
			c.done.Add(1)
		})
	}
	all.Wait()
	return failures
}

// note learns which blobs the target has by the images that it has, so that another repository can mount them.
func (c *copying) note(ctx context.Context) {
	var all sync.WaitGroup
	for _, in := range c.all {
		for _, one := range in.images {
			if !one.there {
				continue
			}
			all.Go(func() {
				if one.source == nil {
					// What cannot be read is sent again at worst.
					if got, err := c.client.ManifestGet(ctx, c.source(one)); err == nil {
						_ = c.parts(ctx, one, got)
					}
				}
				for _, desc := range one.blobs {
					known := c.blob(desc.Digest)
					known.Lock()
					known.in = append(known.in, in.To)
					known.Unlock()
				}
			})
		}
	}
	all.Wait()
}

func (c *copying) blob(of digest.Digest) *blob {
	c.blobsMu.Lock()
	defer c.blobsMu.Unlock()
	if _, ok := c.blobs[of]; !ok {
		c.blobs[of] = &blob{}
	}
	return c.blobs[of]
}

// tag copies what a tag names, then what refers to it, then the tag: whoever verifies signatures finds them with the image.
func (c *copying) tag(ctx context.Context, one *tagged) error {
	if c.keep && one.moves() {
		return nil
	}
	root := one.image
	if err := root.broken(); err != nil {
		return err
	}
	if err := c.contents(ctx, root); err != nil {
		return err
	}
	for _, part := range root.closure() {
		for _, referrer := range part.referrers {
			if err := c.whole(ctx, referrer); err != nil {
				return err
			}
		}
	}
	// The target's own list of referrers may name more: the new ones were added to it.
	if one.State == same || one.State == other && one.listsReferrers() {
		return nil
	}
	source := root.source
	if source == nil {
		got, err := c.client.ManifestGet(ctx, c.source(root))
		if err != nil {
			return err
		}
		source = got
	}
	c.manifests.Add(1)
	return c.client.ManifestPut(ctx, c.to.At(one.To, one.Tag, ""), source)
}

// whole copies an image without a tag.
func (c *copying) whole(ctx context.Context, one *image) error {
	if err := c.contents(ctx, one); err != nil || one.there {
		return err
	}
	one.put.Do(func() {
		c.manifests.Add(1)
		one.putErr = c.client.ManifestPut(ctx, c.target(one), one.source, regclient.WithManifestChild())
	})
	return one.putErr
}

// contents copies what an image names.
func (c *copying) contents(ctx context.Context, one *image) error {
	one.contents.Do(func() {
		work := []func() error{}
		if !one.there {
			for _, desc := range one.blobs {
				work = append(work, func() error { return c.send(ctx, one, desc) })
			}
		}
		for _, child := range one.children {
			work = append(work, func() error { return c.whole(ctx, child) })
		}
		one.contentsErr = together(work)
	})
	return one.contentsErr
}

// together does all of the work at once and gives the first error; regclient bounds the requests.
func together(work []func() error) error {
	results := make([]error, len(work))
	var all sync.WaitGroup
	for i, one := range work {
		all.Go(func() { results[i] = one() })
	}
	all.Wait()
	return errors.Join(results...)
}

// send brings a blob to a repository of the target, over the network only where the target does not have it at all.
func (c *copying) send(ctx context.Context, one *image, desc descriptor.Descriptor) error {
	known := c.blob(desc.Digest)
	known.Lock()
	defer known.Unlock()
	in := one.in
	if slices.Contains(known.in, in.To) {
		return nil
	}
	source, target := c.source(one), c.target(one)
	if len(known.in) > 0 && c.refused.Load() < refusedMounts {
		if err := c.client.BlobMount(ctx, c.to.At(known.in[0], "", ""), target, desc); err == nil {
			c.refused.Store(0)
			c.mounted.Add(1)
			known.in = append(known.in, in.To)
			return nil
		}
		c.refused.Add(1)
	}
	var skipped atomic.Bool
	var before atomic.Int64
	follow := func(_ types.CallbackKind, _ string, state types.CallbackState, now, _ int64) {
		switch state {
		case types.CallbackSkipped:
			skipped.Store(true)
		case types.CallbackActive:
			c.bytes.Add(now - before.Swap(now))
		}
	}
	err := c.client.BlobCopy(ctx, source, target, desc, regclient.BlobWithCallback(follow))
	if err != nil {
		c.bytes.Add(-before.Load())
		return err
	}
	known.in = append(known.in, in.To)
	if skipped.Load() {
		c.existing.Add(1)
		return nil
	}
	c.bytes.Add(desc.Size - before.Load())
	c.sent.Add(1)
	in.sent.Add(desc.Size)
	return nil
}

func (c *copying) sums() sums {
	return sums{
		Manifests: c.manifests.Load(),
		Blobs:     c.sent.Load(),
		Bytes:     c.bytes.Load(),
		Mounted:   c.mounted.Load(),
		Existing:  c.existing.Load(),
	}
}
