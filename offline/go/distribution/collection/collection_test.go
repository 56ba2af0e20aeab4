package collection

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/distribution/distribution/v3"
	_ "github.com/distribution/distribution/v3/manifest/ocischema"
	"github.com/distribution/distribution/v3/registry/storage"
	"github.com/distribution/distribution/v3/registry/storage/cache/memory"
	storagedriver "github.com/distribution/distribution/v3/registry/storage/driver"
	"github.com/distribution/distribution/v3/registry/storage/driver/inmemory"
	"github.com/distribution/reference"
	"github.com/opencontainers/go-digest"
	v1 "github.com/opencontainers/image-spec/specs-go/v1"

	"wharf.invalid/distribution/claims"
)

var errKilled = errors.New("killed")

// killed is a store whose process ends before one of its changes.
type killed struct {
	storagedriver.StorageDriver
	left int
}

func (driver *killed) change() error {
	if driver.left--; driver.left < 0 {
		return errKilled
	}
	return nil
}

func (driver *killed) Delete(ctx context.Context, path string) error {
	if err := driver.change(); err != nil {
		return err
	}
	return driver.StorageDriver.Delete(ctx, path)
}

func (driver *killed) PutContent(ctx context.Context, path string, content []byte) error {
	if err := driver.change(); err != nil {
		return err
	}
	return driver.StorageDriver.PutContent(ctx, path, content)
}

// fixture is a registry over a store.
type fixture struct {
	t *testing.T
	store
}

func open(t *testing.T, driver storagedriver.StorageDriver) fixture {
	namespace, err := storage.NewRegistry(t.Context(), driver, storage.EnableDelete,
		storage.BlobDescriptorCacheProvider(memory.NewInMemoryBlobDescriptorCacheProvider(100)))
	if err != nil {
		t.Fatal(err)
	}
	return fixture{t, store{driver, namespace}}
}

func (held fixture) repo(name string) distribution.Repository {
	named, err := reference.WithName(name)
	if err != nil {
		held.t.Fatal(err)
	}
	repository, err := held.namespace.Repository(held.t.Context(), named)
	if err != nil {
		held.t.Fatal(err)
	}
	return repository
}

func (held fixture) blob(repository, text string) v1.Descriptor {
	stored, err := held.repo(repository).Blobs(held.t.Context()).Put(held.t.Context(), "", []byte(text))
	if err != nil {
		held.t.Fatal(err)
	}
	return stored
}

func (held fixture) put(repository, mediaType string, content map[string]any, tags ...string) digest.Digest {
	content["schemaVersion"], content["mediaType"] = 2, mediaType
	payload, err := json.Marshal(content)
	if err != nil {
		held.t.Fatal(err)
	}
	manifest, descriptor, err := distribution.UnmarshalManifest(mediaType, payload)
	if err != nil {
		held.t.Fatal(err)
	}
	manifests, err := held.repo(repository).Manifests(held.t.Context())
	if err != nil {
		held.t.Fatal(err)
	}
	if _, err := manifests.Put(held.t.Context(), manifest); err != nil {
		held.t.Fatal(err)
	}
	for _, tag := range tags {
		if err := held.repo(repository).Tags(held.t.Context()).Tag(held.t.Context(), tag, descriptor); err != nil {
			held.t.Fatal(err)
		}
	}
	return descriptor.Digest
}

// push stores an image of two layers, one of which all images share.
func (held fixture) push(repository, text string, tags ...string) digest.Digest {
	config := held.blob(repository, fmt.Sprintf(`{"comment":%q}`, text))
	config.MediaType = v1.MediaTypeImageConfig
	layers := []v1.Descriptor{held.blob(repository, "shared"), held.blob(repository, text)}
	for index := range layers {
		layers[index].MediaType = v1.MediaTypeImageLayerGzip
	}
	return held.put(repository, v1.MediaTypeImageManifest, map[string]any{"config": config, "layers": layers}, tags...)
}

