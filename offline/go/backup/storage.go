package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kopia/kopia/repo"
	"github.com/kopia/kopia/repo/blob"
	"github.com/kopia/kopia/repo/blob/azure"
	"github.com/kopia/kopia/repo/blob/filesystem"
	"github.com/kopia/kopia/repo/blob/gcs"
	"github.com/kopia/kopia/repo/blob/s3"
	"github.com/kopia/kopia/repo/format"
	"github.com/kopia/kopia/repo/maintenance"
	"github.com/kopia/kopia/snapshot"
)

// client is who kopia takes for the owner of all backups: which machine makes them does not matter.
const client = "wharf"

// storage is where backups are.
type storage struct {
	// Kind is directory, s3, gs or azblob.
	Kind string `json:"kind"`
	// Path of the directory, absolute.
	Path string `json:"path"`
	// Bucket or container, and what stands before each name in it.
	Bucket string `json:"bucket"`
	Prefix string `json:"prefix"`
}

// connect opens the storage. Credentials are those that the clouds' own tools read from their variables.
func (s storage) connect(ctx context.Context, create bool) (blob.Storage, error) {
	switch s.Kind {
	case "s3":
		options := &s3.Options{BucketName: s.Bucket, Prefix: s.Prefix, Endpoint: "s3.amazonaws.com", Region: first("AWS_REGION", "AWS_DEFAULT_REGION")}
		if address := first("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"); address != "" {
			parsed, err := url.Parse(address)
			if err != nil || parsed.Host == "" {
				return nil, fmt.Errorf("AWS_ENDPOINT_URL is not an address: %q", address)
			}
			options.Endpoint, options.DoNotUseTLS = parsed.Host, parsed.Scheme == "http"
		}
		if bundle := os.Getenv("AWS_CA_BUNDLE"); bundle != "" {
			pem, err := os.ReadFile(bundle)
			if err != nil {
				return nil, err
			}
			options.RootCA = pem
		}
		return s3.New(ctx, options, create)
	case "gs":
		return gcs.New(ctx, &gcs.Options{BucketName: s.Bucket, Prefix: s.Prefix}, create)
	case "azblob":
		return azure.New(ctx, &azure.Options{
			Container: s.Bucket, Prefix: s.Prefix,
			StorageAccount: os.Getenv("AZURE_STORAGE_ACCOUNT"), StorageKey: os.Getenv("AZURE_STORAGE_KEY"),
			SASToken: os.Getenv("AZURE_STORAGE_SAS_TOKEN"), TenantID: os.Getenv("AZURE_TENANT_ID"), ClientID: os.Getenv("AZURE_CLIENT_ID"),
			ClientSecret: os.Getenv("AZURE_CLIENT_SECRET"), AzureFederatedTokenFile: os.Getenv("AZURE_FEDERATED_TOKEN_FILE"),
		}, create)
	default:
		return filesystem.New(ctx, &filesystem.Options{Path: s.Path, FileMode: 0o600, DirectoryMode: 0o700}, create)
	}
}

// patience is how long a store may take until it has answered for the first time. The clients of Google Cloud and Azure try again
// without an end, so that a wrong address or a network that is down would hold up a scheduled backup forever.
const patience = 30 * time.Second

// reach is connect with an end. The context goes on, since clients keep it for what they ask later.
func (s storage) reach(ctx context.Context, create bool) (blob.Storage, error) {
	type outcome struct {
		in  blob.Storage
		err error
	}
	answered := make(chan outcome, 1)
	go func() {
		in, err := s.connect(ctx, create)
		answered <- outcome{in, err}
	}()
	select {
	case got := <-answered:
		return got.in, got.err
	case <-time.After(patience):
		return nil, fmt.Errorf("nothing has answered within %v", patience)
	}
}

func first(variables ...string) string {
	for _, name := range variables {
		if value := os.Getenv(name); value != "" {
			return value
		}
	}
	return ""
}

// check tells of a directory why it cannot be opened, before anything is written to it.
func (s storage) check(create bool) error {
	if s.Kind != "directory" {
		return nil
	}
	entries, err := os.ReadDir(s.Path)
	if errors.Is(err, os.ErrNotExist) {
		if create {
			return nil
		}
		return &refused{kind: "missing", text: "there is no such directory"}
	}
	if err != nil {
		return err
	}
	is := func(one os.DirEntry) bool { return strings.HasPrefix(one.Name(), format.KopiaRepositoryBlobID) }
	switch {
	case slices.ContainsFunc(entries, is), len(entries) == 0 && create:
		return nil
	case !create:
		return &refused{kind: "missing", text: "it holds no backup"}
	}
	return foreign
}

var foreign = &refused{kind: "foreign", text: "it holds something else than backups"}

// empty tells whether a bucket holds nothing yet where backups are to go.
func empty(ctx context.Context, in blob.Storage) (bool, error) {
	stop := errors.New("something is there")
	err := in.ListBlobs(ctx, "", func(blob.Metadata) error { return stop })
	if errors.Is(err, stop) {
		return false, nil
	}
	return err == nil, err
}

// opened is a repository of backups.
type opened struct {
	repo.DirectRepository
	created bool
	scratch string
}

