package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kopia/kopia/fs"
	"github.com/kopia/kopia/fs/virtualfs"
	"github.com/opencontainers/go-digest"
	"github.com/regclient/regclient/types/descriptor"
)

// A backup is a tree of files. images is an OCI image layout (image-spec, image-layout.md), so that whoever restores the files with
// kopia itself can copy images from them with skopeo or regctl; stack has what the stack needs to be what it was.
const (
	imagesDirectory = "images"
	indexFile       = "index.json"
	// Annotations of an image in the index.
	nameAnnotation       = "org.opencontainers.image.ref.name"
	repositoryAnnotation = "io.wharf.repository"
	tagAnnotation        = "io.wharf.tag"
)

// index is the layout's index.json.
type index struct {
	SchemaVersion int                     `json:"schemaVersion"`
	MediaType     string                  `json:"mediaType"`
	Manifests     []descriptor.Descriptor `json:"manifests"`
}

// content is a file of the tree whose bytes are named by their digest, or written by this program: it never changes under its name,
// and has one time for ever, by which kopia knows what it has already.
type content struct {
	name string
	size int64
	open func(context.Context) (io.ReadCloser, error)
}

var _ fs.File = (*content)(nil)

func (c *content) Name() string                { return c.name }
func (c *content) Size() int64                 { return c.size }
func (c *content) Mode() os.FileMode           { return 0o600 }
func (c *content) ModTime() time.Time          { return time.Unix(0, 0) }
func (c *content) IsDir() bool                 { return false }
func (c *content) Sys() any                    { return nil }
func (c *content) Owner() fs.OwnerInfo         { return fs.OwnerInfo{} }
func (c *content) Device() fs.DeviceInfo       { return fs.DeviceInfo{} }
func (c *content) LocalFilesystemPath() string { return "" }
func (c *content) Close()                      {}

// Open begins to read it.
func (c *content) Open(ctx context.Context) (fs.Reader, error) {
	opened, err := c.open(ctx)
	if err != nil {
		return nil, err
	}
	return &reader{ReadCloser: opened, of: c}, nil
}

// reader reads a file from its beginning to its end.
type reader struct {
	io.ReadCloser
	of *content
}

// Seek is never needed: files are not read in parts.
func (r *reader) Seek(offset int64, whence int) (int64, error) {
	if offset == 0 && whence == io.SeekStart {
		return 0, nil
	}
	return 0, errors.New("a registry's content is read from its beginning")
}

func (r *reader) Entry() (fs.Entry, error) { return r.of, nil }

func text(name string, body []byte) *content {
	return &content{name: name, size: int64(len(body)), open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(body)), nil
	}}
}

// changing is a file whose content may be another in the next backup: its name and size do not tell, so that its time does.
type changing struct{ *content }

func (c changing) ModTime() time.Time { return time.Now() }

// tree is what a backup holds.
type tree struct {
	*reading
	documents map[string]string

	mu sync.Mutex
	// unread tells why a blob could not be read.
	unread map[digest.Digest]error
}

// root makes the tree of files; blobs are read from the registry when kopia asks for them.
func (t *tree) root() (fs.Directory, error) {
	t.unread = map[digest.Digest]error{}
	blobs := map[string][]fs.Entry{}
	seen := map[digest.Digest]bool{}
	list := index{SchemaVersion: 2, MediaType: "application/vnd.oci.image.index.v1+json", Manifests: []descriptor.Descriptor{}}
	for _, one := range t.sorted() {
		manifests, parts := t.needs(one)
		for _, held := range manifests {
			if seen[held.desc.Digest] {
				continue
			}
			seen[held.desc.Digest] = true
			algorithm := held.desc.Digest.Algorithm().String()
			blobs[algorithm] = append(blobs[algorithm], text(held.desc.Digest.Encoded(), held.body))
		}
		for _, part := range parts {
			if seen[part.Digest] {
				continue
			}
			seen[part.Digest] = true
			algorithm := part.Digest.Algorithm().String()
			blobs[algorithm] = append(blobs[algorithm], t.blob(part))
		}
		list.Manifests = append(list.Manifests, described(one, t.manifests[one.Desc.Digest].desc))
	}
	written, err := json.MarshalIndent(list, "", "  ")
	if err != nil {
		return nil, err
	}
	layout := []fs.Entry{
		text("oci-layout", []byte(`{"imageLayoutVersion":"1.0.0"}`)),
		changing{text(indexFile, written)},
	}
	algorithms := []fs.Entry{}
	for algorithm, entries := range blobs {
		algorithms = append(algorithms, virtualfs.NewStaticDirectory(algorithm, entries))
	}
	layout = append(layout, virtualfs.NewStaticDirectory("blobs", algorithms))
	entries := []fs.Entry{virtualfs.NewStaticDirectory(imagesDirectory, layout)}
	folders := map[string][]fs.Entry{}
	for name, body := range t.documents {
		one := changing{text(path.Base(name), []byte(body))}
		if folder := path.Dir(name); folder != "." {
			folders[folder] = append(folders[folder], one)
		} else {
			entries = append(entries, one)
		}
	}
	for folder, inside := range folders {
		entries = append(entries, virtualfs.NewStaticDirectory(folder, inside))
	}
	return virtualfs.NewStaticDirectory("", entries), nil
}

// sorted lists the images by name, each once.
func (t *tree) sorted() []image {
	slices.SortFunc(t.images, func(a, b image) int { return strings.Compare(a.name(), b.name()) })
	t.images = slices.CompactFunc(t.images, func(a, b image) bool { return a.name() == b.name() })
	return t.images
}

func described(one image, desc descriptor.Descriptor) descriptor.Descriptor {
	annotations := map[string]string{nameAnnotation: one.name(), repositoryAnnotation: one.Repository}
	if one.Tag != "" {
		annotations[tagAnnotation] = one.Tag
	}
	return descriptor.Descriptor{MediaType: desc.MediaType, Digest: desc.Digest, Size: desc.Size, Annotations: annotations}
}

// blob is a layer or configuration, which is compared with its digest while it is read.
func (t *tree) blob(desc descriptor.Descriptor) *content {
	return &content{name: desc.Digest.Encoded(), size: desc.Size, open: func(ctx context.Context) (io.ReadCloser, error) {
		var err error
		// A repository that named it may have been deleted meanwhile.
		for _, repository := range t.homes[desc.Digest] {
			var found io.ReadCloser
			found, err = t.client.BlobGet(ctx, t.from.At(repository, "", ""), desc)
			if err == nil {
				return &watched{ReadCloser: found, failed: func(err error) { t.failed(desc.Digest, err) }}, nil
			}
		}
		t.failed(desc.Digest, err)
		return nil, err
	}}
}

func (t *tree) failed(of digest.Digest, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unread[of] = err
}

// watched tells of an error, other than the end, by which reading stopped.
type watched struct {
	io.ReadCloser
	failed func(error)
}

func (w *watched) Read(into []byte) (int, error) {
	n, err := w.ReadCloser.Read(into)
	//nolint:errorlint // What regclient says of a wrong digest wraps the end of the stream.
	if err != nil && err != io.EOF {
		w.failed(err)
		return n, errors.New(err.Error())
	}
	return n, err
}