func (held fixture) index(repository string, children []digest.Digest, tags ...string) digest.Digest {
	var manifests []v1.Descriptor
	for _, child := range children {
		manifests = append(manifests, v1.Descriptor{MediaType: v1.MediaTypeImageManifest, Digest: child, Size: 2})
	}
	return held.put(repository, v1.MediaTypeImageIndex, map[string]any{"manifests": manifests}, tags...)
}

// fill pushes what rules that keep "keep*" leave one image and one index of.
func fill(held fixture) {
	held.push("shop/api", "old one", "v1", "other")
	held.push("shop/api", "old two", "v2")
	held.push("shop/api", "kept", "keep")
	held.index("shop/api", []digest.Digest{held.push("shop/api", "amd64"), held.push("shop/api", "arm64")}, "keep-index")
	expired := held.index("shop/api", []digest.Digest{held.push("shop/api", "old amd64"), held.push("shop/api", "old arm64")}, "v3")
	held.push("shop/api", "signature", "sha256-"+expired.Encoded()+".sig")
	held.push("shop/web", "web", "keep")
	held.blob("shop/web", "left over from an upload")
	moved := held.push("shop/web", "moved away", "main")
	_ = moved
	held.push("shop/web", "main now", "main", "keep-main")
}

var zero = 0
var rules = &Retention{Version: 1, MostPercent: 100, Others: Plan{Steps: []Step{
	{Do: "keep-tags", Patterns: []string{"keep*"}}, {Do: "follow-subject", Patterns: []string{"sha256-*"}},
	{Do: "delete-tagged"}, {Do: "delete-untagged", AfterDays: &zero}, {Do: "keep-children"},
}}}

func collect(held fixture, request Request) (*Report, error) {
	now := time.Now()
	report := &Report{}
	noted := &pulls{store: held.store, repositories: map[string]*pulled{}}
	one := &run{
		store: held.store, claims: claims.New(), pulls: noted, retention: rules, request: request, since: now, report: report,
		owns: func() error { return nil }, kept: map[string]bool{}, owners: map[string]string{},
	}
	return report, one.collect(held.t.Context(), now)
}

