package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"

	"github.com/kopia/kopia/repo"
	"github.com/kopia/kopia/repo/maintenance"
	"github.com/kopia/kopia/snapshot"
	"github.com/kopia/kopia/snapshot/policy"
	"github.com/kopia/kopia/snapshot/snapshotmaintenance"
	"github.com/kopia/kopia/snapshot/upload"
	"github.com/opencontainers/go-digest"

	"wharf.invalid/copier/registry"
)

// rounds is how often what was deleted during a backup is looked at again.
const rounds = 3

// keep is which backups stay: the last ones, and the last of so many days, weeks and months.
type keep struct {
	Last    int `json:"last"`
	Daily   int `json:"daily"`
	Weekly  int `json:"weekly"`
	Monthly int `json:"monthly"`
}

func (k keep) policy() policy.RetentionPolicy {
	number := func(n int) *policy.OptionalInt {
		value := policy.OptionalInt(n)
		return &value
	}
	return policy.RetentionPolicy{
		// Without the newest one there is no backup.
		KeepLatest: number(max(k.Last, 1)), KeepHourly: number(0), KeepDaily: number(k.Daily), KeepWeekly: number(k.Weekly),
		KeepMonthly: number(k.Monthly), KeepAnnual: number(0), IgnoreIdenticalSnapshots: policy.NewOptionalBool(false),
	}
}

// progress counts what kopia has done.
type progress struct {
	upload.NullUploadProgress
	done, of atomic.Int64
}

func (p *progress) HashedBytes(n int64)              { p.done.Add(n) }
func (p *progress) CachedFile(_ string, n int64)     { p.done.Add(n) }
func (p *progress) EstimatedDataSize(_, bytes int64) { p.of.Store(bytes) }

// backup saves the registry and the documents as a new snapshot, and removes old ones. The registry may be pushed to meanwhile: its
// tags are read first and what they name last, and a tag whose content is not whole is not in the backup.
func (o *opened) backup(ctx context.Context, asked request) (event, error) {
	client, _, problem := registry.Connect(ctx, asked.Parallel, asked.Registry)
	if problem != nil {
		return event{}, &refused{kind: "registry", text: problem.Text, failures: []registry.Failure{*problem}}
	}
	previous, err := o.complete(ctx, asked.Stack)
	if err != nil {
		return event{}, err
	}
	read := &reading{client: client, from: asked.Registry, parallel: asked.Parallel, known: func(digest.Digest) ([]byte, bool) { return nil, false }}
	if len(previous) > 0 {
		last := &chosen{in: o, of: previous[0]}
		read.known = func(of digest.Digest) ([]byte, bool) {
			body, err := last.manifest(ctx, of)
			return body, err == nil
		}
	}
	stop := often(func() event {
		return event{Event: "progress", Text: fmt.Sprintf("%d images looked at", read.looked.Load())}
	})
	err = read.all(ctx)
	stop()
	if err != nil {
		return event{}, err
	}
	files := &tree{reading: read, documents: asked.Documents}
	made, err := o.save(ctx, asked, files, previous)
	if err != nil {
		return event{}, err
	}
	removed, err := o.prune(ctx, asked)
	if err != nil {
		return event{}, fmt.Errorf("the backup %s was made, but old ones were not removed: %w", made.ID, err)
	}
	return event{
		Snapshots: []info{infoOf(made)}, Created: o.created, Removed: removed, Failures: read.failures, Gone: read.gone,
	}, nil
}

