package collection

import (
	"cmp"
	"slices"
	"time"
)

// Report says what a run did, or would do. Sizes are in bytes.
type Report struct {
	ID         string     `json:"id"`
	By         string     `json:"by"`
	DryRun     bool       `json:"dryRun"`
	StartedAt  time.Time  `json:"startedAt"`
	FinishedAt *time.Time `json:"finishedAt,omitempty"`
	// Problem is why it ended before its end; empty where it did not.
	Problem string `json:"problem,omitempty"`
	// TooMuch is that the problem is the share of images that would be deleted.
	TooMuch bool `json:"tooMuch,omitempty"`
	// ReadOnlySeconds are always 0: the registry takes pushes meanwhile.
	ReadOnlySeconds int           `json:"readOnlySeconds"`
	Repositories    []*Repository `json:"repositories"`
	// Expired are the images that the rules delete, at most 1000 of them.
	Expired []Expired `json:"expired"`
	// Blobs were there before, DeletedBlobs and FreedBytes are those that went, Waiting those that go later: uploaded or asked for within the
	// grace period, or in use.
	Blobs        int   `json:"blobs"`
	DeletedBlobs int   `json:"deletedBlobs"`
	FreedBytes   int64 `json:"freedBytes"`
	WaitingBlobs int   `json:"waitingBlobs"`
	WaitingBytes int64 `json:"waitingBytes"`
	RemovedLinks int   `json:"removedLinks"`
	// WaitsUntil is when the grace period after the start of the registry ends; nothing is deleted before.
	WaitsUntil *time.Time `json:"waitsUntil,omitempty"`
	// Broken are manifests whose content is gone from the store.
	Broken []string `json:"broken,omitempty"`
}

// Repository is what a run did in one repository. The one without a name owns what no repository had.
type Repository struct {
	Name   string `json:"name"`
	Images int    `json:"images"`
	// Expired are those that the rules delete, Deleted those of them that went, InUse those that stay until the next run.
	Expired    int    `json:"expired"`
	Deleted    int    `json:"deleted"`
	InUse      int    `json:"inUse"`
	FreedBytes int64  `json:"freedBytes"`
	HeldBack   string `json:"heldBack,omitempty"`
}

// Expired is an image that the rules delete.
type Expired struct {
	Repository string   `json:"repository"`
	Digest     string   `json:"digest"`
	Tags       []string `json:"tags"`
	Rule       string   `json:"rule"`
	Why        string   `json:"why"`
}

const mostListed = 1000

func (report *Report) repository(name string) *Repository {
	at, ok := slices.BinarySearchFunc(report.Repositories, name, func(one *Repository, name string) int { return cmp.Compare(one.Name, name) })
	if !ok {
		report.Repositories = slices.Insert(report.Repositories, at, &Repository{Name: name})
	}
	return report.Repositories[at]
}

func (report *Report) list(image *Image, verdict Verdict) {
	if len(report.Expired) < mostListed {
		report.Expired = append(report.Expired, Expired{image.Repository, image.Digest, image.Tags, verdict.Rule, verdict.Why})
	}
}

func (report *Report) deleted() (images int) {
	for _, one := range report.Repositories {
		images += one.Deleted
	}
	return images
}
