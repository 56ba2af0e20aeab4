package collection

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"time"

	"github.com/distribution/distribution/v3"
	"github.com/opencontainers/go-digest"
	"github.com/sirupsen/logrus"

	"wharf.invalid/distribution/claims"
)

// Request is what a run is asked for.
type Request struct {
	// DryRun reports and changes nothing.
	DryRun bool `json:"dryRun"`
	// Running are the digests that containers run: they are not deleted.
	Running []string `json:"running,omitempty"`
	// OverLimit deletes as much as the rules say, whatever share of the images that is.
	OverLimit bool `json:"overLimit"`
	// By is who asked: `schedule` or a user name.
	By string `json:"-"`
}

// run is one collection.
type run struct {
	store     store
	claims    *claims.Claims
	pulls     *pulls
	retention *Retention
	request   Request
	// since is the time after which whatever was touched stays.
	since time.Time
	// tooEarly is that this process does not know yet what clients were told since then.
	tooEarly bool
	// owns tells whether no other process took the store over.
	owns func() error

	report *Report
	// owners are the repositories that had a blob or manifest first, by digest.
	owners map[string]string
	// kept are digests of blobs that a step left for later, so that the next ones leave them too.
	kept map[string]bool
}

// errTooMuch ends a run that would delete more than it may.
var errTooMuch = errors.New("too much would be deleted")

// collect lists, deletes images by the rules, and frees what no image names. It may be ended at any moment: every step leaves the store
// whole, and the next run does the rest.
func (one *run) collect(ctx context.Context, started time.Time) error {
	if keep := one.retention.KeepRunning; keep != nil {
		digests, err := keep.digests(ctx)
		if err != nil {
			return fmt.Errorf("which images run is not known, so that none may be deleted: %w", err)
		}
		one.request.Running = slices.Concat(one.request.Running, digests)
	}
	if err := one.step(ctx, "listed images"); err != nil {
		return err
	}
	names, err := one.store.repositories(ctx)
	if err != nil {
		return err
	}
	all := make([]*holding, 0, len(names))
	for _, name := range names {
		found, err := one.store.read(ctx, name)
		if err != nil {
			return err
		}
		if err := one.pulls.fill(ctx, found, started); err != nil {
			return err
		}
		for _, image := range found.images {
			if one.owners[image.Digest] == "" {
				one.owners[image.Digest] = name
			}
		}
		for _, broken := range found.broken {
			one.report.Broken = append(one.report.Broken, name+"@"+broken)
		}
		all = append(all, found)
	}
	unfinished, err := one.store.unfinished(ctx)
	if err != nil {
		return err
	}
	leaving := make([][]*Image, len(all))
	for index, found := range all {
		leaving[index] = one.decide(found, unfinished, started)
	}
	if err := one.limit(all, leaving); err != nil {
		return err
	}
	if err := one.step(ctx, "deleted images"); err != nil {
		return err
	}
	if err := one.deleteImages(ctx, all, leaving); err != nil {
		return err
	}
	if err := one.step(ctx, "freed blobs"); err != nil {
		return err
	}
	return one.sweep(ctx, all)
}

// step notes what the run does from now on, so that the next process can tell what it was ended in.
func (one *run) step(ctx context.Context, step string) error {
	if one.request.DryRun {
		return nil
	}
	return one.store.noteStep(ctx, one.report, step)
}

// decide says which images of a repository go, signatures first and indexes before what they name, so that whoever is left after half
// of it is whole.
func (one *run) decide(found *holding, unfinished map[string]time.Time, now time.Time) []*Image {
	plan := one.retention.planOf(found.name)
	if len(one.request.Running) > 0 {
		plan.Steps = slices.Concat([]Step{{Do: "keep-running", Digests: one.request.Running}}, plan.Steps)
	}
	verdicts := Evaluate(plan, found.images, now)
	summary := one.report.repository(found.name)
	var leaving []*Image
	for _, image := range found.images {
		summary.Images++
		verdict := verdicts[image]
		// A run before this one was ended between its tags and itself.
		if at, ok := unfinished[found.name+"@"+image.Digest]; ok && len(image.Tags) == 0 && image.PushedAt.Before(at) && !verdict.Delete && verdict.Rule == "none" {
			verdict = Verdict{true, "unfinished", "A run before this one lost its tags and was ended."}
		}
		if !verdict.Delete {
			continue
		}
		summary.Expired++
		one.report.list(image, verdict)
		if !plan.DryRun {
			leaving = append(leaving, image)
		}
	}
	slices.SortStableFunc(leaving, func(one, other *Image) int { return order(one) - order(other) })
	return leaving
}

func order(image *Image) int {
	switch {
	case subjectOf(image) != "":
		return 0
	case len(image.Children) > 0:
		return 1
	}
	return 2
}

