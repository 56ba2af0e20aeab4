// Package collection deletes images by rules and frees what nothing names any more, while the registry serves.
package collection

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/robfig/cron/v3"
)

// Step is one step of a plan. It decides on images that the steps before it left undecided; components/retention/distribution.ts says
// what each one means, and compiles a description into them.
type Step struct {
	Do string `json:"do"`
	// Patterns name the tags that the step is about.
	Patterns []string `json:"patterns,omitempty"`
	// Digests name images.
	Digests []string `json:"digests,omitempty"`
	// Tags limit the step to images with a tag that one of them names; delete-tagged to images with no other tag.
	Tags []string `json:"tags,omitempty"`
	// Except limits the step to images with a tag that none of them names.
	Except    []string `json:"except,omitempty"`
	Count     int      `json:"count,omitempty"`
	Days      int      `json:"days,omitempty"`
	AfterDays *int     `json:"afterDays,omitempty"`
}

// Plan is how long the images of a repository live.
type Plan struct {
	// DryRun only reports what the steps would delete.
	DryRun bool   `json:"dryRun"`
	Steps  []Step `json:"steps"`
}

// Retention is the file that holds all plans.
type Retention struct {
	Version int `json:"version"`
	// Schedule is when the collection runs, as crontab says it, in UTC; never by itself where it is empty.
	Schedule string `json:"schedule,omitempty"`
	// GraceSeconds is how long what a client uploaded or asked for stays though nothing names it yet.
	GraceSeconds int `json:"graceSeconds"`
	// MostPercent of the tagged images may be deleted by one run of the schedule.
	MostPercent int `json:"mostPercent"`
	// KeepRunning is left out where nobody asks the cluster which images its pods run.
	KeepRunning *KeepRunning `json:"keepRunning,omitempty"`
	// Notify is left out where nobody is told how runs of the schedule end.
	Notify *Notify `json:"notify,omitempty"`
	// Repositories have plans of their own, Others holds for all that are not among them.
	Repositories map[string]Plan `json:"repositories,omitempty"`
	Others       Plan            `json:"others"`
}

var knownSteps = []string{
	"keep-running", "keep-tags", "follow-subject", "keep-newest", "keep-pushed-within", "keep-pulled-within", "delete-tagged", "keep-tagged",
	"delete-untagged", "keep-children", "collect-garbage",
}

// ParseRetention reads the file. What it does not know makes it invalid, so that a mistake never deletes more.
func ParseRetention(contents []byte) (*Retention, error) {
	decoder := json.NewDecoder(bytes.NewReader(contents))
	decoder.DisallowUnknownFields()
	var read Retention
	if err := decoder.Decode(&read); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("there is text after its end")
	}
	if read.Version != 1 {
		return nil, fmt.Errorf("version: %d is not 1", read.Version)
	}
	if read.GraceSeconds < 0 {
		return nil, fmt.Errorf("graceSeconds: %d is less than 0", read.GraceSeconds)
	}
	if read.MostPercent < 0 || read.MostPercent > 100 {
		return nil, fmt.Errorf("mostPercent: %d is not a share of 100", read.MostPercent)
	}
	if read.Schedule != "" {
		if _, err := cron.ParseStandard(read.Schedule); err != nil {
			return nil, fmt.Errorf("schedule: %w", err)
		}
	}
	if read.KeepRunning != nil && read.KeepRunning.TokenDirectory == "" {
		return nil, fmt.Errorf("keepRunning.tokenDirectory: is missing")
	}
	if read.Notify != nil {
		if err := read.Notify.valid(); err != nil {
			return nil, fmt.Errorf("notify.%w", err)
		}
	}
	for name, plan := range read.Repositories {
		if err := plan.valid(); err != nil {
			return nil, fmt.Errorf("repositories.%s: %w", name, err)
		}
	}
	if err := read.Others.valid(); err != nil {
		return nil, fmt.Errorf("others: %w", err)
	}
	return &read, nil
}

func (plan Plan) valid() error {
	for index, step := range plan.Steps {
		if !slices.Contains(knownSteps, step.Do) {
			return fmt.Errorf("steps[%d].do: %q is not a step", index, step.Do)
		}
		if step.Count < 0 || step.Days < 0 || step.AfterDays != nil && *step.AfterDays < 0 {
			return fmt.Errorf("steps[%d]: a number is less than 0", index)
		}
	}
	return nil
}

// readRetention reads the file at a path.
func readRetention(path string) (*Retention, error) {
	contents, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return ParseRetention(contents)
}

// planOf is the plan of a repository.
func (all *Retention) planOf(repository string) Plan {
	if plan, ok := all.Repositories[repository]; ok {
		return plan
	}
	return all.Others
}

func (all *Retention) grace() time.Duration {
	return time.Duration(all.GraceSeconds) * time.Second
}