// paths are all files of a store.
func paths(t *testing.T, driver storagedriver.StorageDriver) []string {
	var all []string
	err := driver.Walk(t.Context(), "/docker", func(info storagedriver.FileInfo) error {
		if !info.IsDir() {
			all = append(all, info.Path())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// whole fails where a tag leads to an image of which anything is missing, or a blob is not what its digest says.
func whole(held fixture) (tags []string) {
	names, err := held.repositories(held.t.Context())
	if err != nil {
		held.t.Fatal(err)
	}
	for _, path := range paths(held.t, held.driver) {
		if !strings.HasSuffix(path, "/data") {
			continue
		}
		content, err := held.driver.GetContent(held.t.Context(), path)
		if err != nil || !strings.Contains(path, digest.FromBytes(content).Encoded()) {
			held.t.Fatalf("%s is not whole: %v", path, err)
		}
	}
	for _, name := range names {
		all, _ := held.repo(name).Tags(held.t.Context()).All(held.t.Context())
		for _, tag := range all {
			to, err := held.repo(name).Tags(held.t.Context()).Get(held.t.Context(), tag)
			if err != nil {
				held.t.Fatalf("%s:%s: %v", name, tag, err)
			}
			held.resolve(name, to.Digest)
			tags = append(tags, name+":"+tag)
		}
	}
	return tags
}

func (held fixture) resolve(name string, one digest.Digest) {
	manifests, err := held.repo(name).Manifests(held.t.Context())
	if err != nil {
		held.t.Fatal(err)
	}
	manifest, err := manifests.Get(held.t.Context(), one)
	if err != nil {
		held.t.Fatalf("%s@%s: %v", name, one, err)
	}
	for _, part := range manifest.References() {
		if part.MediaType == v1.MediaTypeImageManifest {
			held.resolve(name, part.Digest)
			continue
		}
		content, err := held.repo(name).Blobs(held.t.Context()).Get(held.t.Context(), part.Digest)
		if err != nil || int64(len(content)) != part.Size {
			held.t.Fatalf("%s@%s: %v", name, part.Digest, err)
		}
	}
}

func TestEndedAtAnyStepTheStoreIsWholeAndTheNextRunFinishes(t *testing.T) {
	driver := inmemory.New()
	held := open(t, driver)
	fill(held)
	if _, err := collect(held, Request{OverLimit: true}); err != nil {
		t.Fatal(err)
	}
	done := paths(t, driver)
	kept := whole(held)
	if want := []string{"shop/api:keep", "shop/api:keep-index", "shop/web:keep", "shop/web:keep-main", "shop/web:main"}; !slices.Equal(kept, want) {
		t.Fatalf("kept %v", kept)
	}
	for step := 0; ; step++ {
		driver := inmemory.New()
		fill(open(t, driver))
		held := open(t, &killed{driver, step})
		_, err := collect(held, Request{OverLimit: true})
		// The next process knows nothing of the one before.
		after := open(t, driver)
		for _, tag := range kept {
			if !slices.Contains(whole(after), tag) {
				t.Fatalf("ended at step %d, %s is lost", step, tag)
			}
		}
		if _, err := collect(after, Request{OverLimit: true}); err != nil {
			t.Fatalf("after an end at step %d: %v", step, err)
		}
		if left := paths(t, driver); !slices.Equal(left, done) {
			t.Fatalf("after an end at step %d there is left:\n%s\nand not:\n%s", step, strings.Join(left, "\n"), strings.Join(done, "\n"))
		}
		if err == nil {
			if step < 20 {
				t.Fatalf("only %d steps", step)
			}
			return
		}
		if !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
	}
}

func TestWhatClientsWereToldStays(t *testing.T) {
	held := open(t, inmemory.New())
	upload := held.blob("shop/api", "an upload whose manifest comes later")
	told := claims.New()
	now := time.Now()
	one := &run{
		store: held.store, claims: told, pulls: &pulls{store: held.store, repositories: map[string]*pulled{}}, retention: rules, since: now,
		report: &Report{}, owns: func() error { return nil }, kept: map[string]bool{}, owners: map[string]string{},
	}
	release := told.Hold(upload.Digest.String(), true)
	for _, state := range []string{"while a request uses it", "after it"} {
		if err := one.collect(t.Context(), now); err != nil {
			t.Fatal(err)
		}
		if _, err := held.repo("shop/api").Blobs(t.Context()).Stat(t.Context(), upload.Digest); err != nil {
			t.Fatalf("%s: %v", state, err)
		}
		if state == "while a request uses it" {
			release()
		}
	}
	one.since = time.Now()
	one.kept = map[string]bool{}
	if err := one.collect(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	// No cache remembers it either.
	if _, err := held.repo("shop/api").Blobs(t.Context()).Stat(t.Context(), upload.Digest); !errors.Is(err, distribution.ErrBlobUnknown) {
		t.Fatalf("it is still known: %v", err)
	}
}

func TestAManifestThatCannotBeReadEndsTheRunBeforeAnyDeletion(t *testing.T) {
	driver := inmemory.New()
	held := open(t, driver)
	fill(held)
	broken := held.push("shop/api", "broken", "broken")
	if err := driver.PutContent(t.Context(), blobPath(broken.String()), []byte("{")); err != nil {
		t.Fatal(err)
	}
	before := paths(t, driver)
	if _, err := collect(held, Request{OverLimit: true}); err == nil || !strings.Contains(err.Error(), "cannot be read") {
		t.Fatalf("the run ended with %v", err)
	}
	if !slices.Equal(before, paths(t, driver)) {
		t.Fatal("something was deleted")
	}
	// Where its content is gone, what it names is not known: the blobs of its repository stay.
	if err := driver.Delete(t.Context(), blobDirectory(broken.String())); err != nil {
		t.Fatal(err)
	}
	report, err := collect(held, Request{OverLimit: true})
	if err != nil || !slices.Equal(report.Broken, []string{"shop/api@" + broken.String()}) {
		t.Fatalf("%v, %v", report.Broken, err)
	}
	if _, err := held.repo("shop/api").Blobs(t.Context()).Get(t.Context(), digest.FromString("broken")); err != nil {
		t.Fatal(err)
	}
}

func TestARunOfTheScheduleDeletesNeitherMostImagesNorAllOfARepository(t *testing.T) {
	held := open(t, inmemory.New())
	for _, tag := range []string{"v1", "v2", "v3", "keep"} {
		held.push("shop/api", tag, tag)
	}
	held.push("shop/old", "old", "v1")
	rules.MostPercent = 50
	defer func() { rules.MostPercent = 100 }()
	report, err := collect(held, Request{})
	if !errors.Is(err, errTooMuch) || report.deleted() != 0 {
		t.Fatalf("%v, %d deleted", err, report.deleted())
	}
	rules.MostPercent = 75
	report, err = collect(held, Request{})
	if err != nil || report.repository("shop/api").Deleted != 3 || report.repository("shop/old").HeldBack == "" || report.repository("shop/old").Deleted != 0 {
		t.Fatalf("%v, %+v, %+v", err, report.repository("shop/api"), report.repository("shop/old"))
	}
}

func TestRulesThatAreNotUnderstoodAreRefused(t *testing.T) {
	for text, says := range map[string]string{
		`{"version":1,"graceSeconds":1,"mostPercent":50,"others":{"dryRun":false,"steps":[]},"scedule":""}`:                `unknown field "scedule"`,
		`{"version":2,"graceSeconds":1,"mostPercent":50,"others":{"dryRun":false,"steps":[]}}`:                             "version: 2 is not 1",
		`{"version":1,"graceSeconds":-1,"mostPercent":50,"others":{"dryRun":false,"steps":[]}}`:                            "graceSeconds: -1 is less than 0",
		`{"version":1,"graceSeconds":1,"mostPercent":101,"others":{"dryRun":false,"steps":[]}}`:                            "mostPercent: 101 is not a share of 100",
		`{"version":1,"graceSeconds":1,"mostPercent":50,"schedule":"at night","others":{"dryRun":false,"steps":[]}}`:       "schedule: expected exactly 5 fields",
		`{"version":1,"graceSeconds":1,"mostPercent":50,"others":{"dryRun":false,"steps":[{"do":"delete-everything"}]}}`:   `others: steps[0].do: "delete-everything" is not a step`,
		`{"version":1,"graceSeconds":1,"mostPercent":50,"others":{"dryRun":false,"steps":[]}} {}`:                          "there is text after its end",
		`{"version":1,"graceSeconds":1,"mostPercent":50,"others":{"dryRun":false,"steps":[{"do":"keep-tags","days":-1}]}}`: "a number is less than 0",
	} {
		if _, err := ParseRetention([]byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}

func TestPullsSurviveARestart(t *testing.T) {
	driver := inmemory.New()
	held := open(t, driver)
	one := held.push("shop/api", "one", "v1")
	begin := func() *pulls {
		noted := &pulls{store: held.store, repositories: map[string]*pulled{}}
		if err := noted.begin(t.Context(), time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		return noted
	}
	at := time.Now().UTC().Truncate(time.Second)
	before := begin()
	before.pull("shop/api", one.String(), at)
	if err := before.write(t.Context()); err != nil {
		t.Fatal(err)
	}
	never := held.push("shop/api", "two", "v2")
	last := func() map[string]time.Time {
		found, err := held.read(t.Context(), "shop/api")
		if err != nil {
			t.Fatal(err)
		}
		if err := begin().fill(t.Context(), found, time.Now()); err != nil {
			t.Fatal(err)
		}
		all := map[string]time.Time{}
		for _, image := range found.images {
			all[image.Digest] = *image.LastPulledAt
		}
		return all
	}
	if all := last(); !all[one.String()].Equal(at) || !all[never.String()].IsZero() {
		t.Fatalf("%v", all)
	}
	// A note that is not whole tells nothing: each image counts as pulled now.
	if err := driver.PutContent(t.Context(), pullsNote("shop/api"), bytes.Repeat([]byte("{"), 3)); err != nil {
		t.Fatal(err)
	}
	if all := last(); all[one.String()].Before(at) || all[never.String()].Before(at) {
		t.Fatalf("%v", all)
	}
}
