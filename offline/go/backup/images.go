package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/opencontainers/go-digest"
	"github.com/regclient/regclient"
	"github.com/regclient/regclient/types/descriptor"
	"github.com/regclient/regclient/types/errs"
	"github.com/regclient/regclient/types/manifest"

	"wharf.invalid/copier/registry"
)

// image is a tag of the registry, or a manifest without a tag that refers to one as its subject.
type image struct {
	Repository string
	// Tag is empty for a referrer without one.
	Tag  string
	Desc descriptor.Descriptor
}

func (i image) name() string {
	if i.Tag == "" {
		return i.Repository + "@" + i.Desc.Digest.String()
	}
	return i.Repository + ":" + i.Tag
}

// held is a manifest with what it names.
type held struct {
	body  []byte
	desc  descriptor.Descriptor
	parts registry.Parts
	err   error
}

// reading reads the references of a registry first. What they name is read later, and a registry only grows meanwhile, unless
// something is deleted: then the tag is looked at again.
type reading struct {
	client   *regclient.RegClient
	from     registry.Registry
	parallel int
	// known gives a manifest that the last backup holds.
	known func(of digest.Digest) ([]byte, bool)

	turns  chan struct{}
	looked atomic.Int64

	mu     sync.Mutex
	images []image
	// manifests by digest: a manifest is the same in each repository that has it.
	manifests map[digest.Digest]*held
	// homes lists for each digest the repositories that name it.
	homes    map[digest.Digest][]string
	failures []registry.Failure
	gone     []string
}

// all reads every repository's tags, and what they name.
func (r *reading) all(ctx context.Context) error {
	r.turns = make(chan struct{}, r.parallel)
	r.manifests, r.homes = map[digest.Digest]*held{}, map[digest.Digest][]string{}
	names, err := registry.Repositories(ctx, r.client, r.from)
	if err != nil {
		one := registry.Failed(err)
		return &refused{kind: "registry", text: one.Text, failures: []registry.Failure{*one}}
	}
	var waiting sync.WaitGroup
	for _, name := range names {
		tags, err := registry.Tags(ctx, r.client, r.from.At(name, "", ""))
		if err != nil {
			return &refused{kind: "registry", text: name + ": " + registry.Failed(err).Text}
		}
		for _, tag := range tags {
			r.turns <- struct{}{}
			waiting.Go(func() {
				defer func() { <-r.turns }()
				r.tag(ctx, name, tag)
			})
		}
	}
	waiting.Wait()
	return ctx.Err()
}

// tag reads a tag; once more where it moved, or was deleted, while it was read.
func (r *reading) tag(ctx context.Context, repository, tag string) {
	one := image{Repository: repository, Tag: tag}
	for {
		head, err := r.client.ManifestHead(ctx, r.from.At(repository, tag, ""), regclient.WithManifestRequireDigest())
		if errors.Is(err, errs.ErrNotFound) {
			r.mu.Lock()
			r.gone = append(r.gone, one.name())
			r.mu.Unlock()
			return
		}
		if err != nil {
			r.fail(one, "", err)
			return
		}
		before := one.Desc.Digest
		one.Desc = head.GetDescriptor()
		missing, referrers, err := r.closure(ctx, one)
		if err == nil {
			r.mu.Lock()
			r.images = append(append(r.images, one), referrers...)
			r.mu.Unlock()
			r.looked.Add(1)
			return
		}
		// Where the tag still names it, deleting does not explain that it is missing.
		if !errors.Is(err, errs.ErrNotFound) || before == one.Desc.Digest {
			r.fail(one, missing, err)
			return
		}
	}
}

// closure reads a tag's manifest, all that it names, and what refers to any of these.
// It returns the manifest that could not be read, and the referrers that have no tag.
func (r *reading) closure(ctx context.Context, one image) (digest.Digest, []image, error) {
	referrers := []image{}
	seen := []digest.Digest{}
	queue := []descriptor.Descriptor{one.Desc}
	for len(queue) > 0 {
		desc := queue[0]
		queue = queue[1:]
		if slices.Contains(seen, desc.Digest) {
			continue
		}
		seen = append(seen, desc.Digest)
		found := r.manifest(ctx, one.Repository, desc)
		if found.err != nil {
			return desc.Digest, nil, found.err
		}
		queue = append(queue, found.parts.Manifests...)
		if registry.IsSignatureTag(one.Tag) {
			continue
		}
		list, err := r.client.ReferrerList(ctx, r.from.At(one.Repository, "", desc.Digest.String()))
		if err != nil {
			return desc.Digest, nil, err
		}
		for _, referrer := range list.Descriptors {
			referrers = append(referrers, image{Repository: one.Repository, Desc: referrer})
			queue = append(queue, referrer)
		}
	}
	return "", referrers, nil
}

