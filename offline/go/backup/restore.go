package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/kopia/kopia/fs"
	"github.com/opencontainers/go-digest"
	"github.com/regclient/regclient"
	"github.com/regclient/regclient/types/descriptor"
	"github.com/regclient/regclient/types/errs"
	"github.com/regclient/regclient/types/manifest"

	"wharf.invalid/copier/registry"
)

// sums counts what a restore did.
type sums struct {
	// Images that were written, and those that the registry had already with the same digest.
	Images int64 `json:"images"`
	Same   int64 `json:"same"`
	// Moved is how many of the written ones took a tag from another digest.
	Moved int64 `json:"moved"`
	// Blobs that were sent, and their bytes.
	Blobs int64 `json:"blobs"`
	Bytes int64 `json:"bytes"`
}

// restoring writes a backup into a registry: blobs before the manifests that name them, these before tags.
type restoring struct {
	*chosen
	client *regclient.RegClient
	to     registry.Registry

	mu       sync.Mutex
	failures []registry.Failure
	// written has the repositories that have a blob already; whoever holds its lock may send it.
	written map[digest.Digest]*sent

	images, same, moved, blobs, bytes atomic.Int64
}

type sent struct {
	sync.Mutex
	in []string
}

// restoreInto writes the backup into the registry that was named.
func (c *chosen) restoreInto(ctx context.Context, asked request) (event, error) {
	to := &restoring{chosen: c, to: asked.Registry}
	if err := to.run(ctx, asked.Parallel, asked.Replace); err != nil {
		return event{}, err
	}
	return event{Snapshots: []info{infoOf(c.of)}, Sent: to.sums(), Failures: to.failures}, nil
}

func (r *restoring) sums() *sums {
	return &sums{Images: r.images.Load(), Same: r.same.Load(), Moved: r.moved.Load(), Blobs: r.blobs.Load(), Bytes: r.bytes.Load()}
}

// run restores every image. An image that the backup does not hold whole does not keep the others from it.
// Where tags have another digest nothing is written, unless they are to be replaced.
func (r *restoring) run(ctx context.Context, parallel int, replace bool) error {
	client, _, problem := registry.Connect(ctx, parallel, r.to)
	if problem != nil {
		return &refused{kind: "registry", text: problem.Text, failures: []registry.Failure{*problem}}
	}
	r.client, r.written = client, map[digest.Digest]*sent{}
	all, err := r.chosen.images(ctx)
	if err != nil {
		return &refused{kind: "damaged", text: "the list of its images: " + err.Error()}
	}
	there, conflicts, err := r.compare(ctx, all, parallel)
	if err != nil {
		return err
	}
	if len(conflicts) > 0 && !replace {
		return &refused{kind: "conflicts", text: "the registry has other images under the same tags", failures: conflicts}
	}
	r.moved.Store(int64(len(conflicts)))
	stop := often(func() event {
		return event{Event: "progress", Text: fmt.Sprintf("%d of %d images restored", r.images.Load()+r.same.Load(), len(all)), Bytes: r.bytes.Load()}
	})
	defer stop()
	// Signatures first: whoever verifies them finds them with the image.
	first, last := []image{}, []image{}
	for _, one := range all {
		if there[one.name()] {
			r.same.Add(1)
		} else if one.Tag == "" || registry.IsSignatureTag(one.Tag) {
			first = append(first, one)
		} else {
			last = append(last, one)
		}
	}
	for _, some := range [][]image{first, last} {
		each(some, parallel, func(one image) {
			if err := r.image(ctx, one); err != nil {
				r.fail(one, err)
				return
			}
			r.images.Add(1)
		})
	}
	return ctx.Err()
}

// each does something with every one, so many at a time.
func each[T any](all []T, parallel int, do func(T)) {
	turns := make(chan struct{}, parallel)
	var waiting sync.WaitGroup
	for _, one := range all {
		turns <- struct{}{}
		waiting.Go(func() {
			defer func() { <-turns }()
			do(one)
		})
	}
	waiting.Wait()
}

