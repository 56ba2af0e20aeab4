package main

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/opencontainers/go-digest"
	"github.com/regclient/regclient"
	"github.com/regclient/regclient/types/descriptor"
	"github.com/regclient/regclient/types/errs"
	"github.com/regclient/regclient/types/manifest"
	"github.com/regclient/regclient/types/ref"

	"wharf.invalid/copier/registry"
)

// pair is a repository of the source and its name in the target.
type pair struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// What the target has under a tag.
const (
	missing = "missing"
	same    = "same"
	other   = "other"
)

// tagged is a tag of the source.
type tagged struct {
	pair
	Tag    string `json:"tag"`
	Digest string `json:"digest"`
	State  string `json:"state"`

	image *image
}

// listsReferrers tells whether clients keep a list of referrers there, which is added to and never replaced.
func (t *tagged) listsReferrers() bool {
	return referrersTag.MatchString(t.Tag) && registry.IsIndex(t.image.desc.MediaType)
}

// moves tells whether a copy takes the tag from another image in the target.
func (t *tagged) moves() bool { return t.State == other && !t.listsReferrers() }

// image is a manifest or index of one repository, with what it names.
type image struct {
	in     *repository
	desc   descriptor.Descriptor
	source manifest.Manifest // nil where the target has it and it names no manifests
	there  bool              // the target has it
	blobs  []descriptor.Descriptor
	// children are what an index names, referrers what names this as its subject.
	children  []*image
	referrers []*image

	unread error // why it is not known what it names

	// What was done for it once, and with what end.
	contents, put       sync.Once
	contentsErr, putErr error
}

// repository is a pair with what is known of it.
type repository struct {
	pair
	fresh  bool // the target has no tag of it
	mu     sync.Mutex
	images map[digest.Digest]*image
	sent   atomic.Int64 // bytes of blobs
}

// plan is what is to be copied.
type plan struct {
	client   *regclient.RegClient
	from, to registry.Registry
	looked   atomic.Int64 // manifests that were looked at

	mu       sync.Mutex
	waiting  sync.WaitGroup
	tags     []*tagged
	failures []*registry.Failure
	all      []*repository
}

// A tag of the referrers tag schema (OCI distribution specification 1.1): clients keep an index there of what refers to an image.
var referrersTag = regexp.MustCompile(`^sha(256|512)-[0-9a-f]{64,128}$`)

// look finds out what the source holds and the target lacks. Nothing is sent.
func (p *plan) look(ctx context.Context, pairs []pair) {
	for _, one := range pairs {
		in := &repository{pair: one, images: map[digest.Digest]*image{}}
		p.all = append(p.all, in)
		p.waiting.Go(func() { p.repository(ctx, in) })
	}
	p.waiting.Wait()
	slices.SortFunc(p.tags, func(a, b *tagged) int {
		return slices.Compare([]string{a.From, a.Tag}, []string{b.From, b.Tag})
	})
}

func (p *plan) repository(ctx context.Context, in *repository) {
	theirs, err := registry.Tags(ctx, p.client, p.from.At(in.From, "", ""))
	if err != nil {
		p.fail("from", in.From, "", err)
		return
	}
	ours, err := registry.Tags(ctx, p.client, p.to.At(in.To, "", ""))
	if err != nil {
		p.fail("to", in.To, "", err)
		return
	}
	in.fresh = len(ours) == 0
	for _, tag := range theirs {
		p.waiting.Go(func() { p.tag(ctx, in, tag, slices.Contains(ours, tag)) })
	}
}

func (p *plan) tag(ctx context.Context, in *repository, tag string, exists bool) {
	found := &tagged{pair: in.pair, Tag: tag, State: missing}
	source := p.from.At(in.From, tag, "")
	var known manifest.Manifest
	var err error
	if exists {
		known, err = p.client.ManifestHead(ctx, source, regclient.WithManifestRequireDigest())
	} else {
		known, err = p.client.ManifestGet(ctx, source)
	}
	if err != nil {
		p.fail("from", in.From, tag, err)
		return
	}
	desc := known.GetDescriptor()
	found.Digest = desc.Digest.String()
	if exists {
		head, err := p.client.ManifestHead(ctx, p.to.At(in.To, tag, ""), regclient.WithManifestRequireDigest())
		switch {
		case errors.Is(err, errs.ErrNotFound):
		case err != nil:
			p.fail("to", in.To, tag, err)
			return
		case head.GetDescriptor().Digest == desc.Digest:
			found.State = same
		default:
			found.State = other
		}
	}
	found.image = p.visit(ctx, in, desc, known, found.State == same, registry.IsSignatureTag(tag))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tags = append(p.tags, found)
}

