package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"sync"

	"github.com/kopia/kopia/fs"
	"github.com/kopia/kopia/repo"
	"github.com/kopia/kopia/repo/object"
	"github.com/kopia/kopia/snapshot"
	"github.com/kopia/kopia/snapshot/snapshotfs"
	"github.com/opencontainers/go-digest"
	"github.com/regclient/regclient/types/descriptor"
	"github.com/regclient/regclient/types/manifest"

	"wharf.invalid/copier/registry"
)

// chosen is a backup that is read.
type chosen struct {
	in repo.Repository
	of *snapshot.Manifest

	mu   sync.Mutex
	open map[string]fs.Directory
	read map[digest.Digest]*held
}

// snapshot finds a backup of a stack by how its id begins, the newest one where that is empty.
func (o *opened) snapshot(ctx context.Context, stack, id string) (*chosen, error) {
	all, err := o.complete(ctx, stack)
	if err != nil {
		return nil, err
	}
	found := []*snapshot.Manifest{}
	for _, one := range all {
		if strings.HasPrefix(string(one.ID), id) {
			found = append(found, one)
		}
	}
	switch {
	case len(all) == 0:
		others, err := o.list(ctx, "")
		if err != nil || len(others) == 0 {
			return nil, &refused{kind: "missing", text: "it holds no backup"}
		}
		names := []string{}
		for _, one := range others {
			if !strings.Contains(", "+strings.Join(names, ", ")+",", ", "+one.Stack+",") {
				names = append(names, one.Stack)
			}
		}
		return nil, &refused{kind: "none", text: "it holds no backup of stack " + stack + ", but of " + strings.Join(names, ", ")}
	case len(found) == 0:
		return nil, &refused{kind: "snapshot", text: "no backup of stack " + stack + " has an id that begins with " + id}
	case id != "" && len(found) > 1:
		return nil, &refused{kind: "snapshot", text: fmt.Sprintf("%d backups have an id that begins with %s", len(found), id)}
	}
	return &chosen{in: o, of: found[0]}, nil
}

// directory opens a directory of the backup by its path, once.
func (c *chosen) directory(ctx context.Context, name string) (fs.Directory, error) {
	c.mu.Lock()
	found := c.open[name]
	c.mu.Unlock()
	if found != nil {
		return found, nil
	}
	var entry fs.Entry
	if name == "." {
		entry = snapshotfs.EntryFromDirEntry(c.in, c.of.RootEntry)
	} else {
		parent, err := c.directory(ctx, path.Dir(name))
		if err != nil {
			return nil, err
		}
		if entry, err = parent.Child(ctx, path.Base(name)); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	directory, ok := entry.(fs.Directory)
	if !ok {
		return nil, fmt.Errorf("%s is not a directory", name)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = map[string]fs.Directory{}
	}
	c.open[name] = directory
	return directory, nil
}

func (c *chosen) file(ctx context.Context, name string) (fs.File, error) {
	in, err := c.directory(ctx, path.Dir(name))
	if err != nil {
		return nil, err
	}
	entry, err := in.Child(ctx, path.Base(name))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	file, ok := entry.(fs.File)
	if !ok {
		return nil, fmt.Errorf("%s is not a file", name)
	}
	return file, nil
}

func (c *chosen) whole(ctx context.Context, file fs.File) ([]byte, error) {
	opened, err := file.Open(ctx)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	return io.ReadAll(opened)
}

func blobPath(of digest.Digest) string {
	return path.Join(imagesDirectory, "blobs", of.Algorithm().String(), of.Encoded())
}

// blob is the file of a manifest, layer or configuration.
func (c *chosen) blob(ctx context.Context, of digest.Digest) (fs.File, error) {
	if err := of.Validate(); err != nil {
		return nil, err
	}
	file, err := c.file(ctx, blobPath(of))
	if errors.Is(err, fs.ErrEntryNotFound) {
		return nil, fmt.Errorf("%s is missing", of)
	}
	return file, err
}

// has tells whether the repository has stored all of a blob.
func (c *chosen) has(ctx context.Context, of digest.Digest) error {
	file, err := c.blob(ctx, of)
	if err != nil {
		return err
	}
	stored, ok := file.(object.HasObjectID)
	if !ok {
		return fmt.Errorf("%s was not stored", of)
	}
	_, err = c.in.VerifyObject(ctx, stored.ObjectID())
	return err
}

// manifest reads the content of a manifest, which must have the digest.
func (c *chosen) manifest(ctx context.Context, of digest.Digest) ([]byte, error) {
	file, err := c.blob(ctx, of)
	if err != nil {
		return nil, err
	}
	body, err := c.whole(ctx, file)
	if err == nil && of.Algorithm().FromBytes(body) != of {
		err = fmt.Errorf("%s has the content of %s", of, of.Algorithm().FromBytes(body))
	}
	return body, err
}

// images lists what the backup holds.
func (c *chosen) images(ctx context.Context) ([]image, error) {
	file, err := c.file(ctx, path.Join(imagesDirectory, indexFile))
	if err != nil {
		return nil, err
	}
	body, err := c.whole(ctx, file)
	if err != nil {
		return nil, err
	}
	var list index
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, err
	}
	found := []image{}
	for _, desc := range list.Manifests {
		one := image{Repository: desc.Annotations[repositoryAnnotation], Tag: desc.Annotations[tagAnnotation], Desc: desc}
		one.Desc.Annotations = nil
		found = append(found, one)
	}
	return found, nil
}

