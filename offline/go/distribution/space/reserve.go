package space

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"

	"github.com/sirupsen/logrus"

	"wharf.invalid/distribution/outage"
)

// ownRoot is where the registry's own notes are, which count against no quota.
const ownRoot = "/wharf/"

func isOwn(path string) bool { return strings.HasPrefix(path, ownRoot) }

// reserve is a file that is given up where the disk is full to the last byte, so that a collection can write its notes and make room.
type reserve struct {
	path  string
	mutex sync.Mutex
}

// reserveSize is more than the notes of one collection take.
const reserveSize = mebibyte

// Reserve keeps the file from now on.
func (volume *Volume) Reserve() {
	volume.reserve = &reserve{path: filepath.Join(volume.root, ownRoot, "reserve")}
	go volume.refill()
}

// refill makes the file again where it is not there and no push is short of room.
func (volume *Volume) refill() {
	one := volume.reserve
	one.mutex.Lock()
	defer one.mutex.Unlock()
	if _, err := os.Stat(one.path); err == nil || volume.nearlyFull(reserveSize, manifestShare) != nil {
		return
	}
	err := os.MkdirAll(filepath.Dir(one.path), 0o777)
	if err == nil {
		// Zeros that are written: a file with a hole in it holds nothing.
		err = os.WriteFile(one.path, make([]byte, reserveSize), 0o600)
	}
	if err != nil {
		_ = os.Remove(one.path)
		logrus.WithError(err).Warn("no space is held for the notes of a collection")
	}
}

// withReserve writes a note of the registry's own, if need be in the place of the reserve.
func (volume *Volume) withReserve(write func() error) error {
	err := write()
	if volume.reserve == nil {
		return err
	}
	if err == nil {
		volume.refill()
		return nil
	}
	if !isFull(err) {
		return err
	}
	volume.reserve.mutex.Lock()
	removed := os.Remove(volume.reserve.path)
	volume.reserve.mutex.Unlock()
	if removed != nil {
		return err
	}
	return write()
}

func isFull(err error) bool {
	err = outage.CauseOf(err)
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