func (o *opened) save(ctx context.Context, asked request, files *tree, previous []*snapshot.Manifest) (*snapshot.Manifest, error) {
	var made *snapshot.Manifest
	var stored atomic.Int64
	follow := &progress{}
	stop := often(func() event {
		return event{Event: "progress", Text: "saving", Bytes: follow.done.Load(), Of: follow.of.Load()}
	})
	defer stop()
	options := repo.WriteSessionOptions{Purpose: "backup", OnUpload: func(n int64) { stored.Add(n) }}
	err := repo.WriteSession(ctx, o, options, func(ctx context.Context, writer repo.RepositoryWriter) error {
		known := slices.Clone(previous[:min(len(previous), 1)])
		for round := 0; ; round++ {
			root, err := files.root()
			if err != nil {
				return err
			}
			follow.done.Store(0)
			uploader := upload.NewUploader(writer)
			uploader.Progress, uploader.ParallelUploads = follow, asked.Parallel
			uploader.DisableIgnoreRules = true
			rules := *policy.DefaultPolicy
			// A registry's content is read from its beginning to its end.
			rules.UploadPolicy.ParallelUploadAboveSize = nil
			cancelled := context.AfterFunc(ctx, uploader.Cancel)
			made, err = uploader.Upload(ctx, root, policy.BuildTree(nil, &rules), source(asked.Stack), known...)
			cancelled()
			if err != nil {
				return err
			}
			if made.IncompleteReason != "" {
				return errors.New("the backup was stopped")
			}
			if len(files.unread) == 0 {
				break
			}
			if round == rounds {
				return errors.New("the registry's content changed too often while it was read")
			}
			known = append(known, made)
			files.again(ctx, files.unread)
		}
		if made.Stats.ErrorCount > 0 {
			return fmt.Errorf("%d files could not be read", made.Stats.ErrorCount)
		}
		// What is stored is counted when it is written.
		if err := writer.Flush(ctx); err != nil {
			return err
		}
		if err := verify(ctx, writer, made); err != nil {
			return err
		}
		repositories := map[string]bool{}
		images := 0
		for _, one := range files.images {
			repositories[one.Repository] = true
			if one.Tag != "" && !registry.IsSignatureTag(one.Tag) {
				images++
			}
		}
		made.Tags = map[string]string{
			imagesLabel: strconv.Itoa(images), repositoriesLabel: strconv.Itoa(len(repositories)),
			newBytesLabel: strconv.FormatInt(stored.Load(), 10),
		}
		_, err := snapshot.SaveSnapshot(ctx, writer, made)
		return err
	})
	return made, err
}

// verify reads the snapshot as a restore would: each image's manifests and blobs must be in it.
func verify(ctx context.Context, in repo.Repository, made *snapshot.Manifest) error {
	written := &chosen{in: in, of: made}
	images, err := written.images(ctx)
	if err != nil {
		return err
	}
	for _, one := range images {
		manifests, blobs, err := written.needs(ctx, one)
		if err != nil {
			return fmt.Errorf("%s is not whole in the backup: %w", one.name(), err)
		}
		for _, blob := range blobs {
			if err := written.has(ctx, blob.Digest); err != nil {
				return fmt.Errorf("%s is not whole in the backup: %w", one.name(), err)
			}
		}
		if len(manifests) == 0 {
			return fmt.Errorf("%s is not in the backup", one.name())
		}
	}
	return nil
}

// prune removes backups that nothing keeps, and now and then what only they held.
func (o *opened) prune(ctx context.Context, asked request) (int, error) {
	removed := 0
	err := repo.WriteSession(ctx, o, repo.WriteSessionOptions{Purpose: "retention"}, func(ctx context.Context, writer repo.RepositoryWriter) error {
		of := source(asked.Stack)
		if err := policy.SetPolicy(ctx, writer, of, &policy.Policy{RetentionPolicy: asked.Keep.policy()}); err != nil {
			return err
		}
		gone, err := policy.ApplyRetentionPolicy(ctx, writer, of, true)
		removed = len(gone)
		return err
	})
	if err != nil {
		return removed, err
	}
	err = repo.DirectWriteSession(ctx, o, repo.WriteSessionOptions{Purpose: "maintenance"}, func(ctx context.Context, writer repo.DirectRepositoryWriter) error {
		// At most once an hour, and once a day for what is deleted (maintenance.DefaultParams).
		return snapshotmaintenance.Run(ctx, writer, maintenance.ModeAuto, false, maintenance.SafetyFull)
	})
	return removed, err
}