// manifest reads a manifest once, from the last backup where that holds it.
func (r *reading) manifest(ctx context.Context, repository string, desc descriptor.Descriptor) *held {
	r.mu.Lock()
	found := r.manifests[desc.Digest]
	r.mu.Unlock()
	if found == nil || found.err != nil {
		found = &held{desc: desc}
		found.err = r.load(ctx, repository, found)
		r.mu.Lock()
		r.manifests[desc.Digest] = found
		r.mu.Unlock()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, blob := range found.parts.Blobs {
		if !slices.Contains(r.homes[blob.Digest], repository) {
			r.homes[blob.Digest] = append(r.homes[blob.Digest], repository)
		}
	}
	return found
}

func (r *reading) load(ctx context.Context, repository string, into *held) error {
	digest := into.desc.Digest
	body, ok := r.known(digest)
	var known manifest.Manifest
	var err error
	if ok {
		known, err = manifest.New(manifest.WithRaw(body), manifest.WithDesc(into.desc))
	} else {
		known, err = r.client.ManifestGet(ctx, r.from.At(repository, "", digest.String()))
	}
	if err != nil {
		return err
	}
	if into.body, err = known.RawBody(); err != nil {
		return err
	}
	if actual := digest.Algorithm().FromBytes(into.body); actual != digest {
		return fmt.Errorf("its content has the digest %s", actual)
	}
	into.desc.Size = int64(len(into.body))
	if into.desc.MediaType == "" {
		into.desc.MediaType = known.GetDescriptor().MediaType
	}
	into.parts, err = registry.PartsOf(known)
	return err
}

// needs lists what an image consists of: its manifests and its blobs.
func (r *reading) needs(one image) (manifests []*held, blobs []descriptor.Descriptor) {
	return needs(one.Desc.Digest, func(of digest.Digest) *held { return r.manifests[of] })
}

func needs(root digest.Digest, get func(digest.Digest) *held) (manifests []*held, blobs []descriptor.Descriptor) {
	seen := map[digest.Digest]bool{}
	var visit func(digest.Digest)
	visit = func(of digest.Digest) {
		one := get(of)
		if seen[of] || one == nil {
			return
		}
		seen[of] = true
		for _, child := range one.parts.Manifests {
			visit(child.Digest)
		}
		blobs = append(blobs, one.parts.Blobs...)
		// What a manifest names comes before it.
		manifests = append(manifests, one)
	}
	visit(root)
	return manifests, blobs
}

// again looks once more at images whose blobs could not be read. Those that are gone or moved are taken as they are now; of the
// others the registry has lost something.
func (r *reading) again(ctx context.Context, unread map[digest.Digest]error) {
	before := r.images
	r.images = nil
	for _, one := range before {
		_, blobs := r.needs(one)
		at := slices.IndexFunc(blobs, func(blob descriptor.Descriptor) bool { return unread[blob.Digest] != nil })
		if at < 0 {
			r.images = append(r.images, one)
			continue
		}
		err := unread[blobs[at].Digest]
		if one.Tag == "" {
			r.fail(one, blobs[at].Digest, err)
			continue
		}
		head, headErr := r.client.ManifestHead(ctx, r.from.At(one.Repository, one.Tag, ""), regclient.WithManifestRequireDigest())
		if headErr == nil && head.GetDescriptor().Digest == one.Desc.Digest {
			r.fail(one, blobs[at].Digest, err)
			continue
		}
		r.tag(ctx, one.Repository, one.Tag)
	}
}

func (r *reading) fail(one image, blob digest.Digest, err error) {
	told := *registry.Failed(err)
	told.Repository, told.Tag, told.Blob = one.Repository, one.Tag, blob.String()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, told)
}
