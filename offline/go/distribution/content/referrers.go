package content

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/distribution/distribution/v3"
	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"
	"github.com/sirupsen/logrus"

	"wharf.invalid/distribution/access"
)

// referringRepository is a repository that knows which manifests refer to which: signatures, attestations and SBOMs to their image. It
// keeps that in the index under the tag that clients of the OCI distribution specification 1.1 keep themselves where a registry has no
// referrers API, so that both always say the same, and what was pushed before is found.
type referringRepository struct {
	distribution.Repository
	locks Locks
}

// Referrers wraps a repository so that a pushed or deleted manifest with a subject changes the subject's index.
func Referrers(repository distribution.Repository, locks Locks) distribution.Repository {
	return referringRepository{repository, locks}
}

func (repository referringRepository) Manifests(ctx context.Context, options ...distribution.ManifestServiceOption) (distribution.ManifestService, error) {
	manifests, err := repository.Repository.Manifests(ctx, options...)
	if err != nil {
		return nil, err
	}
	return referringManifests{manifests, repository}, nil
}

type referringManifests struct {
	distribution.ManifestService
	repository referringRepository
}

func (manifests referringManifests) Put(ctx context.Context, manifest distribution.Manifest, options ...distribution.ManifestServiceOption) (digest.Digest, error) {
	stored, err := manifests.ManifestService.Put(ctx, manifest, options...)
	if err != nil {
		return stored, err
	}
	subject, referrer, err := referrerOf(manifest)
	if err != nil || subject == "" {
		return stored, err
	}
	err = manifests.change(ctx, subject, func(all []v1.Descriptor) []v1.Descriptor {
		return append(without(all, referrer.Digest), referrer)
	})
	if exchange := access.ExchangeOf(ctx); err == nil && exchange != nil {
		exchange.Subject = subject.String()
	}
	return stored, err
}

func (manifests referringManifests) Delete(ctx context.Context, deleted digest.Digest) error {
	var subject digest.Digest
	if manifest, err := manifests.ManifestService.Get(ctx, deleted); err == nil {
		subject, _, _ = referrerOf(manifest)
	}
	if err := manifests.ManifestService.Delete(ctx, deleted); err != nil || subject == "" {
		return err
	}
	return manifests.change(ctx, subject, func(all []v1.Descriptor) []v1.Descriptor { return without(all, deleted) })
}

// Enumerate lists manifests; distribution looks for this method.
func (manifests referringManifests) Enumerate(ctx context.Context, ingest func(digest.Digest) error) error {
	enumerator, ok := manifests.ManifestService.(distribution.ManifestEnumerator)
	if !ok {
		return distribution.ErrUnsupported
	}
	return enumerator.Enumerate(ctx, ingest)
}

// change replaces the index of a subject by one with other referrers. One that was deleted with its index left behind is dropped.
func (manifests referringManifests) change(ctx context.Context, subject digest.Digest, changed func([]v1.Descriptor) []v1.Descriptor) error {
	tag, name := FallbackTag(subject), manifests.repository.Named().Name()
	ctx, unlock, err := manifests.repository.locks.Lock(ctx, lockName(manifests.repository, tag))
	if err != nil {
		return err
	}
	defer unlock()
	tags := manifests.repository.Tags(ctx)
	before, err := manifests.index(ctx, tags, tag)
	if err != nil {
		logrus.WithError(err).WithFields(logrus.Fields{"repository": name, "tag": tag}).
			Warn("the tag of a digest is not an index of referrers and stays as it is")
		return nil
	}
	index := v1.Index{Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageIndex, Manifests: []v1.Descriptor{}}
	for _, referrer := range changed(before) {
		if exists, err := manifests.Exists(ctx, referrer.Digest); err != nil {
			return err
		} else if exists {
			index.Manifests = append(index.Manifests, referrer)
		}
	}
	payload, err := json.Marshal(index)
	if err != nil {
		return err
	}
	manifest, descriptor, err := distribution.UnmarshalManifest(v1.MediaTypeImageIndex, payload)
	if err != nil {
		return err
	}
	if _, err := manifests.ManifestService.Put(ctx, manifest); err != nil {
		return err
	}
	return tags.Tag(ctx, tag, descriptor)
}

// index reads the referrers under a tag, none where there is no such tag.
func (manifests referringManifests) index(ctx context.Context, tags distribution.TagService, tag string) ([]v1.Descriptor, error) {
	descriptor, err := tags.Get(ctx, tag)
	if _, unknown := err.(distribution.ErrTagUnknown); unknown {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	manifest, err := manifests.ManifestService.Get(ctx, descriptor.Digest)
	if _, unknown := err.(distribution.ErrManifestUnknownRevision); unknown {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	_, payload, err := manifest.Payload()
	if err != nil {
		return nil, err
	}
	var index v1.Index
	if err := json.Unmarshal(payload, &index); err != nil {
		return nil, err
	}
	if index.MediaType != "" && index.MediaType != v1.MediaTypeImageIndex {
		return nil, errors.New("it is a " + index.MediaType)
	}
	return index.Manifests, nil
}

func without(all []v1.Descriptor, one digest.Digest) []v1.Descriptor {
	return slices.DeleteFunc(slices.Clone(all), func(other v1.Descriptor) bool { return other.Digest == one })
}

// referrerOf is the digest that a manifest refers to, empty where it refers to none, and how it appears in the index.
func referrerOf(manifest distribution.Manifest) (digest.Digest, v1.Descriptor, error) {
	mediaType, payload, err := manifest.Payload()
	if err != nil {
		return "", v1.Descriptor{}, err
	}
	var read struct {
		ArtifactType string            `json:"artifactType"`
		Config       *v1.Descriptor    `json:"config"`
		Subject      *v1.Descriptor    `json:"subject"`
		Annotations  map[string]string `json:"annotations"`
	}
	if err := json.Unmarshal(payload, &read); err != nil {
		return "", v1.Descriptor{}, err
	}
	if read.Subject == nil || read.Subject.Digest.Validate() != nil {
		return "", v1.Descriptor{}, nil
	}
	artifactType := read.ArtifactType
	if artifactType == "" && read.Config != nil {
		artifactType = read.Config.MediaType
	}
	return read.Subject.Digest, v1.Descriptor{
		MediaType:    mediaType,
		Digest:       digest.FromBytes(payload),
		Size:         int64(len(payload)),
		ArtifactType: artifactType,
		Annotations:  read.Annotations,
	}, nil
}

// FallbackTag is the tag of a digest's index: its algorithm and its first 64 characters, as the OCI distribution specification says.
func FallbackTag(subject digest.Digest) string {
	algorithm, encoded := subject.Algorithm().String(), subject.Encoded()
	algorithm = strings.NewReplacer("+", "-", ".", "-", "_", "-").Replace(algorithm)
	return algorithm[:min(32, len(algorithm))] + "-" + encoded[:min(64, len(encoded))]
}
