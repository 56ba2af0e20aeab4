package claims

import (
	"context"

	"github.com/distribution/distribution/v3"
	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
)

// repository claims what is pushed to it before distribution looks whether it is there.
type repository struct{ distribution.Repository }

// Repository wraps a repository so that a pushed manifest and all that it names stay from before they are looked for until the answer.
func Repository(wrapped distribution.Repository) distribution.Repository {
	return repository{wrapped}
}

func (one repository) Manifests(ctx context.Context, options ...distribution.ManifestServiceOption) (distribution.ManifestService, error) {
	wrapped, err := one.Repository.Manifests(ctx, options...)
	if err != nil {
		return nil, err
	}
	return manifests{wrapped}, nil
}

func (one repository) Tags(ctx context.Context) distribution.TagService {
	return tags{one.Repository.Tags(ctx), one.Named().Name()}
}

type manifests struct{ distribution.ManifestService }

func (one manifests) Put(ctx context.Context, manifest distribution.Manifest, options ...distribution.ManifestServiceOption) (digest.Digest, error) {
	_, payload, err := manifest.Payload()
	if err != nil {
		return "", err
	}
	Use(ctx, true, digest.FromBytes(payload).String())
	for _, reference := range manifest.References() {
		Use(ctx, true, Digest(reference.Digest)...)
	}
	return one.ManifestService.Put(ctx, manifest, options...)
}

// Exists holds the manifest while it is looked for: what a cache remembers of it must not outlive it.
func (one manifests) Exists(ctx context.Context, of digest.Digest) (bool, error) {
	Use(ctx, false, of.String())
	return one.ManifestService.Exists(ctx, of)
}

// Get holds the manifest as Exists does.
func (one manifests) Get(ctx context.Context, of digest.Digest, options ...distribution.ManifestServiceOption) (distribution.Manifest, error) {
	Use(ctx, false, of.String())
	return one.ManifestService.Get(ctx, of, options...)
}

// Enumerate lists manifests; distribution looks for this method.
func (one manifests) Enumerate(ctx context.Context, ingest func(digest.Digest) error) error {
	enumerator, ok := one.ManifestService.(distribution.ManifestEnumerator)
	if !ok {
		return distribution.ErrUnsupported
	}
	return enumerator.Enumerate(ctx, ingest)
}

type tags struct {
	distribution.TagService
	repository string
}

func (one tags) Tag(ctx context.Context, tag string, to v1.Descriptor) error {
	Use(ctx, true, Tag(one.repository, tag), to.Digest.String())
	return one.TagService.Tag(ctx, tag, to)
}

// OtherAlgorithm is the key of every blob that is named by another digest than the one it is stored under.
const OtherAlgorithm = "other"

// Digest are the keys of a blob.
func Digest(of digest.Digest) []string {
	if of.Algorithm() == digest.Canonical {
		return []string{of.String()}
	}
	return []string{of.String(), OtherAlgorithm}
}