// visit gives the image of a digest, once for each repository, and looks into it beside others.
func (p *plan) visit(ctx context.Context, in *repository, desc descriptor.Descriptor, known manifest.Manifest, there, signature bool) *image {
	in.mu.Lock()
	defer in.mu.Unlock()
	if found, ok := in.images[desc.Digest]; ok {
		return found
	}
	found := &image{in: in, desc: desc, there: there}
	in.images[desc.Digest] = found
	p.waiting.Go(func() {
		found.unread = p.load(ctx, found, known, signature)
		p.looked.Add(1)
	})
	return found
}

func (p *plan) load(ctx context.Context, found *image, known manifest.Manifest, signature bool) error {
	in, digest := found.in, found.desc.Digest.String()
	source := p.from.At(in.From, "", digest)
	if !found.there && !in.fresh {
		_, err := p.client.ManifestHead(ctx, p.to.At(in.To, "", digest))
		if err != nil && !errors.Is(err, errs.ErrNotFound) {
			return err
		}
		found.there = err == nil
	}
	if !found.there || registry.IsIndex(found.desc.MediaType) {
		if known == nil || !known.IsSet() {
			got, err := p.client.ManifestGet(ctx, source, regclient.WithManifestDesc(found.desc))
			if err != nil {
				return err
			}
			known = got
		}
		found.source = known
		if err := p.parts(ctx, found, known); err != nil {
			return err
		}
	}
	// What signs a signature has a tag of its own there.
	if signature {
		return nil
	}
	list, err := p.client.ReferrerList(ctx, source)
	if err != nil {
		return err
	}
	for _, desc := range list.Descriptors {
		found.referrers = append(found.referrers, p.visit(ctx, in, desc, nil, false, false))
	}
	return nil
}

// parts notes what a manifest or index names.
func (p *plan) parts(ctx context.Context, found *image, known manifest.Manifest) error {
	parts, err := registry.PartsOf(known)
	if err != nil {
		return err
	}
	found.blobs = parts.Blobs
	for _, desc := range parts.Manifests {
		found.children = append(found.children, p.visit(ctx, found.in, desc, nil, false, false))
	}
	return nil
}

// closure is an image, all that it names, and all that refers to any of these.
func (img *image) closure() []*image {
	found := []*image{img}
	for next := 0; next < len(found); next++ {
		for _, one := range slices.Concat(found[next].children, found[next].referrers) {
			if !slices.Contains(found, one) {
				found = append(found, one)
			}
		}
	}
	return found
}

// broken is why an image cannot be copied whole, as far as that is known.
func (img *image) broken() error {
	for _, one := range img.closure() {
		if one.unread != nil {
			return one.unread
		}
	}
	return nil
}

// lacks lists the images that the target does not have, in every repository.
func (p *plan) lacks() []*image {
	found := []*image{}
	for _, in := range p.all {
		for _, one := range in.images {
			if !one.there {
				found = append(found, one)
			}
		}
	}
	return found
}

// probe asks the target for each repository that something is to be sent to whether it may be: an upload is begun and cancelled.
func (p *plan) probe(ctx context.Context) {
	asked := map[string]bool{}
	for _, one := range p.tags {
		if one.State != same {
			asked[one.To] = true
		}
	}
	for _, one := range p.lacks() {
		asked[one.in.To] = true
	}
	for name := range asked {
		p.waiting.Go(func() {
			at := p.to.At(name, "", "")
			// A digest that nothing has: the mount of it becomes an upload, which regclient cancels.
			nothing := descriptor.Descriptor{Digest: digest.FromString("wharf copy " + name), Size: 1}
			err := p.client.BlobMount(ctx, at, at, nothing)
			if err != nil && !errors.Is(err, errs.ErrMountReturnedLocation) {
				p.fail("to", name, "", err)
			}
		})
	}
	p.waiting.Wait()
}

func (p *plan) fail(side, repository, tag string, err error) {
	one := failed(side, err)
	one.Repository, one.Tag = repository, tag
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures = append(p.failures, one)
}

func (p *plan) source(of *image) ref.Ref { return p.from.At(of.in.From, "", of.desc.Digest.String()) }
func (p *plan) target(of *image) ref.Ref { return p.to.At(of.in.To, "", of.desc.Digest.String()) }

// failed tells what went wrong, and with which of the two registries where that is known.
func failed(side string, err error) *registry.Failure {
	one := registry.Failed(err)
	one.Side = side
	return one
}
