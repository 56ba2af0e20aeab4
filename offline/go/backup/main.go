// Command backup saves what a registry holds into a repository of kopia, restores it, and tries whether it can be restored, for
// `wharf backup`, `wharf restore` and `wharf drill`.
//
// It speaks JSON, a value a line: one request on its standard input, its progress and one answer on its standard output. Passwords
// come by standard input only, credentials of buckets by the variables of the clouds' own tools. It ends when standard input does,
// so that it never outlives who started it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"wharf.invalid/copier/registry"
)

// request is what standard input asks for.
type request struct {
	// Action is backup, list, documents, restore or drill.
	Action  string  `json:"action"`
	Storage storage `json:"storage"`
	// Password encrypts the backup.
	Password string `json:"password"`
	// Stack is whose backups are meant.
	Stack string `json:"stack"`
	// Registry is read by backup and written by restore.
	Registry registry.Registry `json:"registry"`
	// Parallel is how many requests the registry gets at the same time.
	Parallel int `json:"parallel"`
	// Documents are saved beside the images, by their path.
	Documents map[string]string `json:"documents"`
	Keep      keep              `json:"keep"`
	// Snapshot is the id of a backup, or how it begins. The newest one where it is empty.
	Snapshot string `json:"snapshot"`
	// Replace moves tags that the registry has with another digest.
	Replace bool `json:"replace"`
	// Scratch is a private directory that is removed afterwards by who gave it.
	Scratch string `json:"scratch"`
}

// event is a line of standard output.
type event struct {
	// Event is progress, done or failed.
	Event string `json:"event"`
	// Text says of progress what is being done.
	Text string `json:"text,omitempty"`
	// Kind says why nothing was done: password, missing, foreign, none, ambiguous, conflicts, registry, storage.
	Kind     string             `json:"kind,omitempty"`
	Failures []registry.Failure `json:"failures,omitempty"`
	// Bytes of Of are done.
	Bytes int64 `json:"bytes"`
	Of    int64 `json:"of"`

	Snapshots []info            `json:"snapshots,omitempty"`
	Documents map[string]string `json:"documents,omitempty"`
	Sent      *sums             `json:"sent,omitempty"`
	// Created says that the backup's repository is new.
	Created bool `json:"created,omitempty"`
	// Removed is how many old backups were.
	Removed int `json:"removed,omitempty"`
	// Gone lists tags that were deleted while the backup ran.
	Gone []string `json:"gone,omitempty"`
	// RestoreSeconds and VerifySeconds are how long a drill took.
	RestoreSeconds float64 `json:"restoreSeconds,omitempty"`
	VerifySeconds  float64 `json:"verifySeconds,omitempty"`
}

// refused is why nothing was done.
type refused struct {
	kind     string
	text     string
	failures []registry.Failure
}

func (r *refused) Error() string { return r.text }

var (
	writing sync.Mutex
	output  = json.NewEncoder(os.Stdout)
)

func tell(one event) {
	writing.Lock()
	defer writing.Unlock()
	// A reader that is gone ends this process by its standard input.
	_ = output.Encode(one)
}

// often tells events until the returned function is called.
func often(current func() event) func() {
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(300 * time.Millisecond)
		defer ticker.Stop()
		for {
			select {
			case <-stopped:
				return
			case <-ticker.C:
				tell(current())
			}
		}
	}()
	return func() {
		close(stopped)
		<-ended
	}
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	lines := bufio.NewReader(os.Stdin)
	var asked request
	line, err := lines.ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &asked)
	}
	if err != nil {
		os.Exit(1)
	}
	go func() {
		_, _ = io.Copy(io.Discard, lines)
		cancel()
	}()
	answer, err := serve(ctx, asked)
	if err != nil {
		tell(failure(err))
		os.Exit(1)
	}
	answer.Event = "done"
	tell(answer)
}

func serve(ctx context.Context, asked request) (event, error) {
	opened, err := open(ctx, asked)
	if err != nil {
		return event{}, err
	}
	defer opened.close(context.WithoutCancel(ctx))
	switch asked.Action {
	case "backup":
		return opened.backup(ctx, asked)
	case "list":
		snapshots, err := opened.list(ctx, asked.Stack)
		return event{Snapshots: snapshots}, err
	}
	chosen, err := opened.snapshot(ctx, asked.Stack, asked.Snapshot)
	if err != nil {
		return event{}, err
	}
	switch asked.Action {
	case "documents":
		return chosen.answer(ctx)
	case "restore":
		return chosen.restoreInto(ctx, asked)
	case "drill":
		return chosen.drill(ctx, asked)
	}
	return event{}, errors.New("unknown action " + asked.Action)
}

func failure(err error) event {
	var why *refused
	if errors.As(err, &why) {
		return event{Event: "failed", Kind: why.kind, Text: why.text, Failures: why.failures}
	}
	return event{Event: "failed", Kind: "storage", Text: err.Error()}
}