// needs lists the manifests of an image, what is named before what names it, and its blobs.
func (c *chosen) needs(ctx context.Context, one image) ([]*held, []descriptor.Descriptor, error) {
	queue := []descriptor.Descriptor{one.Desc}
	for len(queue) > 0 {
		desc := queue[0]
		loaded, err := c.held(ctx, desc)
		if err != nil {
			return nil, nil, &damaged{desc.Digest, err}
		}
		queue = append(queue[1:], loaded.parts.Manifests...)
	}
	manifests, blobs := needs(one.Desc.Digest, func(of digest.Digest) *held {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.read[of]
	})
	return manifests, blobs, nil
}

func (c *chosen) held(ctx context.Context, desc descriptor.Descriptor) (*held, error) {
	c.mu.Lock()
	found := c.read[desc.Digest]
	c.mu.Unlock()
	if found != nil {
		return found, nil
	}
	body, err := c.manifest(ctx, desc.Digest)
	if err != nil {
		return nil, err
	}
	known, err := manifest.New(manifest.WithRaw(body), manifest.WithDesc(desc))
	if err != nil {
		return nil, err
	}
	parts, err := registry.PartsOf(known)
	if err != nil {
		return nil, err
	}
	found = &held{body: body, desc: desc, parts: parts}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.read == nil {
		c.read = map[digest.Digest]*held{}
	}
	c.read[desc.Digest] = found
	return found, nil
}

// damaged is a manifest or blob that the backup does not give back as it was.
type damaged struct {
	blob digest.Digest
	err  error
}

func (d *damaged) Error() string { return d.err.Error() }
func (d *damaged) Unwrap() error { return d.err }

// answer gives the documents of the backup.
func (c *chosen) answer(ctx context.Context) (event, error) {
	documents, err := c.documents(ctx)
	return event{Snapshots: []info{infoOf(c.of)}, Documents: documents}, err
}

func (c *chosen) documents(ctx context.Context) (map[string]string, error) {
	found := map[string]string{}
	var visit func(name string) error
	visit = func(name string) error {
		in, err := c.directory(ctx, name)
		if err != nil {
			return err
		}
		return fs.IterateEntries(ctx, in, func(ctx context.Context, entry fs.Entry) error {
			inside := path.Join(name, entry.Name())
			if inside == imagesDirectory {
				return nil
			}
			file, ok := entry.(fs.File)
			if !ok {
				return visit(inside)
			}
			body, err := c.whole(ctx, file)
			if err != nil {
				return fmt.Errorf("%s: %w", inside, err)
			}
			found[inside] = string(body)
			return nil
		})
	}
	return found, visit(".")
}