// open opens the repository of backups; a backup creates it where there is none.
func open(ctx context.Context, asked request) (*opened, error) {
	create := asked.Action == "backup"
	where := asked.Storage
	if err := where.check(create); err != nil {
		return nil, err
	}
	in, err := where.reach(ctx, create)
	if err != nil {
		return nil, err
	}
	defer in.Close(ctx)
	// kopia opens a repository by a file that holds the address, and of Azure a credential. It goes with the scratch directory.
	config := filepath.Join(asked.Scratch, "repository.config")
	options := &repo.ConnectOptions{ClientOptions: repo.ClientOptions{Hostname: client, Username: client}}
	found := &opened{scratch: asked.Scratch}
	err = repo.Connect(ctx, config, in, asked.Password, options)
	if errors.Is(err, repo.ErrRepositoryNotInitialized) {
		if !create {
			return nil, &refused{kind: "missing", text: "it holds no backup"}
		}
		nothing, err := empty(ctx, in)
		if err != nil {
			return nil, err
		}
		if !nothing {
			return nil, foreign
		}
		if err := repo.Initialize(ctx, in, &repo.NewRepositoryOptions{}, asked.Password); err != nil {
			return nil, err
		}
		found.created = true
		if err := repo.Connect(ctx, config, in, asked.Password, options); err != nil {
			return nil, err
		}
	} else if errors.Is(err, repo.ErrInvalidPassword) {
		return nil, &refused{kind: "password", text: "the password is not the one that the backup was made with"}
	} else if err != nil {
		return nil, err
	}
	opened, err := repo.Open(ctx, config, asked.Password, &repo.Options{DisableRepositoryLog: true})
	if err != nil {
		return nil, err
	}
	direct, ok := opened.(repo.DirectRepository)
	if !ok {
		return nil, errors.New("not a repository with direct access")
	}
	found.DirectRepository = direct
	if found.created {
		parameters := maintenance.DefaultParams()
		parameters.Owner = direct.ClientOptions().UsernameAtHost()
		err = repo.WriteSession(ctx, direct, repo.WriteSessionOptions{Purpose: "create"}, func(ctx context.Context, writer repo.RepositoryWriter) error {
			return maintenance.SetParams(ctx, writer, &parameters)
		})
	}
	return found, err
}

func (o *opened) close(ctx context.Context) { _ = o.Close(ctx) }

// source is what kopia files the backups of a stack under.
func source(stack string) snapshot.SourceInfo {
	return snapshot.SourceInfo{Host: client, UserName: client, Path: "/" + stack}
}

// info is what is told of a backup.
type info struct {
	ID string `json:"id"`
	// Time it was begun, RFC 3339.
	Time  string `json:"time"`
	Stack string `json:"stack"`
	// Repositories and Images that it holds, an image for each tag.
	Repositories int64 `json:"repositories"`
	Images       int64 `json:"images"`
	// Bytes of all that it holds, and those that were new in it, as they were stored.
	Bytes    int64 `json:"bytes"`
	NewBytes int64 `json:"newBytes"`
	// Seconds that it took.
	Seconds float64 `json:"seconds"`
}

// Labels of kopia's snapshot that hold what it cannot know.
const (
	imagesLabel       = "tag:images"
	repositoriesLabel = "tag:repositories"
	newBytesLabel     = "tag:new-bytes"
)

func infoOf(of *snapshot.Manifest) info {
	number := func(label string) int64 {
		value, _ := strconv.ParseInt(of.Tags[label], 10, 64)
		return value
	}
	found := info{
		ID: string(of.ID), Time: of.StartTime.ToTime().UTC().Format(time.RFC3339), Stack: strings.TrimPrefix(of.Source.Path, "/"),
		Repositories: number(repositoriesLabel), Images: number(imagesLabel), NewBytes: number(newBytesLabel),
		Seconds: of.EndTime.Sub(of.StartTime).Seconds(),
	}
	if of.RootEntry != nil && of.RootEntry.DirSummary != nil {
		found.Bytes = of.RootEntry.DirSummary.TotalFileSize
	}
	return found
}

// complete lists the whole backups of a stack, the newest first; of all stacks where none is named.
func (o *opened) complete(ctx context.Context, stack string) ([]*snapshot.Manifest, error) {
	sources := []snapshot.SourceInfo{source(stack)}
	if stack == "" {
		all, err := snapshot.ListSources(ctx, o)
		if err != nil {
			return nil, err
		}
		sources = all
	}
	found := []*snapshot.Manifest{}
	for _, one := range sources {
		some, err := snapshot.ListSnapshots(ctx, o, one)
		if err != nil {
			return nil, err
		}
		found = append(found, some...)
	}
	found = slices.DeleteFunc(found, func(one *snapshot.Manifest) bool { return one.IncompleteReason != "" })
	return snapshot.SortByTime(found, true), nil
}

func (o *opened) list(ctx context.Context, stack string) ([]info, error) {
	all, err := o.complete(ctx, stack)
	found := []info{}
	for _, one := range all {
		found = append(found, infoOf(one))
	}
	return found, err
}
