package collection

import (
	"context"
	"errors"
	"path"

	"github.com/distribution/distribution/v3"
	"github.com/opencontainers/go-digest"

	"wharf.invalid/distribution/claims"
)

// sweep frees what no manifest names: in each repository the links to blobs, then the blobs that no link leads to.
func (one *run) sweep(ctx context.Context, all []*holding) error {
	marked := map[string]bool{}
	for _, found := range all {
		names := found.named()
		for name := range names {
			marked[name] = true
		}
		for link, target := range found.layers {
			if one.owners[target] == "" {
				one.owners[target] = found.name
			}
			if names[link] || names[target] || len(found.broken) > 0 {
				marked[target] = true
				continue
			}
			if err := one.unlink(ctx, found.name, link, target); err != nil {
				return err
			}
		}
	}
	algorithms, err := one.store.list(ctx, blobsRoot)
	if err != nil {
		return err
	}
	for _, algorithm := range algorithms {
		prefixes, err := one.store.list(ctx, path.Join(blobsRoot, algorithm))
		if err != nil {
			return err
		}
		for _, prefix := range prefixes {
			blobs, err := one.store.list(ctx, path.Join(blobsRoot, algorithm, prefix))
			if err != nil {
				return err
			}
			for _, encoded := range blobs {
				name, err := digest.Parse(algorithm + ":" + encoded)
				if err != nil {
					continue
				}
				one.report.Blobs++
				if marked[name.String()] {
					continue
				}
				if err := one.free(ctx, name.String(), one.owners[name.String()]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// unlink takes a blob out of a repository none of whose manifests names it.
func (one *run) unlink(ctx context.Context, repository, link, target string) error {
	directory := path.Join(repositoriesRoot, repository, "_layers", digestPath(digest.Digest(link)))
	linked, err := one.store.driver.Stat(ctx, path.Join(directory, "link"))
	if err != nil && !isNotFound(err) {
		return err
	}
	if err == nil && linked.ModTime().After(one.since) {
		one.kept[target] = true
		return nil
	}
	if one.request.DryRun {
		return nil
	}
	done, err := one.delete([]string{link, target, claims.OtherAlgorithm}, func() error {
		if err := one.owns(); err != nil {
			return err
		}
		held, err := one.store.repository(ctx, repository)
		if err != nil {
			return err
		}
		// Distribution's own deletion forgets the blob in its caches first.
		err = held.Blobs(ctx).Delete(ctx, digest.Digest(link))
		if err != nil && !isNotFound(err) && !errors.Is(err, distribution.ErrBlobUnknown) {
			return err
		}
		return one.store.remove(ctx, directory)
	})
	if err == nil && !done {
		one.kept[target] = true
	}
	if done {
		one.report.RemovedLinks++
	}
	return err
}

// free deletes a blob that nothing names.
func (one *run) free(ctx context.Context, name, owner string) error {
	stored, err := one.store.driver.Stat(ctx, blobPath(name))
	if err != nil && !isNotFound(err) {
		return err
	}
	var size int64
	keep := one.kept[name]
	if err == nil {
		size = stored.Size()
		keep = keep || stored.ModTime().After(one.since)
	}
	if !keep && !one.request.DryRun {
		done, err := one.delete([]string{name, claims.OtherAlgorithm}, func() error {
			if err := one.owns(); err != nil {
				return err
			}
			return one.store.remove(ctx, blobDirectory(name))
		})
		if err != nil {
			return err
		}
		keep = !done
	}
	if keep {
		one.report.WaitingBlobs++
		one.report.WaitingBytes += size
		return nil
	}
	one.report.DeletedBlobs++
	one.report.FreedBytes += size
	one.report.repository(owner).FreedBytes += size
	return nil
}
