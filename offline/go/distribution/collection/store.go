package collection

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/distribution/distribution/v3"
	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
	"github.com/distribution/reference"
	"github.com/opencontainers/go-digest"
)

// Where distribution keeps what (registry/storage/paths.go), and where the collection keeps its own notes beside it.
const (
	blobsRoot        = "/docker/registry/v2/blobs"
	repositoriesRoot = "/docker/registry/v2/repositories"
	notesRoot        = "/wharf/collection"
)

// store is what the registry keeps, below its API.
type store struct {
	driver    storagedriver.StorageDriver
	namespace distribution.Namespace
}

// holding is one repository as it was found.
type holding struct {
	name   string
	images []*Image
	// references are the digests that each manifest names beside itself, layers and children alike.
	references map[string][]string
	// layers are the links to blobs by their digest, with the digest of the blob that each one leads to.
	layers map[string]string
	// history are the tags that once pointed to a manifest and do not any more.
	history map[string][]string
	// broken are manifests whose content is gone. What they name is not known, so that all blobs of the repository stay.
	broken []string
}

// list names what is in a directory; nothing where there is none.
func (held store) list(ctx context.Context, directory string) ([]string, error) {
	paths, err := held.driver.List(ctx, directory)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(paths))
	for _, one := range paths {
		names = append(names, path.Base(one))
	}
	slices.Sort(names)
	return names, nil
}

func isNotFound(err error) bool {
	var notFound storagedriver.PathNotFoundError
	return errors.As(err, &notFound)
}

// digests lists the directories <algorithm>/<hex> of a directory.
func (held store) digests(ctx context.Context, directory string) ([]digest.Digest, error) {
	algorithms, err := held.list(ctx, directory)
	if err != nil {
		return nil, err
	}
	var all []digest.Digest
	for _, algorithm := range algorithms {
		encoded, err := held.list(ctx, path.Join(directory, algorithm))
		if err != nil {
			return nil, err
		}
		for _, one := range encoded {
			if found, err := digest.Parse(algorithm + ":" + one); err == nil {
				all = append(all, found)
			}
		}
	}
	return all, nil
}

// repositories names all repositories, those without an image as well.
func (held store) repositories(ctx context.Context) ([]string, error) {
	var all []string
	var look func(string) error
	look = func(name string) error {
		children, err := held.list(ctx, path.Join(repositoriesRoot, name))
		if err != nil {
			return err
		}
		for _, child := range children {
			if strings.HasPrefix(child, "_") {
				continue
			}
			if err := look(path.Join(name, child)); err != nil {
				return err
			}
		}
		if slices.Contains(children, "_manifests") || slices.Contains(children, "_layers") {
			all = append(all, name)
		}
		return nil
	}
	err := look("")
	slices.Sort(all)
	return all, err
}

// read finds out what one repository holds.
func (held store) read(ctx context.Context, name string) (*holding, error) {
	found := &holding{name: name, references: map[string][]string{}, layers: map[string]string{}, history: map[string][]string{}}
	root := path.Join(repositoriesRoot, name)
	links, err := held.digests(ctx, path.Join(root, "_layers"))
	if err != nil {
		return nil, err
	}
	for _, link := range links {
		found.layers[link.String()] = link.String()
		if link.Algorithm() == digest.Canonical {
			continue
		}
		// The blob is stored under its canonical digest.
		if target, err := held.link(ctx, path.Join(root, "_layers", digestPath(link), "link")); err != nil {
			return nil, err
		} else if target != "" {
			found.layers[link.String()] = target
		}
	}
	revisions, err := held.digests(ctx, path.Join(root, "_manifests/revisions"))
	if err != nil {
		return nil, err
	}
	byDigest := map[string]*Image{}
	for _, revision := range revisions {
		image, references, err := held.image(ctx, name, revision)
		if errors.Is(err, errContentGone) {
			found.broken = append(found.broken, revision.String())
			continue
		}
		if err != nil {
			return nil, err
		}
		// A deletion by the API leaves an empty directory.
		if image == nil {
			continue
		}
		byDigest[image.Digest] = image
		found.images = append(found.images, image)
		found.references[image.Digest] = references
	}
	return found, held.readTags(ctx, found, byDigest)
}

