package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"time"

	"github.com/distribution/distribution/v3/configuration"
	"github.com/distribution/distribution/v3/registry/handlers"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
	"github.com/sirupsen/logrus"

	"wharf.invalid/copier/registry"
)

// drill restores a backup into a registry of its own, distribution on loopback with a directory that goes with the scratch
// directory, and compares all that this gives back with what the backup says: tags, digests, and the hash of every blob.
func (c *chosen) drill(ctx context.Context, asked request) (event, error) {
	into, stop, err := scratchRegistry(ctx, filepath.Join(asked.Scratch, "registry"))
	if err != nil {
		return event{}, err
	}
	defer stop()
	begun := time.Now()
	to := &restoring{chosen: c, to: into}
	if err := to.run(ctx, asked.Parallel, false); err != nil {
		return event{}, err
	}
	restored := time.Since(begun)
	if _, err := c.documents(ctx); err != nil {
		to.failures = append(to.failures, registry.Failure{Kind: "damaged", Text: err.Error()})
	}
	begun = time.Now()
	if err := to.rehash(ctx, asked.Parallel); err != nil {
		return event{}, err
	}
	return event{
		Snapshots: []info{infoOf(c.of)}, Sent: to.sums(), Failures: to.failures,
		RestoreSeconds: restored.Seconds(), VerifySeconds: time.Since(begun).Seconds(),
	}, nil
}

// scratchRegistry serves an empty registry to whoever knows a password that is made for it.
func scratchRegistry(ctx context.Context, directory string) (registry.Registry, func(), error) {
	logrus.SetOutput(io.Discard)
	password := rand.Text()
	config := &configuration.Configuration{Storage: configuration.Storage{
		"filesystem":  configuration.Parameters{"rootdirectory": directory},
		"maintenance": configuration.Parameters{"uploadpurging": map[any]any{"enabled": false}},
	}}
	config.HTTP.Secret = rand.Text()
	config.Catalog.MaxEntries = 1000
	app := handlers.NewApp(ctx, config)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return registry.Registry{}, nil, err
	}
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(answer http.ResponseWriter, asked *http.Request) {
		_, told, _ := asked.BasicAuth()
		if subtle.ConstantTimeCompare([]byte(told), []byte(password)) != 1 {
			answer.Header().Set("WWW-Authenticate", `Basic realm="drill"`)
			answer.WriteHeader(http.StatusUnauthorized)
			return
		}
		app.ServeHTTP(answer, asked)
	})}
	go func() { _ = server.Serve(listener) }()
	found := registry.Registry{Host: listener.Addr().String(), Plain: true, User: "drill", Password: password}
	return found, func() { _ = server.Close() }, nil
}

// rehash reads every image back from the registry and compares it with the backup.
func (r *restoring) rehash(ctx context.Context, parallel int) error {
	all, err := r.chosen.images(ctx)
	if err != nil {
		return err
	}
	broken := func(one image) bool {
		return slices.ContainsFunc(r.failures, func(known registry.Failure) bool {
			return known.Repository == one.Repository && known.Tag == one.Tag
		})
	}
	expected := map[string][]string{}
	whole := []image{}
	for _, one := range all {
		if broken(one) {
			continue
		}
		whole = append(whole, one)
		if one.Tag != "" {
			expected[one.Repository] = append(expected[one.Repository], one.Tag)
		}
	}
	for repository, tags := range expected {
		found, err := registry.Tags(ctx, r.client, r.to.At(repository, "", ""))
		if err != nil {
			return err
		}
		slices.Sort(tags)
		slices.Sort(found)
		if !slices.Equal(tags, found) {
			r.failures = append(r.failures, registry.Failure{
				Repository: repository, Kind: "other", Text: fmt.Sprintf("has the tags %v where the backup has %v", found, tags),
			})
		}
	}
	each(whole, parallel, func(one image) {
		if err := r.compareBytes(ctx, one); err != nil {
			r.fail(one, err)
		}
	})
	return ctx.Err()
}

// compareBytes reads an image's manifests and blobs, which regclient compares with their digests.
func (r *restoring) compareBytes(ctx context.Context, one image) error {
	at := r.to.At(one.Repository, one.Tag, "")
	if one.Tag != "" {
		got, err := r.client.ManifestGet(ctx, at)
		if err != nil {
			return err
		}
		if got.GetDescriptor().Digest != one.Desc.Digest {
			return fmt.Errorf("has %s, the backup %s", got.GetDescriptor().Digest, one.Desc.Digest)
		}
	}
	manifests, blobs, err := r.needs(ctx, one)
	if err != nil {
		return err
	}
	for _, held := range manifests {
		got, err := r.client.ManifestGet(ctx, r.to.At(one.Repository, "", held.desc.Digest.String()))
		if err != nil {
			return &damaged{held.desc.Digest, err}
		}
		body, err := got.RawBody()
		if err != nil || held.desc.Digest.Algorithm().FromBytes(body) != held.desc.Digest {
			return &damaged{held.desc.Digest, fmt.Errorf("its content has another digest")}
		}
	}
	for _, desc := range blobs {
		opened, err := r.client.BlobGet(ctx, r.to.At(one.Repository, "", ""), desc)
		if err != nil {
			return &damaged{desc.Digest, err}
		}
		_, err = io.Copy(io.Discard, &watched{ReadCloser: opened, failed: func(error) {}})
		_ = opened.Close()
		if err != nil {
			return &damaged{desc.Digest, err}
		}
	}
	return nil
}
