package collection

import (
	"context"
	"encoding/json"
	"path"
	"time"

	"github.com/sirupsen/logrus"
)

// The collection's own notes in the store, beside the images.
const (
	lastNote       = notesRoot + "/last.json"
	ownerNote      = notesRoot + "/owner"
	sinceNote      = notesRoot + "/since"
	unfinishedNote = notesRoot + "/unfinished.json"
	runningNote    = notesRoot + "/running.json"
	pullsRoot      = "/wharf/pulls"
)

// readNote reads a note into a value, and tells whether there is one that can be read.
func (held store) readNote(ctx context.Context, at string, into any) (bool, error) {
	content, err := held.driver.GetContent(ctx, at)
	if isNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := json.Unmarshal(content, into); err != nil {
		logrus.WithField("note", at).WithError(err).Warn("a note of the collection cannot be read and is left out")
		return false, nil
	}
	return true, nil
}

func (held store) writeNote(ctx context.Context, at string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return held.driver.PutContent(ctx, at, content)
}

// unfinishedDeletions are images that a run has begun to delete.
type unfinishedDeletions struct {
	At     time.Time `json:"at"`
	Images []string  `json:"images"`
}

// unfinished are the images, as repository@digest, whose deletion a run before this one began and did not tell the end of.
func (held store) unfinished(ctx context.Context) (map[string]time.Time, error) {
	var note unfinishedDeletions
	if _, err := held.readNote(ctx, unfinishedNote, &note); err != nil {
		return nil, err
	}
	all := make(map[string]time.Time, len(note.Images))
	for _, one := range note.Images {
		all[one] = note.At
	}
	return all, nil
}

func (held store) noteUnfinished(ctx context.Context, leaving [][]*Image, at time.Time) error {
	note := unfinishedDeletions{At: at}
	for _, images := range leaving {
		for _, image := range images {
			note.Images = append(note.Images, image.Repository+"@"+image.Digest)
		}
	}
	if len(note.Images) == 0 {
		return nil
	}
	return held.writeNote(ctx, unfinishedNote, note)
}

func (held store) forgetUnfinished(ctx context.Context) error {
	return held.remove(ctx, unfinishedNote)
}

// runningRun is a run that goes on, with what it does at the moment.
type runningRun struct {
	Report
	Step string `json:"step"`
}

func (held store) noteStep(ctx context.Context, report *Report, step string) error {
	// The lists grow with the registry, and the run's own report has them.
	known := Report{ID: report.ID, By: report.By, StartedAt: report.StartedAt, Repositories: []*Repository{}, Expired: []Expired{}}
	return held.writeNote(ctx, runningNote, runningRun{known, step})
}

func (held store) forgetRun(ctx context.Context) error {
	return held.remove(ctx, runningNote)
}

// stopped is the run whose process ended before it; nil where the last one came to its end.
func (held store) stopped(ctx context.Context) (*Report, error) {
	var note runningRun
	known, err := held.readNote(ctx, runningNote, &note)
	if !known || err != nil {
		return nil, err
	}
	note.Problem = "the registry stopped while it " + note.Step
	return &note.Report, nil
}

func pullsNote(repository string) string {
	return path.Join(pullsRoot, repository, "pulls.json")
}