// readTags finds out which tags point to which images, and which once did.
func (held store) readTags(ctx context.Context, found *holding, byDigest map[string]*Image) error {
	root := path.Join(repositoriesRoot, found.name, "_manifests/tags")
	tags, err := held.list(ctx, root)
	if err != nil {
		return err
	}
	for _, tag := range tags {
		current, err := held.link(ctx, path.Join(root, tag, "current/link"))
		if err != nil {
			return err
		}
		if image := byDigest[current]; image != nil {
			image.Tags = append(image.Tags, tag)
		}
		earlier, err := held.digests(ctx, path.Join(root, tag, "index"))
		if err != nil {
			return err
		}
		for _, one := range earlier {
			if one.String() != current {
				found.history[one.String()] = append(found.history[one.String()], tag)
			}
		}
	}
	return nil
}

// link is the digest in a link, empty where there is no link.
func (held store) link(ctx context.Context, at string) (string, error) {
	content, err := held.driver.GetContent(ctx, at)
	if isNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	found, err := digest.Parse(string(content))
	if err != nil {
		return "", fmt.Errorf("the link %s holds no digest: %w", at, err)
	}
	return found.String(), nil
}

// descriptor is what manifests name a blob or another manifest by.
type descriptor struct {
	Digest string `json:"digest"`
	Size   int64  `json:"size"`
}

// errContentGone is a manifest that a repository links to and the store does not hold.
var errContentGone = errors.New("the content of the manifest is gone")

// image reads a manifest and what it names; nil where it was deleted from the repository.
func (held store) image(ctx context.Context, repository string, revision digest.Digest) (*Image, []string, error) {
	linked, err := held.driver.Stat(ctx, path.Join(repositoriesRoot, repository, "_manifests/revisions", digestPath(revision), "link"))
	if isNotFound(err) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	content, err := held.driver.GetContent(ctx, blobPath(revision.String()))
	if isNotFound(err) {
		return nil, nil, errContentGone
	}
	if err != nil {
		return nil, nil, err
	}
	var manifest struct {
		MediaType string       `json:"mediaType"`
		Config    *descriptor  `json:"config"`
		Layers    []descriptor `json:"layers"`
		Blobs     []descriptor `json:"blobs"`
		Manifests []descriptor `json:"manifests"`
		Subject   *descriptor  `json:"subject"`
	}
	if err := json.Unmarshal(content, &manifest); err != nil {
		return nil, nil, fmt.Errorf("the manifest %s of %s cannot be read: %w", revision, repository, err)
	}
	// Distribution writes the link again at every push: its time is that of the last one.
	image := &Image{
		Repository: repository, Digest: revision.String(), Tags: []string{}, PushedAt: linked.ModTime().UTC().Truncate(time.Millisecond),
		MediaType: manifest.MediaType,
	}
	var references []string
	for _, one := range slices.Concat(manifest.Layers, manifest.Blobs) {
		references = append(references, one.Digest)
		image.SizeBytes += one.Size
	}
	if manifest.Config != nil {
		references = append(references, manifest.Config.Digest)
	}
	for _, child := range manifest.Manifests {
		references = append(references, child.Digest)
		image.Children = append(image.Children, child.Digest)
	}
	if manifest.Subject != nil {
		image.Subject = manifest.Subject.Digest
	}
	return image, references, nil
}

// repository is distribution's own view of a repository, with its caches.
func (held store) repository(ctx context.Context, name string) (distribution.Repository, error) {
	named, err := reference.WithName(name)
	if err != nil {
		return nil, err
	}
	return held.namespace.Repository(ctx, named)
}

// remove deletes a path; one that is not there is no fault.
func (held store) remove(ctx context.Context, at string) error {
	if err := held.driver.Delete(ctx, at); err != nil && !isNotFound(err) {
		return err
	}
	return nil
}

func digestPath(of digest.Digest) string {
	return path.Join(of.Algorithm().String(), of.Encoded())
}

// blobDirectory is where the content with a digest lies.
func blobDirectory(of string) string {
	algorithm, encoded, _ := strings.Cut(of, ":")
	return path.Join(blobsRoot, algorithm, encoded[:2], encoded)
}

func blobPath(of string) string {
	return path.Join(blobDirectory(of), "data")
}
