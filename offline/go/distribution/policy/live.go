package policy

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/sirupsen/logrus"

	"wharf.invalid/distribution/changes"
)

// Live is the policy of a file that may change at any moment. Where the file is missing, half-written or invalid, the last valid policy
// holds; before there was one, nobody is let in.
type Live struct {
	path    string
	current atomic.Pointer[Policy]
	seen    []byte
	missing bool
	// Changed is called with every policy that takes the place of another.
	Changed func(valid bool)
}

// NewLive names the file; it is read from Start on.
func NewLive(path string) *Live {
	return &Live{path: path}
}

// Current is the policy that holds, nil where there was no valid one yet.
func (live *Live) Current() *Policy {
	return live.current.Load()
}

// Start reads the file, and again on every change until the context ends.
func (live *Live) Start(ctx context.Context) {
	live.look()
	changes.Watch(ctx, live.look, live.path)
}

// look reads the file and takes its policy where it is another and a valid one. Each fault is said once.
func (live *Live) look() {
	contents, err := os.ReadFile(live.path)
	if err != nil {
		if !live.missing {
			live.refuse(err)
		}
		live.missing, live.seen = true, nil
		return
	}
	if bytes.Equal(contents, live.seen) {
		return
	}
	live.missing, live.seen = false, contents
	policy, err := Parse(contents)
	if err != nil {
		live.refuse(err)
		return
	}
	live.current.Store(policy)
	live.tell(true)
	logrus.WithFields(logrus.Fields{
		"policy": live.path, "users": len(policy.Users), "identities": len(policy.Identities),
	}).Info("policy loaded")
}

func (live *Live) refuse(err error) {
	live.tell(false)
	log := logrus.WithField("policy", live.path)
	if errors.Is(err, fs.ErrNotExist) {
		log = log.WithField("reason", "the file does not exist")
	} else {
		log = log.WithError(err)
	}
	if live.Current() == nil {
		log.Error("there is no valid policy yet: nobody is let in until there is one")
		return
	}
	log.Error("the policy file is not valid: the last valid policy holds")
}

func (live *Live) tell(valid bool) {
	if live.Changed != nil {
		live.Changed(valid)
	}
}
