package content

import (
	"context"
	"fmt"
	"regexp"

	"github.com/distribution/distribution/v3"
	"github.com/distribution/distribution/v3/registry/api/errcode"
	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"wharf.invalid/distribution/access"
	"wharf.invalid/distribution/policy"
)

var movesRefused = promauto.NewCounter(prometheus.CounterOpts{
	Name: "wharf_registry_immutable_tag_moves_refused_total",
	Help: "Pushes refused because an immutable tag would have moved to another digest.",
})

// fallbackTag is a tag that names a digest: the OCI specification's fallback of the referrers API, and cosign's tags of signatures,
// attestations and SBOMs. Clients add to what it holds, so it always moves.
var fallbackTag = regexp.MustCompile(`^sha(256|512)-[0-9a-f]{64,128}(\.[a-z]+)?$`)

// immutableRepository is a repository whose immutable tags stay where they are.
type immutableRepository struct {
	distribution.Repository
	live  *policy.Live
	locks Locks
}

// Immutable wraps a repository so that a tag that the policy makes immutable never moves to another digest. The same digest may be pushed
// again, and who may delete may delete the tag.
func Immutable(repository distribution.Repository, live *policy.Live, locks Locks) distribution.Repository {
	return immutableRepository{repository, live, locks}
}

func (repository immutableRepository) Manifests(ctx context.Context, options ...distribution.ManifestServiceOption) (distribution.ManifestService, error) {
	manifests, err := repository.Repository.Manifests(ctx, options...)
	if err != nil {
		return nil, err
	}
	return immutableManifests{manifests, repository}, nil
}

func (repository immutableRepository) Tags(ctx context.Context) distribution.TagService {
	return immutableTags{repository.Repository.Tags(ctx), repository}
}

// mayMove tells whether a tag may be set to whatever is pushed. Without a valid policy none may.
func (repository immutableRepository) mayMove(tag string) bool {
	held := repository.live.Current()
	return held != nil && (fallbackTag.MatchString(tag) || !held.Immutable(repository.Named().Name(), tag))
}

// refused is the error of a tag that would move, nil where it may be set.
func (repository immutableRepository) refused(ctx context.Context, tag string, to digest.Digest) error {
	if repository.mayMove(tag) {
		return nil
	}
	name := repository.Named().Name()
	current, err := repository.Repository.Tags(ctx).Get(ctx, tag)
	if _, unknown := err.(distribution.ErrTagUnknown); unknown {
		return nil
	}
	if err != nil {
		return err
	}
	if current.Digest == to {
		return nil
	}
	movesRefused.Inc()
	message := fmt.Sprintf("tag %s of %s is immutable and is already %s", tag, name, current.Digest)
	if exchange := access.ExchangeOf(ctx); exchange != nil {
		exchange.Refuse(errcode.ErrorCodeDenied, message)
	}
	return errcode.ErrorCodeDenied.WithMessage(message)
}

// immutableManifests refuses before anything is stored.
type immutableManifests struct {
	distribution.ManifestService
	repository immutableRepository
}

func (manifests immutableManifests) Put(ctx context.Context, manifest distribution.Manifest, options ...distribution.ManifestServiceOption) (digest.Digest, error) {
	for _, option := range options {
		tagged, ok := option.(distribution.WithTagOption)
		if !ok {
			continue
		}
		_, payload, err := manifest.Payload()
		if err != nil {
			return "", err
		}
		if err := manifests.repository.refused(ctx, tagged.Tag, digest.FromBytes(payload)); err != nil {
			return "", err
		}
	}
	return manifests.ManifestService.Put(ctx, manifest, options...)
}

// Enumerate lists manifests; distribution looks for this method.
func (manifests immutableManifests) Enumerate(ctx context.Context, ingest func(digest.Digest) error) error {
	enumerator, ok := manifests.ManifestService.(distribution.ManifestEnumerator)
	if !ok {
		return distribution.ErrUnsupported
	}
	return enumerator.Enumerate(ctx, ingest)
}

// immutableTags refuses at the moment when a tag is set, where one client at a time gets past, whichever process it speaks to.
type immutableTags struct {
	distribution.TagService
	repository immutableRepository
}

func (tags immutableTags) Tag(ctx context.Context, tag string, to v1.Descriptor) error {
	if tags.repository.mayMove(tag) {
		return tags.TagService.Tag(ctx, tag, to)
	}
	held, unlock, err := tags.repository.locks.Lock(ctx, lockName(tags.repository, tag))
	if err != nil {
		return err
	}
	defer unlock()
	if err := tags.repository.refused(held, tag, to.Digest); err != nil {
		return err
	}
	return tags.TagService.Tag(held, tag, to)
}

// lockName is the lock that is held while a tag is set.
func lockName(repository distribution.Repository, tag string) string {
	return repository.Named().Name() + ":" + tag
}
