// Command copier copies images between two registries with regclient, for `wharf copy`.
//
// It speaks JSON, a value a line. On its standard input come, in this order: what to connect to, which repositories to look at, and
// whether to copy. On its standard output it answers each, and tells its progress. Passwords come by standard input only. It ends
// when standard input does, so that it never outlives who started it.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"

	"wharf.invalid/copier/registry"
)

// opening is the first request.
type opening struct {
	From registry.Registry `json:"from"`
	To   registry.Registry `json:"to"`
	// Parallel is how many requests each registry gets at the same time.
	Parallel int `json:"parallel"`
	// List asks for the source's catalog.
	List bool `json:"list"`
}

// looking is the second request.
type looking struct {
	Repositories []pair `json:"repositories"`
	// Probe asks the target whether it takes pushes to each repository.
	Probe bool `json:"probe"`
}

// agreement is the third request, without which nothing is sent.
type agreement struct {
	// Keep leaves tags where they are that the target has with another digest.
	Keep bool `json:"keep"`
}

// event is a line of standard output.
type event struct {
	Event string `json:"event"`
	// Names answers the first request.
	Names []string `json:"names,omitempty"`
	// Failures tells what failed so far.
	Failures []*registry.Failure `json:"failures,omitempty"`
	// Tags answers the second request, and with an outcome the third.
	Tags []outcome `json:"tags,omitempty"`
	// Expected is what the second request found to be sent at most.
	Expected *sums `json:"expected,omitempty"`
	// Done of Of tags, and what was sent.
	Done int64 `json:"done"`
	Of   int64 `json:"of"`
	Sent *sums `json:"sent,omitempty"`
	// Bytes that were sent by repository of the source.
	Bytes map[string]int64 `json:"bytes,omitempty"`
}

// outcome is a tag and what became of it.
type outcome struct {
	*tagged
	// Signature says that it is the tag of a signature or an attestation, or of a list of referrers.
	Signature bool `json:"signature,omitempty"`
	// Referrers says that it is a list of referrers.
	Referrers bool   `json:"referrers,omitempty"`
	Outcome   string `json:"outcome,omitempty"`
}

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
	ticker := time.NewTicker(300 * time.Millisecond)
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
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
		ticker.Stop()
		close(stopped)
		<-ended
	}
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	requests := make(chan []byte)
	go func() {
		defer close(requests)
		defer cancel()
		lines := bufio.NewReader(os.Stdin)
		for {
			line, err := lines.ReadBytes('\n')
			if err != nil {
				return
			}
			requests <- line
		}
	}()
	if !serve(ctx, requests) {
		os.Exit(1)
	}
}

// serve answers the requests in their order; false where it could not.
func serve(ctx context.Context, requests <-chan []byte) bool {
	var open opening
	if !next(requests, &open) {
		return false
	}
	client, place, problem := registry.Connect(ctx, open.Parallel, open.From, open.To)
	if problem != nil {
		problem.Side = []string{"from", "to"}[place]
		tell(event{Event: "failed", Failures: []*registry.Failure{problem}})
		return false
	}
	listed := event{Event: "repositories"}
	if open.List {
		names, err := registry.Repositories(ctx, client, open.From)
		if err != nil {
			listed.Failures = []*registry.Failure{failed("from", err)}
		}
		listed.Names = names
	}
	tell(listed)

	var look looking
	if !next(requests, &look) {
		return false
	}
	found := &plan{client: client, from: open.From, to: open.To}
	stop := often(func() event { return event{Event: "looking", Done: found.looked.Load()} })
	found.look(ctx, look.Repositories)
	if look.Probe {
		found.probe(ctx)
	}
	stop()
	tell(event{Event: "plan", Tags: found.outcomes(nil, false), Failures: found.unreadable(), Expected: found.expected()})

	var agreed agreement
	if !next(requests, &agreed) {
		return true
	}
	all := &copying{plan: found, parallel: open.Parallel, keep: agreed.Keep, blobs: map[digest.Digest]*blob{}}
	stop = often(func() event {
		sent := all.sums()
		return event{Event: "progress", Done: all.done.Load(), Of: int64(len(found.tags)), Sent: &sent}
	})
	failures := all.run(ctx)
	stop()
	sent := all.sums()
	bytes := map[string]int64{}
	for _, in := range found.all {
		bytes[in.From] = in.sent.Load()
	}
	done := event{Event: "done", Tags: found.outcomes(failures, agreed.Keep), Sent: &sent, Bytes: bytes, Failures: found.failures}
	for one, err := range failures {
		told := failed("", err)
		told.Repository, told.Tag = one.From, one.Tag
		done.Failures = append(done.Failures, told)
	}
	tell(done)
	return true
}

func next(requests <-chan []byte, into any) bool {
	line, ok := <-requests
	return ok && json.Unmarshal(line, into) == nil
}

// outcomes lists the tags; with what failed, also what became of each.
func (p *plan) outcomes(failures map[*tagged]error, keep bool) []outcome {
	found := []outcome{}
	for _, one := range p.tags {
		told := outcome{
			tagged:    one,
			Signature: registry.IsSignatureTag(one.Tag),
			Referrers: one.listsReferrers(),
		}
		switch {
		case failures == nil:
		case failures[one] != nil:
			told.Outcome = broke
		case one.State == same:
			told.Outcome = untouch
		case keep && one.moves():
			told.Outcome = kept
		default:
			told.Outcome = copied
		}
		found = append(found, told)
	}
	return found
}

// unreadable adds to the failures so far the tags whose images cannot be read whole.
func (p *plan) unreadable() []*registry.Failure {
	found := append([]*registry.Failure{}, p.failures...)
	for _, one := range p.tags {
		if err := one.image.broken(); err != nil {
			told := failed("from", err)
			told.Repository, told.Tag = one.From, one.Tag
			found = append(found, told)
		}
	}
	return found
}

// expected sums up what is to be sent: a blob that several repositories name is counted once.
func (p *plan) expected() *sums {
	found := &sums{}
	seen := map[digest.Digest]bool{}
	for _, one := range p.lacks() {
		found.Manifests++
		for _, desc := range one.blobs {
			if !seen[desc.Digest] {
				seen[desc.Digest] = true
				found.Blobs++
				found.Bytes += desc.Size
			}
		}
	}
	return found
}
