package space

import (
	"context"

	"github.com/distribution/distribution/v3"
	"github.com/distribution/distribution/v3/registry/api/errcode"
	"github.com/opencontainers/go-digest"

	"wharf.invalid/distribution/access"
)

// manifestShare is how much of what layers leave free a manifest leaves, so that a push is not refused at its end.
const manifestShare = 0.5

// answer makes the refusal the answer of a request, and its error. Docker prints the message of an answer below 500 only, and tries
// again after all others, so the answer is 403 with the code DENIED.
func (why *refusal) answer(ctx context.Context) error {
	if exchange := access.ExchangeOf(ctx); exchange != nil {
		exchange.Refuse(errcode.ErrorCodeDenied, why.message)
	}
	refused.WithLabelValues(why.reason).Inc()
	return errcode.ErrorCodeDenied.WithMessage(why.message)
}

// refuse is the error of a push for which there is no room, nil where there is.
func (volume *Volume) refuse(ctx context.Context, bytes int64, share float64) error {
	why := volume.overQuota(bytes)
	if why == nil {
		why = volume.nearlyFull(bytes, share)
	}
	if why == nil {
		return nil
	}
	return why.answer(ctx)
}

// repository turns pushes away where there is no room for them.
type repository struct {
	distribution.Repository
	volume *Volume
}

// Repository wraps a repository of the volume.
func (volume *Volume) Repository(wrapped distribution.Repository) distribution.Repository {
	return repository{wrapped, volume}
}

func (one repository) Blobs(ctx context.Context) distribution.BlobStore {
	return blobs{one.Repository.Blobs(ctx), one.volume}
}

func (one repository) Manifests(ctx context.Context, options ...distribution.ManifestServiceOption) (distribution.ManifestService, error) {
	wrapped, err := one.Repository.Manifests(ctx, options...)
	if err != nil {
		return nil, err
	}
	return manifests{wrapped, one.volume}, nil
}

type blobs struct {
	distribution.BlobStore
	volume *Volume
}

// Create begins an upload, or names a layer of another repository.
func (one blobs) Create(ctx context.Context, options ...distribution.BlobCreateOption) (distribution.BlobWriter, error) {
	if err := one.volume.refuse(ctx, 0, 1); err != nil {
		return nil, err
	}
	return one.BlobStore.Create(ctx, options...)
}

type manifests struct {
	distribution.ManifestService
	volume *Volume
}

func (one manifests) Put(ctx context.Context, manifest distribution.Manifest, options ...distribution.ManifestServiceOption) (digest.Digest, error) {
	_, payload, err := manifest.Payload()
	if err != nil {
		return "", err
	}
	if err := one.volume.refuse(ctx, int64(len(payload)), manifestShare); err != nil {
		return "", err
	}
	return one.ManifestService.Put(ctx, manifest, options...)
}

// Enumerate lists manifests; distribution looks for this method.
func (one manifests) Enumerate(ctx context.Context, ingest func(digest.Digest) error) error {
	enumerator, ok := one.ManifestService.(distribution.ManifestEnumerator)
	if !ok {
		return distribution.ErrUnsupported
	}
	return enumerator.Enumerate(ctx, ingest)
}