// compare tells which images the registry has as they are in the backup, and which of its tags are other images.
func (r *restoring) compare(ctx context.Context, all []image, parallel int) (map[string]bool, []registry.Failure, error) {
	there := map[string]bool{}
	conflicts := []registry.Failure{}
	var failed error
	var mu sync.Mutex
	each(all, parallel, func(one image) {
		at := r.to.At(one.Repository, one.Tag, "")
		if one.Tag == "" {
			at = r.to.At(one.Repository, "", one.Desc.Digest.String())
		}
		head, err := r.client.ManifestHead(ctx, at, regclient.WithManifestRequireDigest())
		mu.Lock()
		defer mu.Unlock()
		switch {
		case errors.Is(err, errs.ErrNotFound):
		case err != nil:
			failed = &refused{kind: "registry", text: one.name() + ": " + registry.Failed(err).Text}
		case head.GetDescriptor().Digest == one.Desc.Digest:
			there[one.name()] = true
		// A list of referrers is kept by clients, and is added to.
		case !registry.IsSignatureTag(one.Tag):
			conflicts = append(conflicts, registry.Failure{
				Repository: one.Repository, Tag: one.Tag, Kind: "conflict",
				Text: fmt.Sprintf("has %s, the backup %s", head.GetDescriptor().Digest, one.Desc.Digest),
			})
		}
	})
	slices.SortFunc(conflicts, func(a, b registry.Failure) int {
		return slices.Compare([]string{a.Repository, a.Tag}, []string{b.Repository, b.Tag})
	})
	return there, conflicts, failed
}

func (r *restoring) image(ctx context.Context, one image) error {
	manifests, _, err := r.needs(ctx, one)
	if err != nil {
		return err
	}
	for _, held := range manifests {
		for _, blob := range held.parts.Blobs {
			if err := r.send(ctx, one.Repository, blob); err != nil {
				return err
			}
		}
		written, err := manifest.New(manifest.WithRaw(held.body), manifest.WithDesc(held.desc))
		if err != nil {
			return &damaged{held.desc.Digest, err}
		}
		if held.desc.Digest == one.Desc.Digest && one.Tag != "" {
			return r.client.ManifestPut(ctx, r.to.At(one.Repository, one.Tag, ""), written)
		}
		if err := r.client.ManifestPut(ctx, r.to.At(one.Repository, "", held.desc.Digest.String()), written, regclient.WithManifestChild()); err != nil {
			return err
		}
	}
	return nil
}

// send writes a blob into a repository, unless that has it.
func (r *restoring) send(ctx context.Context, repository string, desc descriptor.Descriptor) error {
	r.mu.Lock()
	known := r.written[desc.Digest]
	if known == nil {
		known = &sent{}
		r.written[desc.Digest] = known
	}
	r.mu.Unlock()
	known.Lock()
	defer known.Unlock()
	if slices.Contains(known.in, repository) {
		return nil
	}
	at := r.to.At(repository, "", "")
	if head, err := r.client.BlobHead(ctx, at, desc); err == nil {
		_ = head.Close()
		known.in = append(known.in, repository)
		return nil
	}
	if len(known.in) > 0 {
		if err := r.client.BlobMount(ctx, r.to.At(known.in[0], "", ""), at, desc); err == nil {
			known.in = append(known.in, repository)
			return nil
		}
	}
	file, err := r.blob(ctx, desc.Digest)
	if err != nil {
		return &damaged{desc.Digest, err}
	}
	opened, err := file.Open(ctx)
	if err != nil {
		return &damaged{desc.Digest, err}
	}
	defer opened.Close()
	content := &stored{Reader: opened}
	if _, err := r.client.BlobPut(ctx, at, desc, content); err != nil {
		if content.err != nil {
			return &damaged{desc.Digest, content.err}
		}
		return err
	}
	known.in = append(known.in, repository)
	r.blobs.Add(1)
	r.bytes.Add(desc.Size)
	return nil
}

// stored notes that it was the backup which could not be read, and not the registry which could not be written.
type stored struct {
	fs.Reader
	err error
}

func (s *stored) Read(into []byte) (int, error) {
	n, err := s.Reader.Read(into)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

func (r *restoring) fail(one image, err error) {
	told := *registry.Failed(err)
	told.Repository, told.Tag = one.Repository, one.Tag
	var broken *damaged
	if errors.As(err, &broken) {
		told.Kind, told.Blob = "damaged", broken.blob.String()
		// What kopia adds says only which of its own objects it was reading.
		if _, reason, ok := strings.Cut(told.Text, "unexpected content error: "); ok {
			told.Text = reason
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, told)
}