// limit holds back what a run is not to do unless it is told so: to delete all tagged images of a repository, whose images then stay,
// or most of the registry's, where nothing is deleted.
func (one *run) limit(all []*holding, leaving [][]*Image) error {
	if one.request.OverLimit {
		return nil
	}
	isTagged := func(image *Image) bool { return len(image.Tags) > 0 && !isSignature(image) }
	tagged, gone := 0, 0
	for index, found := range all {
		of, goes := count(found.images, isTagged), count(leaving[index], isTagged)
		if of > 0 && of == goes {
			one.report.repository(found.name).HeldBack = fmt.Sprintf("the rules delete all %d tagged images", of)
			leaving[index], goes = nil, 0
		}
		tagged, gone = tagged+of, gone+goes
	}
	if gone*100 <= tagged*one.retention.MostPercent {
		return nil
	}
	err := fmt.Errorf("%w: %d of %d tagged images, more than %d %%", errTooMuch, gone, tagged, one.retention.MostPercent)
	if one.request.DryRun {
		one.report.Problem, one.report.TooMuch = err.Error(), true
		return nil
	}
	return err
}

func count(images []*Image, counts func(*Image) bool) (number int) {
	for _, image := range images {
		if counts(image) {
			number++
		}
	}
	return number
}

// deleteImages takes the images out of their repositories. A dry run does so in its own list only.
func (one *run) deleteImages(ctx context.Context, all []*holding, leaving [][]*Image) error {
	if !one.request.DryRun {
		if err := one.store.noteUnfinished(ctx, leaving, time.Now()); err != nil {
			return err
		}
	}
	for index, found := range all {
		summary := one.report.repository(found.name)
		gone := map[*Image]bool{}
		for _, image := range leaving[index] {
			deleted := one.request.DryRun
			if !deleted {
				var err error
				if deleted, err = one.deleteImage(ctx, found, image); err != nil {
					return err
				}
			}
			if !deleted {
				summary.InUse++
				continue
			}
			summary.Deleted++
			gone[image] = true
			delete(found.references, image.Digest)
		}
		found.images = slices.DeleteFunc(found.images, func(image *Image) bool { return gone[image] })
	}
	if one.request.DryRun {
		return nil
	}
	return one.store.forgetUnfinished(ctx)
}

// deleteImage takes one image and its tags out of a repository, unless somebody uses it.
func (one *run) deleteImage(ctx context.Context, found *holding, image *Image) (bool, error) {
	keys := []string{image.Digest}
	for _, tag := range image.Tags {
		keys = append(keys, claims.Tag(found.name, tag))
	}
	return one.delete(keys, func() error {
		if err := one.owns(); err != nil {
			return err
		}
		repository, err := one.store.repository(ctx, found.name)
		if err != nil {
			return err
		}
		// The tags go first: an image without tags is whole, a tag without its image is not.
		tags := repository.Tags(ctx)
		for _, tag := range image.Tags {
			current, err := tags.Get(ctx, tag)
			var unknown distribution.ErrTagUnknown
			if err != nil && !errors.As(err, &unknown) {
				return err
			}
			if err != nil || current.Digest.String() != image.Digest {
				continue
			}
			if err := tags.Untag(ctx, tag); err != nil && !isNotFound(err) {
				return err
			}
		}
		root := path.Join(repositoriesRoot, found.name, "_manifests")
		for _, tag := range found.history[image.Digest] {
			if err := one.store.remove(ctx, path.Join(root, "tags", tag, "index", digestPath(digest.Digest(image.Digest)))); err != nil {
				return err
			}
		}
		manifests, err := repository.Manifests(ctx)
		if err != nil {
			return err
		}
		if err := manifests.Delete(ctx, digest.Digest(image.Digest)); err != nil && !isUnknown(err) {
			return err
		}
		logrus.WithFields(logrus.Fields{"repository": found.name, "digest": image.Digest, "tags": image.Tags}).Info("image deleted")
		return one.store.remove(ctx, path.Join(root, "revisions", digestPath(digest.Digest(image.Digest))))
	})
}

// delete removes what the keys name, unless somebody uses it or may have heard of it from the process before this one.
func (one *run) delete(keys []string, remove func() error) (bool, error) {
	if one.tooEarly {
		return false, nil
	}
	return one.claims.Delete(keys, one.since, remove)
}

func isUnknown(err error) bool {
	var unknown distribution.ErrManifestUnknownRevision
	return isNotFound(err) || errors.Is(err, distribution.ErrBlobUnknown) || errors.As(err, &unknown)
}

// named are all digests that the manifests of a repository name, and their own.
func (found *holding) named() map[string]bool {
	all := map[string]bool{}
	for digest := range maps.Keys(found.references) {
		all[digest] = true
		for _, one := range found.references[digest] {
			all[one] = true
		}
	}
	return all
}
