package registry

import (
	"errors"
	"regexp"
	"slices"

	"github.com/regclient/regclient/types/descriptor"
	"github.com/regclient/regclient/types/errs"
	"github.com/regclient/regclient/types/manifest"
	"github.com/regclient/regclient/types/mediatype"
)

// Parts is what a manifest or index names.
type Parts struct {
	// Manifests of an index.
	Manifests []descriptor.Descriptor
	// Blobs are layers and configurations that the registry holds.
	Blobs []descriptor.Descriptor
}

// PartsOf tells what a manifest or index names.
func PartsOf(known manifest.Manifest) (Parts, error) {
	found := Parts{}
	if index, ok := known.(manifest.Indexer); ok {
		list, err := index.GetManifestList()
		if err != nil {
			return found, err
		}
		for _, desc := range list {
			if isManifest(desc.MediaType) {
				found.Manifests = append(found.Manifests, desc)
			} else {
				found.Blobs = append(found.Blobs, desc)
			}
		}
	}
	if single, ok := known.(manifest.Imager); ok {
		// Docker's first schema has no configuration.
		config, err := single.GetConfig()
		if err == nil {
			found.Blobs = append(found.Blobs, config)
		} else if !errors.Is(err, errs.ErrUnsupportedMediaType) {
			return found, err
		}
		layers, err := single.GetLayers()
		if err != nil {
			return found, err
		}
		for _, layer := range layers {
			// What has addresses elsewhere is not in the registry, as the base layers of Windows.
			if len(layer.URLs) == 0 {
				found.Blobs = append(found.Blobs, layer)
			}
		}
	}
	return found, nil
}

// IsIndex tells whether a media type is that of an index, or of Docker's manifest list.
func IsIndex(mediaType string) bool {
	return mediaType == mediatype.OCI1ManifestList || mediaType == mediatype.Docker2ManifestList
}

func isManifest(mediaType string) bool {
	return IsIndex(mediaType) || slices.Contains([]string{
		mediatype.OCI1Manifest, mediatype.OCI1Artifact, mediatype.Docker2Manifest, mediatype.Docker1Manifest, mediatype.Docker1ManifestSigned,
	}, mediaType)
}

// A tag of a signature, attestation or SBOM: that of the referrers tag schema, and cosign's with a suffix.
var signatureTag = regexp.MustCompile(`^sha(256|512)-[0-9a-f]{64,128}(\.[A-Za-z0-9_.-]+)?$`)

// IsSignatureTag tells whether a tag is of a signature, an attestation or a list of referrers.
func IsSignatureTag(tag string) bool { return signatureTag.MatchString(tag) }
